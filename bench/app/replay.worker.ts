/** R: replays histories in a worker whose sandbox is new for each, as a fresh page would. */
import { Worker } from '@perdure/core/worker';
import type { ReplayAnswer, ReplayRequest } from './replays.ts';

const now = performance.now.bind(performance); // before workflow code is loaded, which takes the clock away

addEventListener('message', async ({ data: { history } }: MessageEvent<ReplayRequest>) => {
  const start = now();
  let answer: ReplayAnswer;
  try {
    await Worker.runReplayHistory({ workflows: () => import('./workflows.ts?perdure-workflow' as './workflows.ts') }, history, 'replayed');
    answer = { milliseconds: now() - start };
  } catch (error) {
    answer = { error: String(error) };
  }
  postMessage(answer);
});
