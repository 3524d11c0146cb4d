/** Channel messages between tabs, with a leader and a follower that do their work meanwhile: none may do harm that lasts. */
import fc from 'fast-check';
import type { Caller } from '../../packages/core/src/transport/call.ts';
import { followTabs } from '../../packages/core/src/transport/following-tab.ts';
import { BEAT, leadTabs } from '../../packages/core/src/transport/leading-tab.ts';
import { createMemoryChannels } from '../../packages/core/src/transport/memory-channels.ts';
import { createMemoryLocks } from '../../packages/core/src/transport/memory-locks.ts';
import { CALLS_VERSION, callChannel, tabChannel } from '../../packages/core/src/transport/tab-messages.ts';
import { holdWorkerLock } from '../../packages/core/src/transport/worker-lock.ts';
import type { Target } from './target.ts';
import { anything, intruder, mutated, name } from './values.ts';
import { turn } from './world.ts';

const [DATABASE, LEADER, TAB] = ['fuzz', 'leader-1', 'tab-1'];
const EPOCH = 5;

const id = fc.oneof(fc.constantFrom(LEADER, TAB, 'evil', 'x'.repeat(101)), name);
const epoch = fc.oneof(fc.constantFrom(EPOCH, EPOCH + 1, 1, 0, -1, 2 ** 53 - 1, 2 ** 53, 1.5), fc.integer());
const tabMessage: fc.Arbitrary<unknown> = fc.oneof(
  fc.constant({ kind: 'who' }),
  fc.record({ kind: fc.constant('beat'), leader: id, epoch }, { requiredKeys: ['kind', 'leader'] }),
  fc.record({ kind: fc.constant('join'), leader: id, tab: id, version: fc.constantFrom(CALLS_VERSION, CALLS_VERSION + 1) }),
  fc.record({ kind: fc.constant('joined'), leader: id, tab: id }),
  fc.record({ kind: fc.constant('left'), leader: id }),
  fc.record({ kind: fc.constant('census'), leader: id }),
  fc.record({ kind: fc.constant('present'), leader: id, tab: id, isVisible: fc.oneof(fc.boolean(), intruder), version: id }),
);
const answer = fc.record({
  id: fc.oneof(fc.string(), name),
  type: fc.constantFrom('RAW', 'HANDLER'),
  value: fc.oneof(fc.record({ ok: fc.boolean(), value: intruder, error: intruder }), intruder),
});
const request = fc.record({
  id: fc.string(),
  type: fc.constantFrom('APPLY', 'GET', 'SET', 'RELEASE'),
  path: fc.array(name, { maxLength: 2 }),
  argumentList: fc.array(fc.record({ type: fc.constant('RAW'), value: intruder }), { maxLength: 1 }),
});

interface Sent {
  readonly channel: 'tabs' | 'calls';
  readonly message: unknown;
}
const sent: fc.Arbitrary<Sent> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ channel: fc.constant('tabs' as const), message: fc.oneof(tabMessage, mutated(tabMessage, 2)) }) },
  { weight: 2, arbitrary: fc.record({ channel: fc.constant('calls' as const), message: fc.oneof(answer, request) }) },
  { weight: 1, arbitrary: fc.record({ channel: fc.constantFrom('tabs' as const, 'calls' as const), message: anything }) },
);

const clone = (message: unknown): unknown => {
  try {
    return structuredClone(message);
  } catch {
    return null; // it could not be sent
  }
};

/** After so many beats at most, whatever was sent, the follower's calls are answered again. */
const BEATS = 8;

export const tabs: Target<readonly Sent[]> = {
  name: 'messages between tabs',
  share: 8,
  inputs: fc.array(sent, { minLength: 1, maxLength: 4 }),
  inputsOfProbe: 50,
  create() {
    const channels = createMemoryChannels();
    const locks = createMemoryLocks();
    const clock = beatingClock();
    const calls: string[] = [];
    let carrier: Caller | undefined;
    void holdWorkerLock(TAB, locks);
    const call: Caller = async ({ method }) => {
      calls.push(method);
      return 'answered';
    };
    const leading = leadTabs({ database: DATABASE, tab: 'leading', isVisible: () => true, leader: LEADER, call, clock, openChannel: channels.open, locks });
    leading.opened(EPOCH);
    const unfollow = followTabs({
      database: DATABASE,
      tab: TAB,
      clock,
      openChannel: channels.open,
      patience: () => 1_000,
      isVisible: () => true,
      onLeader: (next) => {
        carrier = next;
      },
      onLeft: () => {
        carrier = undefined;
      },
      onSilent: () => {},
    });
    const hostile = { tabs: channels.open(tabChannel(DATABASE)), calls: channels.open(callChannel(LEADER, TAB)) };

    const isAnswered = async (): Promise<boolean> => {
      let value: unknown;
      carrier?.({ method: 'getEngineStatus', argument: undefined }).then(
        (found) => {
          value = found;
        },
        () => {}, // a forged answer may refuse it: it is asked again
      );
      for (let i = 0; i < 3; i++) await turn();
      return value === 'answered';
    };

    return {
      async check(messages) {
        for (const { channel, message } of messages) hostile[channel].postMessage(clone(message));
        for (let beat = 0; beat < BEATS; beat++) {
          for (let i = 0; i < 4; i++) await turn();
          if (await isAnswered()) return calls.every((method) => /^[a-zA-Z]+$/.test(method)) ? undefined : `calls of ${calls.join(', ')} came through`;
          clock.beat();
        }
        return `the calls of the follower are not answered any more after ${BEATS} beats`;
      },
      isRefusal: () => false,
      async close() {
        unfollow();
        leading.stop();
        hostile.tabs.close();
        hostile.calls.close();
      },
    };
  },
};

/** Goes on by one beat at a time. */
function beatingClock() {
  let now = 1_000_000;
  const timers = new Set<{ readonly due: number; readonly fn: () => void }>();
  return {
    now: () => now,
    setTimer(delayMs: number, fn: () => void) {
      const timer = { due: now + delayMs, fn };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    beat() {
      now += BEAT;
      for (const timer of [...timers].filter(({ due }) => due <= now)) if (timers.delete(timer)) timer.fn();
    },
  };
}
