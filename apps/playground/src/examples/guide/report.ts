/** A report by a cron schedule: each run knows the result of the one before. */
import { defineQuery, proxyActivities, setHandler, workflowInfo } from '@perdure/core/workflow';
import type * as activities from './activities.ts';

const { notify } = proxyActivities<typeof activities>({ startToCloseTimeout: '1 minute', heartbeatTimeout: '10 seconds' });

export const reportNumber = defineQuery<number>('number');

export async function report(): Promise<number> {
  const number = ((workflowInfo().lastResult as number | undefined) ?? 0) + 1;
  setHandler(reportNumber, () => number);
  await notify(`Report ${number}`);
  return number;
}
