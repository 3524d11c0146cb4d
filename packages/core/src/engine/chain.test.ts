import { expect, it } from 'vitest';
import type { Failure } from '../common/failure.ts';
import type { Command } from '../protocol/commands.ts';
import { mayOpenNext } from './chain.ts';
import type { EngineCommands } from './command.ts';
import { completeRun, Driver, drive } from './driver.test-kit.ts';

const RETRY = { initialInterval: 100, backoffCoefficient: 2, maximumInterval: 1_000, maximumAttempts: 3, nonRetryableErrorTypes: ['Fatal'] };
const failure: Failure = { message: 'failed', applicationFailureInfo: { type: 'RunError' } };
const failRun = (given: Failure = failure): Command => ({ type: 'FailWorkflowExecution', attributes: { failure: given } });
const json = (text: string) => [{ encoding: 'json/plain', data: text }];

/** Runs the waiting task with commands, and gives the close event and the start of the next run. */
function close(run: Driver, commands: readonly Command[], newRunId = 'run-2') {
  run.startTask();
  run.do({ type: 'CompleteWorkflowTask', task: run.task(), commands, identity: 'worker', newRunId });
  return { closed: run.events.at(-1), opens: run.last.opens };
}

/** The next run of a chain, started as the last one said. */
function follow(run: Driver, opens: EngineCommands['StartWorkflowExecution'] | undefined): Driver {
  if (!opens) throw new Error('no run follows');
  const next = new Driver();
  next.runId = opens.runId;
  return next.at(run.now).do({ type: 'StartWorkflowExecution', ...opens });
}

it('a failed run is followed by another as its retry policy says, with the first run id kept', () => {
  const run = drive({ retryPolicy: RETRY, input: json('1'), memo: { note: { encoding: 'json/plain', data: '2' } } });
  expect(mayOpenNext(run.state)).toBe(true);
  const { closed, opens } = close(run, [failRun()]);
  expect(closed).toMatchObject({ type: 'WorkflowExecutionFailed', attributes: { retryState: 'IN_PROGRESS', newExecutionRunId: 'run-2' } });
  const second = follow(run, opens);
  expect(second.events).toMatchObject([
    {
      type: 'WorkflowExecutionStarted',
      attributes: {
        attempt: 2,
        initiator: 'RETRY',
        continuedExecutionRunId: 'run-1',
        firstExecutionRunId: 'run-1',
        originalExecutionRunId: 'run-2',
        continuedFailure: failure,
        firstWorkflowTaskBackoff: 100,
        retryPolicy: RETRY,
        input: json('1'),
        memo: { note: { data: '2' } },
      },
    },
  ]);
  second.passTime(100);
  const third = follow(second, close(second, [failRun()], 'run-3').opens).passTime(200);
  expect(third.events[0]?.attributes).toMatchObject({ attempt: 3, firstExecutionRunId: 'run-1', firstWorkflowTaskBackoff: 200 });
  const last = close(third, [failRun()]);
  expect(last).toMatchObject({ closed: { attributes: { retryState: 'MAXIMUM_ATTEMPTS_REACHED' } }, opens: undefined });
});

it('a retry stops at a failure that is not retryable and at the end of the chain, and starts where a failure says', () => {
  const retryState = (options: object, given: Failure) => close(drive(options), [failRun(given)]).closed?.attributes;
  expect(retryState({ retryPolicy: RETRY }, { message: '', applicationFailureInfo: { type: 'Fatal' } })).toMatchObject({ retryState: 'NON_RETRYABLE_FAILURE' });
  expect(retryState({ retryPolicy: RETRY, workflowExecutionTimeout: 50, workflowExecutionExpirationTime: 1_050 }, failure)).toMatchObject({
    retryState: 'TIMEOUT',
  });
  expect(retryState({}, failure)).toEqual({ failure, retryState: 'RETRY_POLICY_NOT_SET', workflowTaskCompletedEventId: 4 });
  const run = drive({ retryPolicy: RETRY });
  expect(close(run, [failRun({ message: '', applicationFailureInfo: { nextRetryDelay: 7_000 } })]).opens?.started.firstWorkflowTaskBackoff).toBe(7_000);
});

it('R39 a run that times out may be retried or go on by its schedule; the end of the chain ends both', () => {
  const retried = drive({ retryPolicy: RETRY, workflowRunTimeout: 300 }).at(1_300).do({ type: 'PassTime', newRunId: 'run-2' });
  expect(retried.events.at(-1)).toMatchObject({ type: 'WorkflowExecutionTimedOut', attributes: { retryState: 'IN_PROGRESS', newExecutionRunId: 'run-2' } });
  expect(retried.last.opens?.started).toMatchObject({ attempt: 2, initiator: 'RETRY' });

  const scheduled = drive({ cronSchedule: '@every 10s', workflowRunTimeout: 300 }).passTime(10_000);
  scheduled.at(11_300).do({ type: 'PassTime', newRunId: 'run-2' });
  expect(scheduled.last.opens?.started).toMatchObject({ attempt: 1, initiator: 'CRON_SCHEDULE', firstWorkflowTaskBackoff: 10_000 });

  const ended = drive({ retryPolicy: RETRY, cronSchedule: '@every 1s', workflowExecutionTimeout: 300, workflowExecutionExpirationTime: 1_300 });
  ended.at(1_300).do({ type: 'PassTime', newRunId: 'run-2' });
  expect(ended.events.at(-1)?.attributes).toEqual({ retryState: 'TIMEOUT' });
  expect(ended.last.opens).toBeUndefined();
});

