/** The verdict at the end: what was acknowledged is in the histories, chains and results are the right ones, and every history replays. */
import type { HistoryEvent } from '../../history/events.ts';
import type { Checker, StoredRun } from './checker.ts';
import { judgeChains } from './judge-chain.ts';
import { judgeMail } from './judge-mail.ts';
import { judgeRun } from './judge-run.ts';
import type { Ledger } from './ledger.ts';
import type { WorkflowPlan } from './program.ts';

export interface JudgeOptions {
  readonly plans: readonly WorkflowPlan[];
  readonly checker: Checker;
  readonly ledger: Ledger;
  readonly violate: (statement: string) => void;
  /** Throws when the workflow's code does not do what the history says. */
  readonly replay: (run: StoredRun) => Promise<void>;
}

export async function judge(options: JudgeOptions): Promise<void> {
  const { plans, checker, violate, replay } = options;
  for (const plan of plans) {
    judgeStarts(options, plan);
    judgeSignals(options, plan);
  }
  judgeUpdates(options);
  judgeChains(checker.runs, violate);
  judgeMail(checker.runs, violate);
  for (const run of checker.runs.values()) {
    judgeRun(run, checker.chainOf(run), violate);
    await replay(run).catch((error: unknown) => violate(`REPLAY-EQUAL: ${run.key.workflowId}: ${String(error)}`));
  }
}

/** Each chain was asked for, once. */
function judgeStarts({ ledger, checker, violate }: JudgeOptions, { workflowId, start }: WorkflowPlan): void {
  const second = checker.chain(workflowId)[0]?.events[1];
  if (start === 'signal' && second && second.type !== 'WorkflowExecutionSignaled')
    violate(`R52: ${workflowId} was started with a signal, and its second event is ${second.type}`);
  const chains = new Set(checker.chain(workflowId).map(({ state }) => state.firstExecutionRunId));
  const asked = 1 + ledger.restarted.filter((restart) => restart.workflowId === workflowId && restart.started).length;
  if (chains.size !== asked) violate(`R46: ${workflowId} was started ${asked} times and has ${chains.size} chains of runs`);
}

/** ACK-DURABLE and SIGNAL-ONCE: each acknowledged signal is there once, in the order of the acknowledgements. */
function judgeSignals({ ledger, checker, violate }: JudgeOptions, { workflowId }: WorkflowPlan): void {
  const acknowledged = ledger.requests(workflowId, 'signal');
  const events = checker.chain(workflowId).flatMap((run) => run.events);
  const requests = events.flatMap((event) =>
    event.type === 'WorkflowExecutionSignaled' && event.attributes.signalName === 'number' ? [event.attributes.requestId] : [],
  );
  const recorded = [...new Set(requests)]; // one that is sent again when the workflow was started again may be recorded there, too
  if (acknowledged.some((requestId, index) => recorded[index] !== requestId))
    violate(`ACK-DURABLE: signals of ${workflowId} were acknowledged as [${acknowledged.join(', ')}] and are recorded as [${recorded.join(', ')}]`);
}

/** ACK-DURABLE: what callers were told of an update is what its run's history says; and a rejected one is not in it. */
function judgeUpdates({ ledger, checker, violate }: JudgeOptions): void {
  for (const { workflowId, updateId, answer } of ledger.updates) {
    const events = checker.runs.get(answer.workflowExecution.runId ?? '')?.events ?? [];
    const accepted = events.find((event) => event.type === 'WorkflowExecutionUpdateAccepted' && event.attributes.acceptedRequest?.meta.updateId === updateId);
    const completed = events.find(
      (event): event is HistoryEvent<'WorkflowExecutionUpdateCompleted'> =>
        event.type === 'WorkflowExecutionUpdateCompleted' && event.attributes.meta.updateId === updateId,
    );
    const said = `update ${updateId} of ${workflowId} was answered with ${JSON.stringify(answer)}`;
    const outcome = answer.outcome;
    if (outcome && 'failure' in outcome && outcome.failure.message === 'rejected by plan') {
      if (accepted) violate(`R67: ${said}, and is in the history`);
      continue;
    }
    if (!accepted) violate(`ACK-DURABLE: ${said}, and is not in the history`);
    if (outcome && completed && JSON.stringify(completed.attributes.outcome) !== JSON.stringify(outcome))
      violate(`ACK-DURABLE: ${said}; the history has ${JSON.stringify(completed.attributes.outcome)}`);
    if (outcome && 'success' in outcome && !completed) violate(`ACK-DURABLE: ${said}, and the history has no outcome`);
    if (outcome && 'success' in outcome && outcome.success[0]?.data !== JSON.stringify(`${updateId}#1`))
      violate(`R66: ${said}: its handler has run several times`);
  }
}
