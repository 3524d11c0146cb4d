/** Whether the runs of a chain follow one another as they should: R40, R41, R43, R44. */
import type { StoredRun } from './checker.ts';
import { isSameMap } from './described.ts';
import { payloadOf } from './judge-run.ts';
import { CRON_PERIOD, type RunResult } from './program.ts';

type Violate = (statement: string) => void;

export function judgeChains(runs: ReadonlyMap<string, StoredRun>, violate: Violate): void {
  for (const run of runs.values()) {
    const { key, state } = run;
    const nextRunId = (state.closeEvent?.attributes as { newExecutionRunId?: string } | undefined)?.newExecutionRunId;
    if (nextRunId === undefined) continue;
    const next = runs.get(nextRunId);
    if (next)
      judgeFollower(run, next, runs, (what) =>
        violate(`${what}: run ${nextRunId} of ${key.workflowId}, which follows a run that ends with ${state.closeEvent?.type}`),
      );
    else violate(`R44: ${key.workflowId} is closed for the run ${nextRunId}, which is not in the store`);
  }
}

function judgeFollower({ key, state, described }: StoredRun, next: StoredRun, runs: ReadonlyMap<string, StoredRun>, violate: Violate): void {
  const [before, after] = [state.started, next.state.started];
  if (!before || !after) return violate('R44: it has not begun');
  if (after.continuedExecutionRunId !== key.runId) violate('R44: it does not know where it comes from');
  if (after.firstExecutionRunId !== state.firstExecutionRunId) violate('R40: it is of another chain');
  if (JSON.stringify(after.parentWorkflowExecution) !== JSON.stringify(before.parentWorkflowExecution)) violate('R40: it has another parent');
  if (after.workflowExecutionExpirationTime !== before.workflowExecutionExpirationTime) violate('R43: the clock of its chain has another end');
  // a task lasts no longer than its run
  if (after.workflowTaskTimeout !== before.workflowTaskTimeout && after.workflowTaskTimeout !== after.workflowRunTimeout)
    violate(`R43: its tasks may last ${after.workflowTaskTimeout} ms in place of ${before.workflowTaskTimeout}`);
  for (const name of ['workflowType', 'taskQueue', 'cronSchedule', 'retryPolicy'] as const)
    if (JSON.stringify(after[name]) !== JSON.stringify(before[name])) violate(`R43: its ${name} is ${JSON.stringify(after[name])}`);
  if (!isSameMap(after.memo, before.memo)) violate('R43: it has another memo');
  const attributes = after.initiator === 'WORKFLOW' ? described.searchAttributes : before.searchAttributes;
  if (!isSameMap(after.searchAttributes, attributes)) violate('R43: it has other search attributes');
  if (after.initiator === 'RETRY') {
    if (after.attempt !== before.attempt + 1) violate(`R40: it is attempt ${after.attempt} after attempt ${before.attempt}`);
    if (!after.continuedFailure) violate('R40: it does not know the failure before it');
    if ((after.firstWorkflowTaskBackoff ?? 0) < 1_000) violate('R40: it does not wait');
  }
  if (after.initiator === 'CRON_SCHEDULE') judgeTick(next, runs, violate);
}

/** R41: the last result outlives failures; the time is a whole minute. */
function judgeTick({ key, state, events }: StoredRun, runs: ReadonlyMap<string, StoredRun>, violate: Violate): void {
  const last = [...runs.values()]
    .filter((run) => run.state.firstExecutionRunId === state.firstExecutionRunId && run.key.runId < key.runId && run.state.status === 'COMPLETED')
    .at(-1);
  const expected = last?.state.closeEvent?.type === 'WorkflowExecutionCompleted' ? last.state.closeEvent.attributes.result : undefined;
  if (JSON.stringify(state.started?.lastCompletionResult) !== JSON.stringify(expected)) violate('R41: it does not have the last result');
  // as in Temporal, a pause is whole seconds
  if (state.executionTime % CRON_PERIOD >= 1_000) violate(`R41: its time is ${new Date(state.executionTime).toISOString()}`);
  const closed = events.at(-1);
  const ticks = ((payloadOf(expected) as RunResult | null)?.ticks ?? 0) + 1;
  if (closed?.type === 'WorkflowExecutionCompleted' && (payloadOf(closed.attributes.result) as RunResult).ticks !== ticks)
    violate(`R41: it is not tick ${ticks}`);
}
