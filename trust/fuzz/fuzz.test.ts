/** The fuzz finds what it looks for, and finds nothing in the engine: some thousand inputs of the million. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fuzz } from './fuzz.ts';
import type { Target } from './target.ts';
import { TARGETS } from './targets.ts';

const quiet = (): void => {};

/** A place that does to each input what a test wants of it. */
const place = (check: (input: number) => string | undefined): Target<number> => ({
  name: 'a place',
  share: 1,
  inputs: fc.nat(100),
  create: () => ({ check, isRefusal: (error) => error instanceof SyntaxError }),
});

test('S1, S2, S4, S9, S14, S20: some thousand inputs have no effect but the promised one', async () => {
  const { findings, inputs } = await fuzz({ targets: TARGETS, inputs: 6_000, seed: 2, report: quiet });
  expect(findings).toEqual([]);
  expect(inputs).toBe(6_000);
}, 120_000);

test('a promised error is a refusal, another one is uncaught', async () => {
  const refusing = place(() => JSON.parse('{'));
  expect(await fuzz({ targets: [refusing], inputs: 10, seed: 1, report: quiet })).toMatchObject({ uncaught: 0, refused: { 'a place': 10 } });
  const failing = place((input) => (input as unknown as string).trim());
  expect(await fuzz({ targets: [failing], inputs: 10, seed: 1, report: quiet })).toMatchObject({ uncaught: 10 });
});

test('an effect that it should not have is a change, and the input is told', async () => {
  const { changed, findings } = await fuzz({ targets: [place(() => 'it was accepted')], inputs: 2, seed: 1, report: quiet });
  expect(changed).toBe(2);
  expect(findings[0]).toMatch(/^changed: it was accepted; a place, seed 1000003, input 0: \d+$/);
});

test('a rejection that nobody hears is uncaught', async () => {
  const { uncaught } = await fuzz({
    targets: [{ ...place(() => undefined), create: () => ({ check: straying, isRefusal: () => false }) }],
    inputs: 1,
    seed: 1,
    report: quiet,
  });
  expect(uncaught).toBe(1);
});

async function straying(): Promise<undefined> {
  void Promise.reject(new Error('stray'));
  await new Promise((resolve) => setImmediate(resolve));
  return undefined;
}

test('a global that is not what it was is polluted', async () => {
  const polluting = place(() => {
    (Object.prototype as Record<string, unknown>)['polluted'] = true;
    return undefined;
  });
  try {
    const { polluted } = await fuzz({ targets: [polluting], inputs: 1, seed: 1, report: quiet });
    expect(polluted).toBeGreaterThan(0);
  } finally {
    delete (Object.prototype as Record<string, unknown>)['polluted'];
  }
});

test('an input that takes long is slow', async () => {
  const slow = place(() => {
    const { user } = process.cpuUsage();
    for (let i = 0; i % 1_000_000 !== 0 || process.cpuUsage().user - user < 150_000; i++);
    return undefined;
  });
  expect(await fuzz({ targets: [slow], inputs: 1, seed: 1, report: quiet })).toMatchObject({ slow: 1 });
}, 60_000);
