/** A failure: its message first, then where and what comes next, then its causes down to the root, then the stack. */

import type { Failure } from '@perdure/core/common';
import type { ReactElement } from 'react';
import { failureChain, hintFor, kindOf, splitStack, whereOf } from '../models/failure-chain.ts';
import { visibleText } from '../models/visible-text.ts';
import { Button } from '../ui/button.tsx';
import { copyText } from '../ui/copy.ts';
import { Icon } from '../ui/icon.tsx';
import { PayloadsView } from './run/payloads-view.tsx';

export interface FailureViewProps {
  readonly failure: Failure;
  /** What happens because of it: "The workflow has failed". */
  readonly next?: string;
  /** On the head of a run: the first line and the root. */
  readonly isBrief?: boolean;
}

export function FailureView({ failure, next, isBrief = false }: FailureViewProps): ReactElement {
  const chain = failureChain(failure);
  const root = chain.at(-1) ?? failure;
  const hint = hintFor(root);
  return (
    <div className="pd-failure" data-brief={isBrief ? '' : undefined}>
      <p className="pd-failure-head">
        <span className="pd-failure-kind">{visibleText(kindOf(root))}</span>
        <b className="pd-failure-message">{visibleText(root.message || failure.message) || 'without a message'}</b>
      </p>
      {(whereOf(chain) || next) && <p className="pd-muted">{visibleText([whereOf(chain), next].filter(Boolean).join(' · '))}</p>}
      {hint && (
        <p className="pd-hint">
          <Icon name="info" /> {hint}
        </p>
      )}
      {!isBrief && <Causes chain={chain} />}
      {!isBrief && root.stackTrace && <Stack text={root.stackTrace} />}
      {!isBrief && (root.applicationFailureInfo?.details?.length ?? 0) > 0 && (
        <>
          <h4>Details</h4>
          <PayloadsView payloads={root.applicationFailureInfo?.details} label="Details of the failure" />
        </>
      )}
      {!isBrief && (
        <p className="pd-actions">
          <Button
            icon="copy"
            look="quiet"
            onClick={() => void copyText(chain.map((each) => `${kindOf(each)}: ${each.message}\n${each.stackTrace ?? ''}`).join('\ncaused by\n'))}
          >
            Copy as text
          </Button>
        </p>
      )}
    </div>
  );
}

/** From what was thrown last to the root, which is outlined. */
function Causes({ chain }: { readonly chain: readonly Failure[] }): ReactElement | null {
  if (chain.length < 2) return null;
  return (
    <ol className="pd-causes">
      {chain.map((each, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a chain does not change
        <li key={index} data-root={index === chain.length - 1 ? '' : undefined}>
          <span className="pd-failure-kind">{visibleText(kindOf(each))}</span>{' '}
          {visibleText(each.message) || <span className="pd-muted">without a message</span>}
          {each.applicationFailureInfo?.nonRetryable && <span className="pd-tag">not retryable</span>}
        </li>
      ))}
    </ol>
  );
}

function Stack({ text }: { readonly text: string }): ReactElement {
  const { user, engine } = splitStack(visibleText(text));
  return (
    <>
      <h4>Stack</h4>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it can have the focus */}
      <section className="pd-stack" tabIndex={0} aria-label="Stack trace">
        <pre>{user.join('\n') || visibleText(text)}</pre>
      </section>
      {engine.length > 0 && user.length > 0 && (
        <details>
          <summary>{engine.length} engine frames</summary>
          <pre className="pd-stack">{engine.join('\n')}</pre>
        </details>
      )}
    </>
  );
}
