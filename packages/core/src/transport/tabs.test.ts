/** Two tabs and more of one database: who answers whose calls, and what is noticed of a leader that falls silent. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Clock } from '../common/clock.ts';
import { SDK_VERSION } from '../common/version.ts';
import type { Call, Caller } from './call.ts';
import { followTabs } from './following-tab.ts';
import { leadTabs } from './leading-tab.ts';
import { createMemoryChannels } from './memory-channels.ts';
import { createMemoryLocks } from './memory-locks.ts';
import { readTabMessage } from './tab-messages.ts';
import { holdWorkerLock } from './worker-lock.ts';

const signal: Call = { method: 'signalWorkflowExecution', argument: { requestId: 'r' }, timeoutMs: 1_000 };
const clock: Clock = {
  now: () => Date.now(),
  setTimer(delayMs, fn) {
    const timer = setTimeout(fn, delayMs);
    return () => clearTimeout(timer);
  },
};

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** Lets messages arrive; less than a beat. */
const settle = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) {
    await vi.advanceTimersByTimeAsync(1);
    await new Promise((resolve) => setImmediate(resolve)); // what the platform does in turns of its own, as ports
  }
};

/** Lets time pass, and messages arrive meanwhile. */
async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 100) {
    await vi.advanceTimersByTimeAsync(100);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function world() {
  const channels = createMemoryChannels();
  const locks = createMemoryLocks();
  const common = { database: 'db', clock, openChannel: channels.open };
  return {
    channels,
    locks,
    lead: (leader: string, call: Caller) => leadTabs({ ...common, tab: `tab of ${leader}`, isVisible: () => true, leader, call, locks }),
    follow(tab: string, patience = 4) {
      const log: string[] = [];
      let die = (): void => {};
      void holdWorkerLock(tab, locks).then((release) => {
        die = release;
      });
      let carrier: Caller | undefined;
      const stop = followTabs({
        ...common,
        tab,
        patience: () => patience,
        isVisible: () => false,
        onLeader(found) {
          carrier = found;
          log.push('leader');
        },
        onLeft: () => log.push('left'),
        onSilent: () => log.push('silent'),
      });
      return { log, stop, die: () => die(), call: (call: Call) => (carrier as Caller)(call) };
    },
  };
}

describe('tabs of one database', () => {
  test('a tab finds the leader that was there before, and its calls are answered', async () => {
    const { lead, follow } = world();
    const calls: Call[] = [];
    lead('L1', async (call) => {
      calls.push(call);
      return 'done';
    });
    const b = follow('b');
    await settle();
    expect(b.log).toEqual(['leader']);
    expect(await b.call(signal)).toBe('done');
    expect(calls).toEqual([signal]);
  });

  test('whoever looks at the tabs sees who follows, and by the next look how each is', async () => {
    const { lead, follow } = world();
    const leading = lead('L1', async () => 'done');
    const b = follow('b');
    await settle();
    expect(leading.census()).toEqual([
      { id: 'tab of L1', role: 'leader', since: expect.any(Number), lastHeard: Date.now(), isVisible: true, version: SDK_VERSION },
      { id: 'b', role: 'follower', since: expect.any(Number) },
    ]);
    await settle();
    expect(leading.census()[1]).toMatchObject({ id: 'b', role: 'follower', lastHeard: expect.any(Number), isVisible: false, version: SDK_VERSION });
    b.die();
    b.stop();
    await settle();
    expect(leading.census().map(({ id }) => id)).toEqual(['tab of L1']);
  });

  test('errors keep their class and code on the way', async () => {
    const { lead, follow } = world();
    lead('L1', async () => Promise.reject(Object.assign(new Error('no'), { name: 'TypeError' })));
    const b = follow('b');
    await settle();
    await expect(b.call(signal)).rejects.toMatchObject({ name: 'ServiceError', code: 'Internal', message: 'TypeError: no' });
  });

  test('a leader that comes later is found by its beat, and one that leaves is told', async () => {
    const { lead, follow } = world();
    const b = follow('b');
    await settle();
    expect(b.log).toEqual([]);
    const first = lead('L1', async () => 'first');
    await settle();
    first.stop();
    await settle();
    lead('L2', async () => 'second');
    await settle();
    expect(b.log).toEqual(['leader', 'left', 'leader']);
    expect(await b.call(signal)).toBe('second');
  });

  test('each of many tabs is answered apart: no answer goes astray', async () => {
    const { lead, follow } = world();
    lead('L1', async ({ argument }) => argument);
    const tabs = Array.from({ length: 20 }, (_, i) => follow(`tab ${i}`));
    await settle();
    const answers = await Promise.all(tabs.map(({ call }, i) => call({ ...signal, argument: { i } })));
    expect(answers).toEqual(tabs.map((_, i) => ({ i })));
  });

  test('a tab that has died is answered no more', async () => {
    const { lead, follow } = world();
    const leader = lead('L1', async () => 'done');
    const b = follow('b');
    await settle();
    expect(leader.followers).toBe(1);
    b.die();
    await settle();
    expect(leader.followers).toBe(0);
  });

  test('B29: joining gets through a channel that loses the first messages of each kind', async () => {
    const { lead, follow, channels } = world();
    const seen = new Map<string, number>();
    channels.loses = (name, message) => {
      const kind = (message as { kind?: string }).kind;
      if (!name.startsWith('perdure:tabs:') || !kind) return false;
      seen.set(kind, (seen.get(kind) ?? 0) + 1);
      return (seen.get(kind) as number) <= 2;
    };
    lead('L1', async () => 'done');
    const b = follow('b', 100);
    await pass(8_000);
    expect(b.log).toEqual(['leader']);
    await settle();
    expect(await b.call(signal)).toBe('done');
  });

  test('B14: a leader that is silent for as many beats as the tab has patience is told, and not before', async () => {
    const { lead, follow, channels } = world();
    lead('L1', async () => 'done');
    const b = follow('b', 4);
    await pass(10_500);
    expect(b.log).toEqual(['leader']);
    channels.loses = () => true;
    await pass(2_400); // the first of the four may be missed in the very moment in which the last one came
    expect(b.log).toEqual(['leader']);
    await pass(2_000);
    expect(b.log).toContain('silent');
  });

  test('a tab that was not running itself, as a machine asleep, blames nobody', async () => {
    const { follow } = world();
    const b = follow('b', 2);
    for (let beat = 0; beat < 20; beat++) {
      vi.setSystemTime(Date.now() + 60_000);
      await pass(1_000);
    }
    expect(b.log).toEqual([]);
  });

  test('B17: a clock that is set back or forward deposes nobody', async () => {
    const { lead, follow } = world();
    lead('L1', async () => 'done');
    const b = follow('b', 4);
    for (const jump of [-86_400_000, 86_400_000, -31_536_000_000, 31_536_000_000]) {
      vi.setSystemTime(Date.now() + jump);
      await pass(5_000);
    }
    expect(b.log).toEqual(['leader']);
  });

  test('a deposed leader that does not know it yet is not heard', async () => {
    const { lead, follow } = world();
    const old = lead('L1', async () => 'old');
    old.opened(1);
    const b = follow('b', 100);
    await settle();
    const next = lead('L2', async () => 'next');
    next.opened(2);
    await settle();
    await pass(5_000); // both beat
    expect(b.log).toEqual(['leader', 'left', 'leader']);
    await settle();
    expect(await b.call(signal)).toBe('next');
  });

  test('S2: what is no message of ours is ignored, and nothing of it is kept', async () => {
    const { lead, follow, channels } = world();
    const leader = lead('L1', async () => 'done');
    const b = follow('b', 1_000);
    await settle();
    const loud = channels.open('perdure:tabs:db');
    const word = fc.constantFrom('who', 'beat', 'join', 'joined', 'left', 'L1', 'b', '__proto__', 'constructor');
    const message = fc.oneof(
      fc.record({ kind: word, leader: fc.oneof(word, fc.anything()), tab: fc.anything(), epoch: fc.anything(), version: fc.anything() }, { requiredKeys: [] }),
      fc.anything({ key: word, withNullPrototype: true, withMap: true }),
    );
    fc.assert(
      fc.property(message, (message) => {
        const { kind, leader: from } = (message ?? {}) as { kind?: unknown; leader?: unknown };
        if ((kind === 'left' || kind === 'beat') && typeof from === 'string') return; // a well-formed one may make the tab look for another leader
        loud.postMessage(message);
      }),
      { numRuns: 2_000, seed: 7 },
    );
    await pass(1_000);
    await settle();
    expect(b.log).toEqual(['leader']);
    expect(leader.followers).toBe(1);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test('S2: a forged leader costs time, not calls: the real one is heard again', async () => {
    const { lead, follow, channels } = world();
    lead('L1', async () => 'done').opened(3);
    const b = follow('b', 100);
    await settle();
    channels.open('perdure:tabs:db').postMessage({ kind: 'beat', leader: 'forged', epoch: 3 });
    await settle();
    expect(b.log).toEqual(['leader', 'left']);
    await pass(1_000);
    await settle();
    expect(b.log).toEqual(['leader', 'left', 'leader']);
    expect(await b.call(signal)).toBe('done');
  });
});

test('messages are built anew: no more than the fields that belong to them', () => {
  expect(readTabMessage({ kind: 'beat', leader: 'L', epoch: 3, more: 1 })).toEqual({ kind: 'beat', leader: 'L', epoch: 3 });
  expect(readTabMessage({ kind: 'join', leader: 'L', tab: 't', version: 1 })).toEqual({ kind: 'join', leader: 'L', tab: 't', version: 1 });
  expect(readTabMessage({ kind: 'join', leader: 'L', tab: 't', version: 2 })).toBeUndefined();
  expect(readTabMessage({ kind: 'beat', leader: 'L', epoch: -1 })).toBeUndefined();
  expect(readTabMessage({ kind: 'beat', leader: 'x'.repeat(101) })).toBeUndefined();
  expect(readTabMessage(Object.create({ kind: 'who' }))).toBeUndefined();
});

test('a forged beat of an epoch that no leader will ever have makes a tab look elsewhere for a few seconds', async () => {
  const { channels, lead, follow } = world();
  lead('a', async () => 'of a').opened(5);
  const tab = follow('t', 10);
  await settle();
  channels.open('perdure:tabs:db').postMessage({ kind: 'beat', leader: 'nobody', epoch: Number.MAX_SAFE_INTEGER });
  await settle();
  expect(tab.log).toEqual(['leader', 'left']);
  await pass(4_000);
  expect(tab.log).toEqual(['leader', 'left', 'leader']);
  expect(await tab.call(signal)).toBe('of a');
});
