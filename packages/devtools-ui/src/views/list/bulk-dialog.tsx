/** One order to many runs: says first how many it would reach, then how it goes, run by run. */
import { type FormEvent, type ReactElement, useEffect, useId, useState } from 'react';
import { toBackendError } from '../../backend/errors.ts';
import { parseArguments } from '../../models/arguments.ts';
import { BULK_WORDS } from '../../models/bulk-words.ts';
import { outcomeWords } from '../../models/command-words.ts';
import { type Bulk, type BulkAction, type BulkDetails, type BulkPlan, type BulkTargets, bulkCommand, planBulk, startBulk } from '../../state/bulk.ts';
import { useValue } from '../../state/use-value.ts';
import { ArgumentsEditor } from '../../ui/arguments-editor.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { StatusIcon } from '../../ui/status-badge.tsx';
import { VirtualGrid } from '../../ui/virtual-grid.tsx';
import { useDevtools, useSession } from '../context.ts';

const IS_FINAL: ReadonlySet<BulkAction> = new Set<BulkAction>(['terminate', 'delete']);
const runsText = (count: number): string => (count === 1 ? '1 run' : `${count.toLocaleString('en')} runs`);

export interface BulkDialogProps {
  readonly action: BulkAction;
  readonly targets: BulkTargets;
  readonly onClose: () => void;
}

export function BulkDialog({ action, targets, onClose }: BulkDialogProps): ReactElement {
  const { log } = useDevtools();
  const session = useSession();
  const { plan, problem } = usePlan(action, targets);
  const [bulk, setBulk] = useState<Bulk>();
  const formId = useId();
  const { verb } = BULK_WORDS[action];

  const begin = (details: BulkDetails): void => {
    if (!plan) return;
    const { backend } = session;
    setBulk(
      startBulk(
        plan,
        (run) => bulkCommand(action, run, details, crypto.randomUUID()),
        (command) => log.order(backend, command),
      ),
    );
  };
  const close = (): void => {
    bulk?.stop();
    if (bulk) session.selection.clear();
    if (bulk && action === 'delete') session.runs.refresh(); // nobody tells that a run is gone
    onClose();
  };

  return (
    <Dialog
      title={bulk ? `${verb} ${runsText(plan?.runs.length ?? 0)}` : `${verb} the runs that are picked?`}
      width="wide"
      onClose={close}
      actions={
        bulk ? (
          <ProgressButtons bulk={bulk} onClose={close} />
        ) : (
          <>
            <Button onClick={close}>Do nothing</Button>
            <Button type="submit" form={formId} look={IS_FINAL.has(action) ? 'danger' : 'primary'} disabled={!plan || plan.runs.length === 0}>
              {plan ? `${verb} ${runsText(plan.runs.length)}` : verb}
            </Button>
          </>
        )
      }
    >
      {bulk && plan ? <Progress bulk={bulk} plan={plan} /> : <Preview formId={formId} action={action} plan={plan} problem={problem} onSubmit={begin} />}
    </Dialog>
  );
}

function usePlan(action: BulkAction, targets: BulkTargets): { readonly plan?: BulkPlan; readonly problem?: string } {
  const { backend, namespace } = useSession();
  const [state, setState] = useState<{ readonly plan?: BulkPlan; readonly problem?: string }>({});
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was meant when the dialog was opened
  useEffect(() => {
    let isGone = false;
    planBulk({ backend, namespace }, action, targets).then(
      (plan) => isGone || setState({ plan }),
      (error: unknown) => isGone || setState({ problem: toBackendError(error).message }),
    );
    return () => {
      isGone = true;
    };
  }, []);
  return state;
}

interface PreviewProps {
  readonly formId: string;
  readonly action: BulkAction;
  readonly plan: BulkPlan | undefined;
  readonly problem: string | undefined;
  readonly onSubmit: (details: BulkDetails) => void;
}

