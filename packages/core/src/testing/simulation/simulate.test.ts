import { expect, it } from 'vitest';
import { plainPlanOf, planOf, shrink, simulate } from './simulate.ts';

it('SEED-EQUAL the same seed gives the same trace, byte for byte', async () => {
  for (const seed of [3, 11, 40]) {
    const [first, second] = [await simulate(planOf(seed)), await simulate(planOf(seed))];
    expect(first.trace.length).toBeGreaterThan(20);
    expect(first.trace.join('\n')).toBe(second.trace.join('\n'));
  }
});

it.each([
  [7, 'a run that slept lost its row of "busy" before it had one of "wake", when another engine took over'],
  [20, 'who waited for a result heard nothing, when the commit of the close took effect and failed'],
  [405, 'a run that closed while an engine started kept its row of "busy"'],
  [661, 'the same as seed 7, after a failed commit'],
  [1057, 'the same as seed 7, after the death of an engine'],
])('seed %i holds: %s', async (seed) => {
  const { violation } = await simulate(plainPlanOf(seed));
  expect(violation).toBeUndefined();
});

it.each([
  [7, 'a start request that was sent again did not find its run when the chain had gone on'],
  [68, 'a run whose local activity outlasted its task left a full cache, and began it anew for ever'],
  [316, 'a signal that was sent again reached the next run of its chain, too'],
  [561, 'a run was said to be closed, and the commit of its close failed'],
  [11_428, 'an attempt was lost, and its run had no time for another one: the judge took the failure for a fault'],
])('seed %i of all of the model holds: %s', async (seed) => {
  const { violation } = await simulate(planOf(seed));
  expect(violation).toBeUndefined();
});

it('faults do strike', async () => {
  let faults = 0;
  for (let seed = 1; seed <= 12; seed++) faults += (await simulate(planOf(seed))).faults;
  expect(faults).toBeGreaterThan(20);
});

it('shrinks a plan that breaks to one that still does', async () => {
  const plan = plainPlanOf(30);
  const impossible = { workflowId: 'never', program: { op: 'signals', count: 9 }, startsAfter: 0, signals: [], queries: [] } as const;
  const small = await shrink({ ...plan, workflows: [...plan.workflows, impossible] });
  expect(small.outcome.violation).toMatch(/^LIVE: 1 workflows/);
  expect(small.plan.workflows).toEqual([impossible]);
  expect(small.outcome.faults).toBe(0);
}, 120_000);
