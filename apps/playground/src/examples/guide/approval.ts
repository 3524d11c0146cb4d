/** An approval: an activity asks, returns before there is an answer, and is completed from the page. */
import { defineQuery, proxyActivities, setHandler } from '@perdure/core/workflow';
import type * as activities from './activities.ts';
import { DECISION } from './example.ts';

const { askSomebody } = proxyActivities<typeof activities>({ activityId: DECISION, startToCloseTimeout: '7 days' });
const { notify } = proxyActivities<typeof activities>({ startToCloseTimeout: '1 minute', heartbeatTimeout: '10 seconds' });

export const question = defineQuery<string>('question');

export async function approval(about: string): Promise<string> {
  setHandler(question, () => about);
  const answer = await askSomebody(about);
  await notify(`${about}: ${answer}`);
  return answer;
}
