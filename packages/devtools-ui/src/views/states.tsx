/** What stands where there is nothing yet, nothing at all, or nothing that can be shown. */
import { type ReactElement, useEffect, useState } from 'react';
import type { BackendError } from '../backend/backend.ts';
import { chipLabel, partsOf, withoutPart } from '../models/filter.ts';
import { Button } from '../ui/button.tsx';
import { copyText } from '../ui/copy.ts';
import { Icon } from '../ui/icon.tsx';
import { useDevtools, useRoute, useSession } from './context.ts';
import { StartButton } from './start-button.tsx';

/** What is local mostly arrives before anybody could see a skeleton. */
const SHOWN_AFTER_MS = 200;

export function Skeleton({ rows }: { readonly rows: number }): ReactElement {
  const [isShown, setIsShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIsShown(true), SHOWN_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="pd-skeleton" aria-busy="true">
      <span className="pd-visually-hidden" role="status">
        {isShown ? 'Loading' : ''}
      </span>
      {isShown && Array.from({ length: rows }, (_, row) => `${row}`).map((row) => <div key={row} className="pd-skeleton-row" />)}
    </div>
  );
}

const WHAT_TO_DO: Readonly<Record<BackendError['kind'], string>> = {
  gone: 'The engine does not answer. It is asked again when it does.',
  notFound: 'It may have been removed when its retention was over, or its id is another one.',
  refused: 'The request was refused.',
  unsupported: 'This cannot be asked here.',
};

/** One pane cannot be shown; others go on. */
export function ErrorPane({ error, onRetry }: { readonly error: BackendError; readonly onRetry?: () => void }): ReactElement {
  const report = `${error.kind}: ${error.message}`;
  return (
    <div className="pd-error-pane" role="alert">
      <Icon name="warning" />
      <div>
        <p>
          <b>{error.message}</b>
        </p>
        <p className="pd-muted">{WHAT_TO_DO[error.kind]}</p>
        <p className="pd-actions">
          {onRetry && <Button onClick={onRetry}>Try again</Button>}
          <Button icon="copy" onClick={() => void copyText(report)}>
            Copy report
          </Button>
        </p>
      </div>
    </div>
  );
}

/** Nothing is there, or nothing matches: not the same thing. */
export function EmptyList(): ReactElement {
  const { navigation } = useDevtools();
  const session = useSession();
  const query = useRoute((route) => route.query);
  const parts = partsOf(query);
  if (parts.length > 0)
    return (
      <div className="pd-empty">
        <p>
          <b>No run matches.</b> Without one of these there may be some:
        </p>
        <p className="pd-chips">
          {parts.map(({ text }) => (
            <button type="button" key={text} className="pd-chip" data-part="" onClick={() => navigation.adjust({ query: withoutPart(query, text) })}>
              {chipLabel(text)}
              <Icon name="cross" />
            </button>
          ))}
          <Button look="quiet" onClick={() => navigation.adjust({ query: '' })}>
            Show all
          </Button>
        </p>
      </div>
    );
  return (
    <div className="pd-empty">
      <p>
        <b>No workflow has run here yet.</b> Start one from the application, from here, or drop a history file on this panel.
      </p>
      <pre>{`const handle = await client.workflow.start('order', {
  workflowId: 'order-1',
  taskQueue: 'default',
  args: ['1'],
});`}</pre>
      {session.can('start') && (
        <p>
          <StartButton />
        </p>
      )}
    </div>
  );
}
