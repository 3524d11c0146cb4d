/** The workflows of the workloads. */
import {
  ApplicationFailure,
  condition,
  defineSignal,
  executeChild,
  proxyActivities,
  type SignalDefinition,
  setHandler,
  sleep,
  workflowInfo,
} from '@perdure/core/workflow';
import type * as activities from './activities.ts';

const { addOne, tellPage, add } = proxyActivities<typeof activities>({ startToCloseTimeout: '1 minute' });

export const go: SignalDefinition = defineSignal('go');
export const count: SignalDefinition = defineSignal('count');

/** W1, W2: one activity. */
export async function one(value: number): Promise<number> {
  return addOne(value);
}

/** W3: activities one after the other, then it waits for a signal. */
export async function sequence(steps: number): Promise<number> {
  let isGo = false;
  setHandler(go, () => {
    isGo = true;
  });
  let value = 0;
  for (let step = 0; step < steps; step++) value = await addOne(value);
  await tellPage(workflowInfo().workflowId);
  await condition(() => isGo);
  return value;
}

/** W4: sleeps. */
export async function sleeper(): Promise<void> {
  await sleep('1 hour');
}

/** W5: counts signals. */
export async function counter(expected: number): Promise<number> {
  let counted = 0;
  setHandler(count, () => {
    counted++;
  });
  await condition(() => counted >= expected);
  return counted;
}

/** W6: children of one activity each, at once. */
export async function parent(children: number): Promise<number> {
  const results = await Promise.all(Array.from({ length: children }, (_, index) => executeChild(one, { args: [index] })));
  return sum(results);
}

/** W6: activities at once. */
export async function fan(activities: number): Promise<number> {
  return sum(await Promise.all(Array.from({ length: activities }, (_, index) => addOne(index))));
}

/** R: the workflow of the synthetic histories in sequence. */
export async function loop(steps: number): Promise<number> {
  let total = 0;
  for (let step = 0; step < steps; step++) total += await add(step, 1);
  return total;
}

/** R: the workflow of the synthetic histories in parallel. */
export async function fanout(width: number): Promise<number> {
  return sum(await Promise.all(Array.from({ length: width }, (_, index) => add(index, 1))));
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** V: ends at once, as it is told. */
export async function brief(fails: boolean): Promise<void> {
  if (fails) throw ApplicationFailure.nonRetryable('as it was told');
}

/** V: the type that few runs have. */
export async function rare(): Promise<void> {
  await brief(false);
}
