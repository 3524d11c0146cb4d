import { describe, expect, test } from 'vitest';
import { systemClock } from '../common/clock.ts';
import { sideEffect } from './markers.ts';
import { fireTimer, givenRun, resultOf, START } from './run.test-kit.ts';
import { sleep } from './timers.ts';

/** What a probe does in a workflow: its result as text, or the name of the error. */
async function probe(fn: () => unknown): Promise<string> {
  async function probes() {
    try {
      return String(fn());
    } catch (error) {
      return (error as Error).name;
    }
  }
  return resultOf(await givenRun(probes, [], { activation: { timestamp: START } })) as string;
}

const NOW = String(START);
// biome-ignore lint/suspicious/noExplicitAny: probes call what a host may lack
const globals = globalThis as any;

describe('R76 time in workflow code is the engine’s', () => {
  test.each<[string, () => unknown]>([
    ['Date.now()', () => Date.now()],
    // biome-ignore lint/complexity/useDateNow: what is probed
    ['new Date()', () => new Date().getTime()],
    ['Date()', () => (globals.Date() as Date).getTime()],
    ['the constructor of a date', () => new (new Date(5).constructor as DateConstructor)().getTime()],
    ['a subclass of Date', () => new (class Later extends Date {})().getTime()],
    ['Reflect.construct', () => (Reflect.construct(Date, []) as Date).getTime()],
    ['Intl without a time', () => Date.parse(`${new Intl.DateTimeFormat('en', { timeZone: 'UTC', dateStyle: 'short', timeStyle: 'medium' }).format()} UTC`)],
    [
      'formatToParts without a time',
      () => Date.UTC(Number(new Intl.DateTimeFormat('en', { timeZone: 'UTC', year: 'numeric' }).formatToParts().at(0)?.value), 0),
    ],
  ])('%s', async (_what, read) => {
    expect(await probe(read)).toBe(NOW);
  });

  test('performance.now() counts from the start of the run', async () => {
    async function probes() {
      const first = performance.now();
      await sleep(1);
      return [first, performance.now(), performance.timeOrigin];
    }
    const run = await givenRun(probes, [], { activation: { timestamp: START + 5 } });
    expect(resultOf(await run.activateAs({ timestamp: START + 9 }, fireTimer(1)))).toEqual([5, 9, START]);
  });

  test('never goes backwards', async () => {
    async function probes() {
      await sleep(1);
      return Date.now();
    }
    const run = await givenRun(probes, [], { activation: { timestamp: START + 5 } });
    expect(resultOf(await run.activateAs({ timestamp: START }, fireTimer(1)))).toBe(START + 5);
  });

  test('a date with arguments is what they say', async () => {
    expect(
      await probe(() =>
        [new Date(7).getTime(), new Date('2020-01-01').toISOString(), Date.UTC(1970, 0), Date.parse('1970-01-01'), new Date() instanceof Date].join(),
      ),
    ).toBe('7,2020-01-01T00:00:00.000Z,0,0,true');
  });
});

describe('R76 what a replay could not repeat is refused', () => {
  test.each<[string, () => unknown]>([
    ['WeakRef', () => new WeakRef({})],
    ['FinalizationRegistry', () => new FinalizationRegistry(() => undefined)],
    ['fetch', () => fetch('http://localhost')],
    ['WebSocket', () => new globals.WebSocket('ws://localhost')],
    ['EventSource', () => new globals.EventSource('http://localhost')],
    ['setInterval', () => setInterval(() => undefined, 1)],
    ['setImmediate', () => setImmediate(() => undefined)],
    ['MessageChannel', () => new MessageChannel()],
    ['BroadcastChannel', () => new BroadcastChannel('x')],
    ['crypto.subtle', () => crypto.subtle],
    ['AbortSignal.timeout', () => AbortSignal.timeout(1)],
    ['Atomics.wait', () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)],
    ['WebAssembly.compile', () => globals.WebAssembly.compile(new Uint8Array())],
    ['ReadableStream', () => new ReadableStream()],
    ['CompressionStream', () => new CompressionStream('gzip')],
  ])('%s', async (name, use) => {
    if (globals[name.split('.')[0] as string] === undefined) return; // this host lacks it
    expect(await probe(use)).toBe('DeterminismViolationError');
  });

  test('in words that say what to do', async () => {
    async function fetches() {
      await fetch('http://localhost');
    }
    expect((await givenRun(fetches)).completion).toMatchObject({
      failure: { message: 'fetch cannot be used in workflow code: a replay could not repeat what it does. Use an activity.' },
    });
  });

  test('while typeof and statics stay', async () => {
    expect(await probe(() => [typeof fetch, typeof WeakRef, typeof setInterval, AbortSignal.abort().aborted].join())).toBe('function,function,function,true');
  });
});

describe('what workflow code may use', () => {
  test.each<[string, () => unknown, string]>([
    ['URL', () => new URL('/a?b=c', 'http://x').searchParams.get('b'), 'c'],
    ['TextEncoder', () => new TextDecoder().decode(new TextEncoder().encode('ä')), 'ä'],
    ['structuredClone', () => structuredClone({ a: [1] }).a[0], '1'],
    ['AbortController', () => new AbortController().signal.aborted, 'false'],
    ['atob', () => atob(btoa('x')), 'x'],
  ])('%s', async (_name, use, result) => {
    expect(await probe(use)).toBe(result);
  });
});

describe('other code of the realm', () => {
  test('sees the host’s time, chance and functions, also while a run is at work', async () => {
    let letGo: (() => void) | undefined;
    const gate = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const beside = (async () => {
      await gate;
      return Date.now();
    })();
    async function releases() {
      letGo?.();
      await null;
      return Date.now();
    }
    const result = resultOf(await givenRun(releases, [], { activation: { timestamp: START } }));
    expect(result).toBe(START);
    expect(Math.abs((await beside) - systemClock.now())).toBeLessThan(10_000);
    expect(Date()).toMatch(/^\w{3} \w{3} \d\d/);
    expect(new WeakRef({}).deref()).toEqual({});
    expect(new Set([Math.random(), Math.random(), Math.random()]).size).toBe(3);
    const timer = setTimeout(() => undefined, 1_000_000);
    expect(typeof timer).toBe('object');
    clearTimeout(timer);
    expect(await crypto.subtle.digest('SHA-256', new Uint8Array())).toBeInstanceOf(ArrayBuffer);
  });

  test('gets its own globals back in a side effect', async () => {
    async function takes() {
      return [Date.now(), sideEffect(() => Date.now()) !== Date.now()];
    }
    expect(resultOf(await givenRun(takes, [], { activation: { timestamp: START } }))).toEqual([START, true]);
  });
});
