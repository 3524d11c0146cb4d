import { CancellationScope, condition, getSignalChannel, isCancellation, proxyActivities, sleep } from '@perdure/core/workflow';
import type * as activities from '../activities.ts';
import { quick } from './activities.workflows.ts';

export async function sleepFor(milliseconds: number): Promise<string> {
  await sleep(milliseconds);
  return 'slept';
}

/** Says whether its timer had fired before and after the wait. */
export async function timerFires(): Promise<boolean[]> {
  let hasFired = false;
  const timer = sleep(100).then(() => {
    hasFired = true;
  });
  const before = hasFired;
  await timer;
  return [before, hasFired];
}

/** Cancels its long timer, at once or after a short one. */
export async function timerCancelled(later: boolean): Promise<boolean> {
  const scope = new CancellationScope();
  const timer = scope.run(() => sleep('1 hour'));
  timer.catch(() => undefined); // told below
  if (later) await sleep(100);
  scope.cancel();
  return timer.then(() => false, isCancellation);
}

/** Notes its timers as they fire. */
export async function timersInParallel(): Promise<number[]> {
  const fired: number[] = [];
  await Promise.all([4_500, 1_500, 3_000].map((ms) => sleep(ms).then(() => fired.push(ms))));
  return fired;
}

/** The guide's linked sample: an order, and a timer that warns when it takes too long. */
export async function timerOrderProcessing(milliseconds: number): Promise<string[]> {
  const { slow } = proxyActivities<typeof activities>(quick(1));
  const seen: string[] = [];
  const order = slow(milliseconds).then(() => 'processed');
  const scope = new CancellationScope();
  const warning = scope.run(() => sleep('1s')).then(() => 'processing takes longer than expected');
  warning.catch(() => undefined); // cancelled below
  if ((await Promise.race([order, warning])) !== 'processed') seen.push(await warning);
  seen.push(await order);
  scope.cancel();
  return seen;
}

/** Says whether its condition was met in time. */
export async function awaitsSignal(milliseconds: number): Promise<boolean> {
  const channel = getSignalChannel('go');
  return condition(() => channel.length > 0, milliseconds);
}
