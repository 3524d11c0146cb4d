/** Payloads: on one line where they are short, else as a tree. */

import type { WirePayload, WirePayloads } from '@perdure/core/common';
import { type ReactElement, useCallback, useMemo } from 'react';
import { isBranch } from '../../models/json-rows.ts';
import { type PayloadValue, payloadValue, readable, type ShowPayload } from '../../models/payload-value.ts';
import { visibleText } from '../../models/visible-text.ts';
import { useValue } from '../../state/use-value.ts';
import { JsonTree, textOf } from '../../ui/json-tree.tsx';
import { useRoute, useSession } from '../context.ts';

export interface PayloadsViewProps {
  readonly payloads: WirePayloads | undefined;
  readonly label: string;
  readonly isInline?: boolean;
  readonly changed?: ReadonlySet<string>;
}

const LONGEST_LINE = 120;

export function PayloadsView({ payloads, label, isInline = false, changed }: PayloadsViewProps): ReactElement {
  const show = useShowPayload();
  // A single one is taken out of its list by `readable`.
  const only = useMemo(() => readable(payloads ?? [], show), [payloads, show]);
  if ((payloads ?? []).length === 0) return <span className="pd-muted">none</span>;
  const text = textOf(only);
  if (!isBranch(only) || (isInline && text.length < LONGEST_LINE))
    return <code className="pd-value">{visibleText(isBranch(only) ? JSON.stringify(JSON.parse(text)) : text)}</code>;
  return <JsonTree value={only} label={label} {...(changed && { changed })} />;
}

/** How payloads are shown here: decoded, when they have been. It is another function when more of them are. */
export function useShowPayload(): ShowPayload {
  const { decoder } = useSession();
  const workflowId = useRoute((route) => route.workflowId) ?? '';
  const version = useValue(decoder.store, (state) => state.version);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is decoded grows with the version
  return useCallback(
    (payload: WirePayload): PayloadValue => {
      const shown = decoder.show(payload, workflowId);
      if (shown.state === 'failed') return { kind: 'unread', text: `could not be decoded: ${shown.reason}` };
      return shown.state === 'encoded' ? { kind: 'unread', text: '…' } : payloadValue(shown.payload);
    },
    [decoder, workflowId, version],
  );
}
