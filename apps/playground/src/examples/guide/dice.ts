/** Dice: chance from outside is taken once and kept, a setting is kept when it changes, and newer code says so. */
import { condition, defineQuery, defineSignal, mutableSideEffect, patched, proxyActivities, setHandler, sideEffect } from '@perdure/core/workflow';
import type * as activities from './activities.ts';

const { notify } = proxyActivities<typeof activities>({ startToCloseTimeout: '1 minute', heartbeatTimeout: '10 seconds' });

export const throwDice = defineSignal('throw');
export const thrown = defineQuery<{ day: string; thrown: readonly number[] }>('thrown');

/** @returns what was thrown */
export async function dice(throws: number): Promise<number[]> {
  const numbers: number[] = [];
  let asked = 0;
  let day = '';
  setHandler(thrown, () => ({ day, thrown: numbers }));
  setHandler(throwDice, () => {
    asked += 1;
  });
  while (numbers.length < throws) {
    await condition(() => asked > numbers.length);
    day = mutableSideEffect('day', () => new Date().toDateString());
    const number = sideEffect(() => Math.floor(Math.random() * 6) + 1);
    await notify(patched('says-it-is-dice') ? `Dice: ${number}` : `${number}`);
    numbers.push(number);
  }
  return numbers;
}
