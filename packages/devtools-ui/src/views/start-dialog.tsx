/** The form that starts a workflow: empty, or filled with what another run was started with. */
import { type FormEvent, type ReactElement, useId, useMemo, useState } from 'react';
import { parseArguments, startText } from '../models/arguments.ts';
import { useValue } from '../state/use-value.ts';
import { ArgumentsEditor } from '../ui/arguments-editor.tsx';
import { Button } from '../ui/button.tsx';
import { copyText } from '../ui/copy.ts';
import { Dialog } from '../ui/dialog.tsx';
import { useDevtools, useSession } from './context.ts';

export interface StartValues {
  readonly workflowType: string;
  readonly taskQueue: string;
  readonly args: readonly string[];
}

export interface StartDialogProps {
  readonly like?: StartValues;
  readonly onClose: () => void;
}

export function StartDialog({ like, onClose }: StartDialogProps): ReactElement {
  const { order, navigation } = useDevtools();
  const { backend, namespace, runs } = useSession();
  const formId = useId();
  const [workflowType, setType] = useState(like?.workflowType ?? '');
  const [workflowId, setId] = useState('');
  const [taskQueue, setTaskQueue] = useState(like?.taskQueue ?? backend.describe().taskQueue ?? 'default');
  const [texts, setTexts] = useState<readonly string[]>(like?.args ?? ['']);
  const [problem, setProblem] = useState<{ readonly index: number; readonly problem: string }>();
  const [refusal, setRefusal] = useState<string>();
  const types = useKnownTypes();
  const idHint = useMemo(() => crypto.randomUUID().slice(0, 8), []);
  const id = workflowId.trim() || `${workflowType.trim() || 'workflow'}-${idHint}`;

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const parsed = parseArguments(texts);
    if ('problem' in parsed) return setProblem(parsed);
    setProblem(undefined);
    const outcome = await order({
      type: 'start',
      namespace,
      workflowType: workflowType.trim(),
      workflowId: id,
      taskQueue: taskQueue.trim(),
      args: parsed.payloads,
      requestId: crypto.randomUUID(),
    });
    if (!outcome.isAccepted) return setRefusal(outcome.reason);
    runs.refresh();
    onClose();
    navigation.go({ page: 'run', workflowId: id, runId: outcome.runId });
  };

  return (
    <Dialog
      title={like ? 'Start again like this run' : 'Start a workflow'}
      onClose={onClose}
      actions={
        <>
          <Button icon="copy" look="quiet" onClick={() => void copyText(startText(workflowType, id, taskQueue, texts))}>
            Copy as code
          </Button>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" form={formId}>
            Start
          </Button>
        </>
      }
    >
      <form id={formId} className="pd-form" onSubmit={(event) => void submit(event)}>
        <label>
          Workflow type
          <input
            className="pd-input"
            list={`${formId}-types`}
            required
            autoComplete="off"
            value={workflowType}
            onChange={(event) => setType(event.target.value)}
          />
        </label>
        <datalist id={`${formId}-types`}>
          {types.map((type) => (
            <option key={type} value={type} />
          ))}
        </datalist>
        <label>
          Workflow id
          <input className="pd-input pd-mono" autoComplete="off" placeholder={id} value={workflowId} onChange={(event) => setId(event.target.value)} />
        </label>
        <label>
          Task queue
          <input className="pd-input pd-mono" required autoComplete="off" value={taskQueue} onChange={(event) => setTaskQueue(event.target.value)} />
        </label>
        <ArgumentsEditor texts={texts} onChange={setTexts} problem={problem} label="the workflow" />
        {refusal && (
          <p className="pd-problem" role="alert">
            {refusal}
          </p>
        )}
      </form>
    </Dialog>
  );
}

/** Those that the code exports, and those that runs in the list have. */
function useKnownTypes(): readonly string[] {
  const { runs, store } = useSession();
  const listed = useValue(runs.store, (state) => state.runs);
  const exported = useValue(store, (state) => state.workflowTypes);
  return useMemo(() => [...new Set([...(exported ?? []), ...listed.map((run) => run.workflowType)])].sort(), [listed, exported]);
}
