import { defineQuery, proxyActivities, setHandler, sleep } from '@perdure/core/workflow';
import type * as activities from '../activities.ts';

const { yourActivity } = proxyActivities<typeof activities>({ startToCloseTimeout: '10s' });

export const currentState = defineQuery<string>('current_state');
export const decoratedState = defineQuery<string, [prefix: string, suffix: string]>('decorated_state');

/** The guide's: its state is started, waiting timer, waiting activity, done. */
export async function queriedWorkflow(input: string): Promise<void> {
  let state = 'started';
  setHandler(currentState, () => state);
  setHandler(decoratedState, (prefix, suffix) => prefix + state + suffix);
  state = 'waiting timer';
  await sleep('1s');
  state = 'waiting activity';
  await yourActivity(input);
  state = 'done';
}
