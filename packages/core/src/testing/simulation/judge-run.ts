/** Whether a run has ended as its plan says, and has seen what it was sent. */
import type { HistoryEvent } from '../../history/events.ts';
import type { StoredRun } from './checker.ts';
import { expectedResult, failsTick, isExpected, type RunInput, type RunResult } from './program.ts';

type Violate = (statement: string) => void;

export const payloadOf = (payloads: readonly { readonly data?: string }[] | undefined): unknown => JSON.parse(payloads?.[0]?.data ?? 'null');

/** @param chain the runs of its chain, oldest first */
export function judgeRun(run: StoredRun, chain: readonly StoredRun[], violate: Violate): void {
  const { state, events, key } = run;
  const closed = events.at(-1);
  if (!closed || !state.started) return;
  const input = payloadOf(state.started.input) as RunInput;
  if (!mayEnd(run, input, closed)) violate(`LIVE: ${key.workflowId} ends with ${closed.type} ${JSON.stringify(closed.attributes).slice(0, 400)}`);
  if (isGivenUp(run, input, closed)) violate(`R40: ${key.workflowId} ends with ${closed.type}, and has attempts left`);
  const isByItself = closed.type === 'WorkflowExecutionCompleted' || closed.type === 'WorkflowExecutionContinuedAsNew';
  if (isByItself && run.checker.exchange.hasUpdatesAtWork) violate(`R68: ${key.workflowId} waits for its handlers, and ends with one at work`);
  if (closed.type === 'WorkflowExecutionCompleted') judgeResult(run, chain, { input, result: payloadOf(closed.attributes.result) as RunResult }, violate);
}

/** Whether a chain ends although its retry policy has another run, and its time is not over. */
function isGivenUp({ state }: StoredRun, { succession }: RunInput, closed: HistoryEvent): boolean {
  if (closed.type !== 'WorkflowExecutionFailed' && closed.type !== 'WorkflowExecutionTimedOut') return false;
  if (succession.kind !== 'retry' || state.executionExpiresAt !== undefined || closed.attributes.newExecutionRunId !== undefined) return false;
  return state.attempt < succession.attempts;
}

/** Whether the history has a reason for such an end. */
function mayEnd({ state, events }: StoredRun, { succession, lap }: RunInput, closed: HistoryEvent): boolean {
  const isLast = (closed.attributes as { newExecutionRunId?: string }).newExecutionRunId === undefined;
  const mayGoOn = succession.kind === 'cron' && state.executionExpiresAt === undefined;
  if (isLast && mayGoOn && closed.type !== 'WorkflowExecutionCanceled' && closed.type !== 'WorkflowExecutionTerminated') return false; // R41
  switch (closed.type) {
    case 'WorkflowExecutionCompleted':
      if (succession.kind === 'retry') return state.attempt > succession.fails;
      return succession.kind === 'cron' ? !failsTick(succession.failsAt, state.startedAt) : succession.kind !== 'laps' || lap === succession.laps;
    case 'WorkflowExecutionFailed':
      if (isCutShort(state, events)) return true;
      return succession.kind === 'retry' ? state.attempt <= succession.fails : succession.kind === 'cron' && failsTick(succession.failsAt, state.startedAt);
    case 'WorkflowExecutionContinuedAsNew':
      return succession.kind === 'laps' && lap < succession.laps;
    case 'WorkflowExecutionCanceled':
      return events.some(({ type }) => type === 'WorkflowExecutionCancelRequested');
    case 'WorkflowExecutionTimedOut':
      return state.workflowRunTimeout !== undefined || state.executionExpiresAt !== undefined;
    default:
      return closed.type === 'WorkflowExecutionTerminated' && closed.attributes.reason !== undefined;
  }
}

/** The time of a run limits its activities too: one whose attempt got lost on its way may have no time left for the next. */
const isCutShort = ({ runExpiresAt, executionExpiresAt }: StoredRun['state'], events: readonly HistoryEvent[]): boolean =>
  (runExpiresAt !== undefined || executionExpiresAt !== undefined) && events.some(({ type }) => type === 'ActivityTaskTimedOut');

function judgeResult(
  run: StoredRun,
  chain: readonly StoredRun[],
  { input, result }: { readonly input: RunInput; readonly result: RunResult },
  violate: Violate,
): void {
  const { key, state, events } = run;
  const isLeftAlone = !events.some(({ type }) => type === 'WorkflowExecutionCancelRequested');
  // the time of a run limits its activities too
  if (isLeftAlone && state.runExpiresAt === undefined && state.executionExpiresAt === undefined && !isExpected(result.result, expectedResult(input.program)))
    violate(`${key.workflowId} returns ${JSON.stringify(result.result)} in place of ${JSON.stringify(expectedResult(input.program))}`);
  const heard = input.succession.kind === 'laps' ? chain.slice(0, chain.indexOf(run) + 1) : [run];
  for (const [name, values] of [
    ['number', result.numbers],
    ['poke', result.pokes],
  ] as const) {
    const sent = heard.flatMap((each) =>
      each.events.flatMap((event) =>
        event.type === 'WorkflowExecutionSignaled' && event.attributes.signalName === name ? [payloadOf(event.attributes.input)] : [],
      ),
    );
    if (JSON.stringify(sent) !== JSON.stringify(values))
      violate(`SIGNAL-ONCE: ${key.workflowId} was sent the signals ${JSON.stringify(sent)} and has heard ${JSON.stringify(values)}`);
  }
}
