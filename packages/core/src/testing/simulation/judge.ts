/** The verdict at the end: what was acknowledged is in the histories, results are the right ones, and every history replays. */
import type { HistoryEvent } from '../../history/events.ts';
import type { Checker, StoredRun } from './checker.ts';
import type { Ledger } from './ledger.ts';
import { expectedResult, hasRace, type WorkflowPlan } from './program.ts';

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
    const chain = checker.chain(plan.workflowId);
    if (chain.length !== 1) violate(`R46: ${plan.workflowId} was started once and has ${chain.length} runs`);
    for (const run of chain) {
      judgeSignals(options, plan, run.events);
      judgeResult(plan, run, violate);
      await replay(run).catch((error: unknown) => violate(`REPLAY-EQUAL: ${plan.workflowId}: ${String(error)}`));
    }
  }
}

/** ACK-DURABLE and SIGNAL-ONCE: each acknowledged signal is there once, in the order of the acknowledgements. */
function judgeSignals({ ledger, violate }: JudgeOptions, { workflowId }: WorkflowPlan, events: readonly HistoryEvent[]): void {
  const acknowledged = ledger.requests(workflowId, 'signal');
  const recorded = events.flatMap((event) => (event.type === 'WorkflowExecutionSignaled' ? [event.attributes.requestId] : []));
  if (acknowledged.some((requestId, index) => recorded[index] !== requestId))
    violate(`ACK-DURABLE: signals of ${workflowId} were acknowledged as [${acknowledged.join(', ')}] and are recorded as [${recorded.join(', ')}]`);
}

function judgeResult({ workflowId, program, ending, runTimeout }: WorkflowPlan, { events }: StoredRun, violate: (statement: string) => void): void {
  const closed = events.at(-1);
  const type = closed?.type ?? 'nothing';
  const allowed = ['WorkflowExecutionCompleted'];
  if (ending) allowed.push(ending.how === 'cancel' ? 'WorkflowExecutionCanceled' : 'WorkflowExecutionTerminated');
  if (runTimeout !== undefined) allowed.push('WorkflowExecutionTimedOut');
  if (!allowed.includes(type)) violate(`LIVE: ${workflowId} ends with ${type}${closed ? ` ${JSON.stringify(closed.attributes).slice(0, 400)}` : ''}`);
  // the time of a run limits its activities too
  if (closed?.type !== 'WorkflowExecutionCompleted' || hasRace(program) || ending?.how === 'cancel' || runTimeout !== undefined) return;
  const { result, numbers } = JSON.parse(closed.attributes.result?.[0]?.data ?? 'null') as { result: unknown; numbers: number[] };
  if (JSON.stringify(result) !== JSON.stringify(expectedResult(program)))
    violate(`${workflowId} returns ${JSON.stringify(result)} in place of ${JSON.stringify(expectedResult(program))}`);
  if (numbers.some((number, index) => number !== index)) violate(`SIGNAL-ONCE: ${workflowId} saw the signals [${numbers.join(', ')}]`);
}
