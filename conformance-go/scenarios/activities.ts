import { ApplicationFailure } from '@perdure/core/common';
import { pendingTasks } from '../activities.ts';
import { errorOf, execute, type Harness, scenario, settle, start } from '../harness.ts';
import * as w from './activities.workflows.ts';

/** Runs the call of its name. */
const called = (name: string, about: string) => scenario(`go-activities/${name}`, about, (h) => execute(h, w.callActivity, name));

/** Starts a workflow whose activity waits for a client. */
async function startPending(h: Harness) {
  const handle = await start(h, w.callActivity, ['pending']);
  pendingTasks.delete(handle.workflowId);
  for (;;) {
    const task = pendingTasks.get(handle.workflowId);
    if (task) {
      await h.sleep(50); // the worker is yet to tell the engine that the activity ends elsewhere
      return { handle, ...task };
    }
    await h.sleep(25);
  }
}

export default [
  called('schedule-to-close-option', "the guide's options: only scheduleToCloseTimeout"),
  called('options', 'all four timeouts, a full retry policy and an activity id'),
  called('default-retry-policy', 'without a policy the default one is on the scheduled event, and the activity is retried'),
  called('retry-policy', 'given fields of a policy override the defaults; the third attempt succeeds'),
  called('retry-exhausted', 'the attempts run out'),
  called('non-retryable', 'a non-retryable application failure ends the activity at its first attempt'),
  called('start-to-close', 'each of two attempts times out'),
  called('schedule-to-close', 'the retries end at the schedule-to-close timeout'),
  called('heartbeat-timeout', 'a missed heartbeat: the last details are in the TimeoutFailure'),
  scenario('go-activities/no-timeout', 'neither startToCloseTimeout nor scheduleToCloseTimeout: the workflow task fails', async (h) => {
    const handle = await start(h, w.callActivity, ['no-timeout']);
    await h.until(handle.workflowId, 'WorkflowTaskFailed');
    await h.stopWorker();
    await handle.terminate('enough');
    return settle(handle.result());
  }),
  scenario('go-activities/schedule-to-start', 'no worker takes the activity', (h) => execute(h, w.callNowhere)),
  scenario('go-activities/heartbeat-resume', "the guide's SampleActivity fails half way and resumes after the last heartbeat", (h) =>
    execute(h, w.callSample, { StartIndex: 0, EndIdx: 6, FailAt: 3 }),
  ),
  scenario('go-activities/heartbeat-external', 'a client heartbeats for a pending activity; then the heartbeats stop', async (h) => {
    const { handle, taskToken } = await startPending(h);
    await h.client.activity.heartbeat(taskToken, 'from outside');
    return settle(handle.result());
  }),
  scenario('go-activities/async-by-token', 'a client completes by task token; a second completion is refused', async (h) => {
    const { handle, taskToken } = await startPending(h);
    await h.client.activity.complete(taskToken, 'your_result');
    const result = await settle(handle.result());
    return { result, late: await errorOf(h.client.activity.complete(taskToken, 'late')) };
  }),
  scenario('go-activities/async-by-id', 'a client completes by workflow id, run id and activity id', async (h) => {
    const { handle, activityId } = await startPending(h);
    await h.client.activity.complete({ workflowId: handle.workflowId, runId: handle.firstExecutionRunId, activityId }, 'your_result');
    return settle(handle.result());
  }),
  scenario('go-activities/async-fail', 'a client fails a pending activity', async (h) => {
    const { handle, taskToken } = await startPending(h);
    await h.client.activity.fail(taskToken, ApplicationFailure.create({ message: 'it broke outside' }));
    return settle(handle.result());
  }),
  scenario('go-activities/cancel', 'a cancelled activity hears of it by its heartbeat; the workflow waits for it', (h) => execute(h, w.callAndCancel, true)),
  scenario('go-activities/cancel-no-wait', 'the workflow does not wait for the cancelled activity', (h) => execute(h, w.callAndCancel, false)),
  scenario('go-activities/two-at-once', 'two activities in parallel', (h) => execute(h, w.callTwo), { order: 'any' }),
  scenario('go-activities/local', 'two local activities in one task', (h) => execute(h, w.callLocal, 1, 0)),
  scenario('go-activities/local-retried', 'a local activity is retried within its workflow task; the marker counts attempts', (h) =>
    execute(h, w.callLocal, 2, 0),
  ),
  scenario('go-activities/local-fails', 'a local activity fails: the failure is on the marker', (h) => execute(h, w.callLocal, 9, 0)),
  scenario('go-activities/local-backoff-timer', 'a back-off longer than the workflow task: a failed marker, a timer, a second marker', async (h) =>
    settle((await start(h, w.callLocal, [2, 1_500], { workflowTaskTimeout: '1s' })).result()),
  ),
  scenario(
    'go-activities/local-outlasts-task',
    'a local activity longer than the workflow task: the task is renewed at four fifths of its timeout',
    async (h) => settle((await start(h, w.callLocal, [-1_200, 0], { workflowTaskTimeout: '1s' })).result()),
  ),
  scenario('go-activities/local-then-remote', 'a version, a local activity and an activity in one run', (h) => execute(h, w.callLocalThenRemote)),
];