function Preview({ formId, action, plan, problem, onSubmit }: PreviewProps): ReactElement {
  const [reason, setReason] = useState('');
  const [signalName, setSignalName] = useState('');
  const [texts, setTexts] = useState<readonly string[]>(['']);
  const [wrong, setWrong] = useState<{ readonly index: number; readonly problem: string }>();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const parsed = parseArguments(action === 'signal' ? texts : []);
    if ('problem' in parsed) return setWrong(parsed);
    onSubmit({ reason: reason.trim(), signalName: signalName.trim(), args: parsed.payloads });
  };
  return (
    <form id={formId} className="pd-form" onSubmit={submit}>
      {problem && (
        <p className="pd-problem" role="alert">
          {problem}
        </p>
      )}
      <p role="status">{plan ? planText(plan) : problem ? '' : 'Counting…'}</p>
      <p className="pd-muted">{BULK_WORDS[action].consequence}</p>
      {(action === 'cancel' || action === 'terminate') && (
        <label>
          Reason, for their histories
          <input className="pd-input" autoComplete="off" value={reason} onChange={(event) => setReason(event.target.value)} />
        </label>
      )}
      {action === 'signal' && (
        <>
          <label>
            Signal
            <input className="pd-input pd-mono" required autoComplete="off" value={signalName} onChange={(event) => setSignalName(event.target.value)} />
          </label>
          <ArgumentsEditor texts={texts} onChange={setTexts} problem={wrong} label="the signal" />
        </>
      )}
    </form>
  );
}

function planText({ action, runs, skipped }: BulkPlan): string {
  const rest = skipped === 0 ? '' : ` ${runsText(skipped)} ${skipped === 1 ? 'has' : 'have'} closed already and ${skipped === 1 ? 'is' : 'are'} left alone.`;
  if (runs.length === 0) return `There is nothing to ${action}.${rest}`;
  return `${runsText(runs.length)} will be ${BULK_WORDS[action].done}.${rest}`;
}

const ROW_PX = 24;

function Progress({ bulk, plan }: { readonly bulk: Bulk; readonly plan: BulkPlan }): ReactElement {
  const { results, refused, isStopped, isDone } = useValue(bulk.store, (state) => state);
  const total = plan.runs.length;
  const left = total - results.length;
  return (
    <>
      <progress className="pd-bulk-progress" max={total} value={results.length} aria-label="Runs that were told" />
      <p role="status">
        {(results.length - refused).toLocaleString('en')} of {total.toLocaleString('en')} {BULK_WORDS[plan.action].done}
        {refused > 0 && `, ${refused.toLocaleString('en')} refused`}
        {isStopped && left > 0 && `, stopped: ${runsText(left)} left alone`}
        {isDone ? '.' : '…'}
      </p>
      <VirtualGrid
        label="What came of it"
        className="pd-bulk-results"
        rows={results}
        keyOf={({ run }) => run.runId}
        rowHeight={ROW_PX}
        followsEnd
        attributesOf={() => ({ className: 'pd-bulk-result', style: { blockSize: `${ROW_PX}px` } })}
      >
        {({ run, outcome }) => (
          // biome-ignore lint/a11y/useSemanticElements: a cell of a virtual grid
          // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus
          <span role="gridcell" className="pd-cell">
            <StatusIcon tone={outcome.isAccepted ? 'completed' : 'failed'} /> {run.workflowId}{' '}
            <span className={outcome.isAccepted ? 'pd-muted' : 'pd-failure-text'}>{outcomeWords(outcome)}</span>
          </span>
        )}
      </VirtualGrid>
    </>
  );
}

function ProgressButtons({ bulk, onClose }: { readonly bulk: Bulk; readonly onClose: () => void }): ReactElement {
  const { isDone, isStopped } = useValue(bulk.store, (state) => state);
  if (isDone)
    return (
      <Button look="primary" onClick={onClose}>
        Close
      </Button>
    );
  return (
    <Button disabled={isStopped} onClick={() => bulk.stop()}>
      {isStopped ? 'Stopping…' : 'Stop'}
    </Button>
  );
}