it('R40 retry comes before cron, and when it is used up the schedule goes on from attempt 1', () => {
  const options = { retryPolicy: { ...RETRY, maximumAttempts: 2 }, cronSchedule: '@every 10s' };
  const run = drive(options).passTime(10_000);
  const second = follow(run, close(run, [failRun()]).opens).passTime(100);
  expect(second.events[0]?.attributes).toMatchObject({ attempt: 2, initiator: 'RETRY' });
  const { closed, opens } = close(second, [failRun()], 'run-3');
  expect(closed?.attributes).toMatchObject({ retryState: 'MAXIMUM_ATTEMPTS_REACHED', newExecutionRunId: 'run-3' });
  expect(opens?.started).toMatchObject({ attempt: 1, initiator: 'CRON_SCHEDULE', firstExecutionRunId: 'run-1' });
});

it('R41 the last result goes on along a schedule, also over a run that failed', () => {
  const run = drive({ cronSchedule: '@every 10s' });
  expect(run.events).toMatchObject([{ type: 'WorkflowExecutionStarted', attributes: { initiator: 'CRON_SCHEDULE', firstWorkflowTaskBackoff: 10_000 } }]);
  run.passTime(10_000);
  const second = follow(run, close(run, [{ type: 'CompleteWorkflowExecution', attributes: { result: json('"one"') } }]).opens).passTime(10_000);
  expect(second.events[0]?.attributes).toMatchObject({ lastCompletionResult: json('"one"'), initiator: 'CRON_SCHEDULE' });
  const third = follow(second, close(second, [failRun()], 'run-3').opens).passTime(10_000);
  expect(third.events[0]?.attributes).toMatchObject({ lastCompletionResult: json('"one"'), continuedFailure: failure });
  const { opens } = close(third, [{ type: 'CompleteWorkflowExecution', attributes: { result: json('"three"') } }], 'run-4');
  expect(opens?.started).toMatchObject({ lastCompletionResult: json('"three"') });
  expect(opens?.started).not.toHaveProperty('continuedFailure');
});

it('continues as new with what is given, and keeps what is not', () => {
  const run = drive({ input: json('1'), retryPolicy: RETRY, memo: { note: { encoding: 'json/plain', data: '"kept"' } }, workflowTaskTimeout: 7_000 });
  const { closed, opens } = close(run, [{ type: 'ContinueAsNewWorkflowExecution', attributes: { input: json('2') } }]);
  expect(closed).toMatchObject({
    type: 'WorkflowExecutionContinuedAsNew',
    attributes: { newExecutionRunId: 'run-2', workflowType: 'type', input: json('2'), workflowTaskTimeout: 7_000 },
  });
  expect(run.state.status).toBe('CONTINUED_AS_NEW');
  const next = follow(run, opens);
  expect(next.types()).toEqual(['WorkflowExecutionStarted', 'WorkflowTaskScheduled']);
  expect(next.events[0]?.attributes).toMatchObject({
    input: json('2'),
    retryPolicy: RETRY,
    memo: { note: { data: '"kept"' } },
    initiator: 'WORKFLOW',
    attempt: 1,
  });
});

it('R43 the time of the chain does not start again, and caps each run', () => {
  let run = drive({ workflowExecutionTimeout: 10_000, workflowExecutionExpirationTime: 11_000 });
  for (const left of [7_000, 4_000, 1_000]) {
    run.at(run.now + 3_000);
    run = follow(run, close(run, [{ type: 'ContinueAsNewWorkflowExecution', attributes: {} }], `run-${left}`).opens);
    expect(run.state).toMatchObject({ executionExpiresAt: 11_000, workflowRunTimeout: left });
  }
  run.passTime(1_000);
  expect(run.events.at(-1)).toMatchObject({ type: 'WorkflowExecutionTimedOut', attributes: { retryState: 'TIMEOUT' } });
});

it('a run without policy or schedule opens no other', () => {
  const run = drive();
  expect(mayOpenNext(run.state)).toBe(false);
  expect(run.turn([completeRun]).last.opens).toBeUndefined();
});

it('R43 continuing as new keeps the run and task timeouts that are not given, and shortens a run to what is left of its chain', () => {
  const again = (attributes: object): Command => ({ type: 'ContinueAsNewWorkflowExecution', attributes });
  const run = drive({ workflowRunTimeout: 5_000, workflowTaskTimeout: 2_000 });
  const kept = follow(run, close(run, [again({})]).opens);
  expect(kept.state).toMatchObject({ workflowRunTimeout: 5_000, workflowTaskTimeout: 2_000, runExpiresAt: kept.now + 5_000 });
  const changed = follow(kept, close(kept, [again({ workflowRunTimeout: 9_000, workflowTaskTimeout: 1_000 })], 'run-3').opens);
  expect(changed.state).toMatchObject({ workflowRunTimeout: 9_000, workflowTaskTimeout: 1_000 });

  const bounded = drive({ workflowRunTimeout: 5_000, workflowExecutionTimeout: 6_000, workflowExecutionExpirationTime: 7_000 }).at(4_000);
  const next = follow(bounded, close(bounded, [again({})]).opens);
  expect(next.state).toMatchObject({ workflowRunTimeout: 3_000, executionExpiresAt: 7_000, workflowExecutionTimeout: 6_000 });
});
