import { begin, execute, scenario, settle } from '../harness.ts';
import * as w from './timers.workflows.ts';

export default [
  scenario('go-timers/sleep', 'sleep is one timer', (h) => execute(h, w.sleepFor, 100)),
  scenario('go-timers/sleep-zero', 'sleep(0)', (h) => execute(h, w.sleepFor, 0)),
  scenario('go-timers/sleep-negative', 'a negative sleep', (h) => execute(h, w.sleepFor, -5)),
  scenario('go-timers/new-timer', 'a timer is a promise', (h) => execute(h, w.timerFires)),
  scenario('go-timers/cancelled', 'a timer is cancelled in a later workflow task', (h) => execute(h, w.timerCancelled, true)),
  scenario('go-timers/cancelled-at-once', 'a timer is cancelled in the task that made it', (h) => execute(h, w.timerCancelled, false)),
  scenario('go-timers/parallel', 'timers fire by due time, not in the order they were made', (h) => execute(h, w.timersInParallel)),
  scenario('go-timers/slow-processing', 'the timer sample: a timer warns of a slow activity, which then completes', (h) =>
    execute(h, w.timerOrderProcessing, 3_500),
  ),
  scenario('go-timers/fast-processing', 'the timer sample: the activity is first and the timer is cancelled', (h) => execute(h, w.timerOrderProcessing, 50)),
  scenario('go-timers/await', 'condition with a timeout: it comes true first', async (h) => {
    const handle = await begin(h, w.awaitsSignal, [60_000]);
    await handle.signal('go', true);
    return settle(handle.result());
  }),
  scenario('go-timers/await-timeout', 'condition gives up', (h) => execute(h, w.awaitsSignal, 100)),
  scenario('go-timers/worker-down', 'a timer fires while no worker runs; the workflow goes on with the next worker', async (h) => {
    const handle = await begin(h, w.sleepFor, [500]);
    await h.stopWorker();
    await h.until(handle.workflowId, 'TimerFired');
    await h.startWorker();
    return settle(handle.result());
  }),
];
