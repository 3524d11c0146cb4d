/** What can be done to a run. Each says what follows from it; what cannot be undone is asked about first. */

import { historyFileToJson } from '@perdure/core/history';
import { type ReactElement, useState } from 'react';
import { argumentTexts } from '../../models/arguments.ts';
import { bugReport } from '../../models/bug-report.ts';
import type { RunPage } from '../../state/run-page.ts';
import { useValue } from '../../state/use-value.ts';
import { Button } from '../../ui/button.tsx';
import { copyText, saveFile } from '../../ui/copy.ts';
import { Menu, type MenuItem } from '../../ui/menu.tsx';
import { useDevtools, useSession } from '../context.ts';
import { ConfirmDialog, MessageDialog, StartDialog } from '../dialogs.ts';

type Open = 'signal' | 'update' | 'terminate' | 'start';

export function RunActions({ page }: { readonly page: RunPage }): ReactElement | null {
  const devtools = useDevtools();
  const session = useSession();
  const { described, events, ref } = useValue(page.store, (state) => state);
  const [open, setOpen] = useState<Open>();
  if (!described) return null;
  const { summary } = described;
  const isOpen = summary.status === 'RUNNING';
  const run = { namespace: ref.namespace, workflowId: summary.workflowId, runId: summary.runId };
  const close = (): void => setOpen(undefined);
  const file = (): string => JSON.stringify(historyFileToJson({ runs: [{ workflowId: summary.workflowId, runId: summary.runId, events }] }), null, 2);
  const [first] = events;

  const doing: MenuItem[] = [];
  if (isOpen && session.can('update')) doing.push({ label: 'Update…', icon: 'update', run: () => setOpen('update') });
  if (isOpen && session.can('terminate'))
    doing.push({ label: 'Terminate…', icon: 'stop', hint: 'its code does not run again', isDanger: true, run: () => setOpen('terminate') });
  if (session.can('start')) doing.push({ label: 'Start again like this…', icon: 'play', run: () => setOpen('start') });
  const taking: MenuItem[] = [
    { label: 'Copy workflow id', icon: 'copy', run: () => void copyText(summary.workflowId) },
    { label: 'Copy run id', icon: 'copy', run: () => void copyText(summary.runId) },
    { label: 'Copy report', icon: 'copy', hint: 'markdown, for an issue', run: () => void copyText(bugReport(described, events)) },
    { label: 'Save history', icon: 'download', hint: "Temporal's JSON, for replay", run: () => saveFile(`${fileName(summary.workflowId)}.json`, file()) },
  ];

  return (
    <span className="pd-run-actions">
      {isOpen && session.can('signal') && (
        <Button look="primary" onClick={() => setOpen('signal')}>
          Signal…
        </Button>
      )}
      {isOpen && session.can('cancel') && (
        <Button
          title="Its code is told, and can clean up"
          disabled={described.cancelRequested}
          onClick={() => void devtools.order({ type: 'cancel', ...run, requestId: crypto.randomUUID() }, `${summary.workflowId} was asked to cancel`)}
        >
          Cancel
        </Button>
      )}
      <Menu label="More" icon="more" sections={[{ items: doing }, { items: taking }].filter(({ items }) => items.length > 0)} />
      {(open === 'signal' || open === 'update') && <MessageDialog page={page} kind={open} run={run} onClose={close} />}
      {open === 'terminate' && (
        <ConfirmDialog
          title={`Terminate ${summary.workflowId}?`}
          text="It ends at once. Its code is not told, and cleans nothing up. This cannot be undone."
          action="Terminate"
          reasonLabel="Reason, for its history"
          onClose={close}
          onConfirm={(reason) => void devtools.order({ type: 'terminate', ...run, ...(reason && { reason }) }, `${summary.workflowId} was terminated`)}
        />
      )}
      {open === 'start' && (
        <StartDialog
          like={{
            workflowType: summary.workflowType,
            taskQueue: summary.taskQueue,
            args: first?.type === 'WorkflowExecutionStarted' ? argumentTexts(first.attributes.input) : [''],
          }}
          onClose={close}
        />
      )}
    </span>
  );
}

const fileName = (workflowId: string): string => workflowId.replace(/[^\w.-]+/g, '-').slice(0, 100);
