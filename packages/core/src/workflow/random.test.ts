import { describe, expect, test } from 'vitest';
import { uuid4 } from '../entry/workflow.ts';
import { Alea, seedOf, sipHash13, streamSeed, uuid4From } from './random.ts';
import { getRandomStream, workflowRandom } from './random-streams.ts';
import { fireTimer, givenRun, resultOf } from './run.test-kit.ts';
import { sleep } from './timers.ts';

/** A run id of a history that Temporal's server and SDK recorded. */
const RUN_ID = '01a20360-4ddc-7579-8374-05f318a179ff';

describe('chance, number for number as in Temporal', () => {
  test('SipHash-1-3 under the key 0', () => {
    expect(sipHash13(Array.from({ length: 15 }, (_, i) => i))).toBe(0xf30eb725bb91c9ean);
  });

  test('the seed of a run', () => {
    expect(seedOf(RUN_ID)).toEqual([208, 140, 207, 68, 182, 20, 115, 17]);
    expect(seedOf('')).toEqual([48, 64, 110, 165, 35, 197, 61, 239]);
  });

  test('Alea, and UUIDs of its draws', () => {
    const alea = new Alea(seedOf(RUN_ID));
    const random = (): number => alea.next();
    expect([random(), random(), uuid4From(random), random()]).toEqual([
      0.49219219852238894,
      0.5306878434494138,
      'dc6d043f-65f0-441c-a3f2-da3ca0407f40',
      0.2727506218943745,
    ]);
  });

  test('a clone goes on as the original does, apart from it', () => {
    const alea = new Alea([1, 2, 3]);
    const copy = alea.clone();
    const ahead = [copy.next(), copy.next()];
    expect([alea.next(), alea.next()]).toEqual(ahead);
  });

  test('the seed of a named stream has lengths before what it joins', () => {
    expect(streamSeed([7, 8], 'ab').slice(-12)).toEqual([0, 0, 0, 2, 7, 8, 0, 0, 0, 2, 97, 98]);
  });
});

describe('random numbers of a run', () => {
  test('R76 Math.random and uuid4 come from the seed of the run', async () => {
    async function draws() {
      return [Math.random(), Math.random(), uuid4(), Math.random()];
    }
    expect(resultOf(await givenRun(draws, [], { runId: RUN_ID }))).toEqual([
      0.49219219852238894,
      0.5306878434494138,
      'dc6d043f-65f0-441c-a3f2-da3ca0407f40',
      0.2727506218943745,
    ]);
  });

  test('crypto.randomUUID and getRandomValues come from it too', async () => {
    async function draws() {
      return [crypto.randomUUID(), [...crypto.getRandomValues(new Uint8Array(3))]];
    }
    const once = resultOf(await givenRun(draws));
    expect(resultOf(await givenRun(draws))).toEqual(once);
    expect(resultOf(await givenRun(draws, [], { runId: 'other' }))).not.toEqual(once);
  });

  test('R71 a reset run goes on with the numbers of its new seed', async () => {
    async function draws() {
      await sleep(1);
      return Math.random();
    }
    const run = await givenRun(draws);
    await run.activate({ type: 'updateRandomSeed', randomnessSeed: RUN_ID }, fireTimer(1));
    expect(resultOf(run)).toBe(0.49219219852238894);
  });

  test('a named stream leaves the main one alone', async () => {
    async function draws(named: boolean) {
      const stream = getRandomStream('library');
      const first = named ? [stream.random(), stream.uuid4()] : [];
      return { first, main: Math.random() };
    }
    const [without, once, again] = [await givenRun(draws, [false]), await givenRun(draws, [true]), await givenRun(draws, [true])].map(resultOf) as {
      first: unknown[];
      main: number;
    }[];
    expect(once?.main).toBe(without?.main);
    expect(again?.first).toEqual(once?.first);
  });

  test('with() makes Math.random draw from a stream, after awaits too, and ends with its function', async () => {
    async function draws() {
      const stream = getRandomStream('s');
      const inside = await stream.with(async () => {
        await null;
        return Math.random();
      });
      return { inside, outside: Math.random(), viaMain: await stream.with(async () => workflowRandom.random()) };
    }
    const result = resultOf(await givenRun(draws, [], { runId: RUN_ID })) as Record<string, number>;
    expect(result).toMatchObject({ outside: 0.49219219852238894, viaMain: 0.5306878434494138 });
    expect(result['inside']).not.toBe(result['outside']);
  });
});
