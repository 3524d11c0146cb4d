/** The workflows of the load. */
import {
  condition,
  defineSignal,
  defineUpdate,
  proxyActivities,
  type SignalDefinition,
  setHandler,
  sleep,
  type UpdateDefinition,
} from '@perdure/core/workflow';
import type * as activities from './activities.ts';

/** An attempt that died with its tab is noticed by its time limit: a short one, so that a round is short. */
const { step } = proxyActivities<typeof activities>({
  startToCloseTimeout: '1 second',
  retry: { initialInterval: '20 ms', backoffCoefficient: 1 },
});

/** Activities one after the other, with timers between. */
export async function chain(steps: number): Promise<number> {
  for (let index = 0; index < steps; index++) {
    await step(index);
    if (index % 3 === 2) await sleep(5);
  }
  return steps;
}

/** Mostly asleep, so that there is something to go on with after a death. */
export async function ticker(ticks: number): Promise<number> {
  for (let index = 0; index < ticks; index++) {
    await sleep(100);
    await step(index);
  }
  return ticks;
}

/** Sleeps for longer than any measurement lasts. */
export async function sleeper(): Promise<void> {
  await sleep('30 days');
}

export const put: SignalDefinition<[letter: string]> = defineSignal('put');
export const close: SignalDefinition = defineSignal('close');
export const add: UpdateDefinition<number, [letter: string]> = defineUpdate('add');

/** Keeps what it is sent, in the order in which it saw it. */
export async function mailbox(): Promise<readonly string[]> {
  const letters: string[] = [];
  let isClosed = false;
  setHandler(put, (letter) => {
    letters.push(letter);
  });
  setHandler(add, (letter) => letters.push(letter));
  setHandler(close, () => {
    isClosed = true;
  });
  await condition(() => isClosed);
  return letters;
}
