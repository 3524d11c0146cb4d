import { errorOf, type Harness, scenario, settle, start } from '../harness.ts';
import * as w from './cron.workflows.ts';

/** Starts a chain and terminates its run number `runs` before that has a workflow task. */
async function cron(h: Harness, failAt: number, runs: number): Promise<unknown> {
  const first = await start(h, w.cronCount, [failAt], { cronSchedule: '@every 1s' });
  const current = h.client.workflow.getHandle(first.workflowId);
  const seen = new Set<string>();
  for (;;) {
    seen.add((await current.describe()).runId);
    if (seen.size === runs) break;
    await h.sleep(25);
  }
  await current.terminate('enough');
  return settle(first.result());
}

export default [
  scenario('go-cron/schedule', "the guide's schedule: the first workflow task waits for its time", async (h) => {
    const handle = await start(h, w.cronCount, [0], { cronSchedule: '15 8 * * *' });
    await handle.terminate('enough');
    return settle(handle.result());
  }),
  scenario('go-cron/last-result', 'each run sees the last completion result; the fourth is terminated while it waits', (h) => cron(h, 0, 4)),
  scenario('go-cron/failure', 'a failed run does not end the chain; the next one sees its error and the result before it', (h) => cron(h, 2, 4)),
  scenario('go-cron/invalid', 'a schedule that cannot be parsed is refused', (h) =>
    errorOf(start(h, w.cronCount, [0], { cronSchedule: 'every now and then' })),
  ),
];
