import { begin, execute, scenario, settle, start } from '../harness.ts';
import * as w from './lifecycle.workflows.ts';

export default [
  scenario('go-lifecycle/continue-as-new', 'three runs; each sees whether it was continued', (h) => execute(h, w.simpleWorkflow, 'x', [])),
  scenario('go-lifecycle/timeouts', 'all three workflow timeouts on the first event', async (h) => {
    const timeouts = { workflowExecutionTimeout: '3650 days', workflowRunTimeout: '365 days', workflowTaskTimeout: '10s' } as const;
    return settle((await start(h, w.failUntil, [1], timeouts)).result());
  }),
  scenario('go-lifecycle/run-timeout', 'the run times out', async (h) => settle((await start(h, w.sleepForever, [], { workflowRunTimeout: '1s' })).result())),
  scenario('go-lifecycle/execution-timeout', 'the execution times out', async (h) =>
    settle((await start(h, w.sleepForever, [], { workflowExecutionTimeout: '1s' })).result()),
  ),
  scenario('go-lifecycle/task-timeout', 'a workflow task outlasts its timeout and runs again', async (h) => {
    const id = h.id();
    h.beforeAnswer(() => h.until(id, 'WorkflowTaskTimedOut'));
    return settle((await start(h, w.blockOnce, [], { id, workflowTaskTimeout: '1s' })).result());
  }),
  scenario('go-lifecycle/retry', 'a workflow retry policy: the third attempt succeeds in a third run', async (h) => {
    const retry = { initialInterval: 100, backoffCoefficient: 2, maximumInterval: '100s' } as const;
    return settle((await start(h, w.failUntil, [3], { retry })).result());
  }),
  scenario('go-lifecycle/retry-exhausted', 'the attempts of a workflow retry policy run out', async (h) =>
    settle((await start(h, w.failUntil, [9], { retry: { initialInterval: 100, maximumAttempts: 2 } })).result()),
  ),
  scenario('go-lifecycle/retry-non-retryable', 'a non-retryable error type ends the chain at once', async (h) =>
    settle((await start(h, w.failUntil, [9], { retry: { initialInterval: 100, nonRetryableErrorTypes: ['TooEarly'] } })).result()),
  ),
  scenario('go-lifecycle/no-retry', 'without a policy a failed workflow is not retried', (h) => execute(h, w.failUntil, 2)),
  scenario('go-lifecycle/cancel', 'a cancelled scope ends the sleep; the workflow closes as cancelled', async (h) => {
    const handle = await begin(h, w.sleepForever);
    await handle.cancel();
    return settle(handle.result());
  }),
  scenario('go-lifecycle/terminate', 'a client terminates the run with a reason', async (h) => {
    const handle = await begin(h, w.sleepForever);
    await handle.terminate('enough');
    return settle(handle.result());
  }),
];
