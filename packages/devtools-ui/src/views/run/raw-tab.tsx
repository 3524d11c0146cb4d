/** The history in Temporal's JSON: what Temporal's tools write, and what its replayer reads. */
import { historyFileToJson } from '@perdure/core/history';
import { type ReactElement, useMemo } from 'react';
import type { FileBackend } from '../../backend/file-backend.ts';
import type { RunPage } from '../../state/run-page.ts';
import { useValue } from '../../state/use-value.ts';
import { Button } from '../../ui/button.tsx';
import { copyText, saveFile } from '../../ui/copy.ts';
import { JsonTree } from '../../ui/json-tree.tsx';
import { useDevtools, useSession } from '../context.ts';

export { runStyles } from './run.styles.ts';

export function RawTab({ page }: { readonly page: RunPage }): ReactElement {
  const { toasts } = useDevtools();
  const { backend } = useSession();
  const { events, described, ref } = useValue(page.store, (state) => state);
  const runId = described?.summary.runId ?? ref.runId ?? '';
  const json = useMemo(() => {
    // A file is shown as it was read, with what is not known here.
    const read = (backend as Partial<FileBackend>).file?.runs.find((run) => run.runId === runId || run.events.length === events.length);
    return historyFileToJson({ runs: [read ?? { workflowId: ref.workflowId, runId, events }] });
  }, [backend, events, ref, runId]);
  const text = (): string => `${JSON.stringify(json, null, 2)}\n`;
  return (
    <div className="pd-raw">
      <div className="pd-event-bar">
        <span className="pd-muted">Temporal's JSON, encoded as it is stored: it can be replayed</span>
        <Button
          icon="copy"
          look="quiet"
          onClick={async () =>
            toasts.show(
              (await copyText(text())) ? { tone: 'good', text: 'The history was copied' } : { tone: 'bad', text: 'The browser did not let it be copied' },
            )
          }
        >
          Copy
        </Button>
        <Button icon="download" look="quiet" onClick={() => saveFile(`${ref.workflowId.replace(/[^\w.-]+/g, '-')}.json`, text())}>
          Save
        </Button>
      </div>
      <JsonTree value={json} label="The history as JSON" isFull opensBelow={2} />
    </div>
  );
}
