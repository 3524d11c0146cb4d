/** The one activity of the load: it tells the ledger which attempt of what began, and only then goes on. */
import { activityInfo } from '@perdure/core/activity';
import { tell } from './records.ts';

export async function step(index: number): Promise<number> {
  const { workflowExecution, activityId, attempt } = activityInfo();
  await tell({ kind: 'begin', workflowId: workflowExecution.workflowId, activityId, attempt });
  return index;
}
