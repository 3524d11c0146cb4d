/** The drain barrier: how the sandbox knows that no microtask of a run is left. What works differs by runtime, so it is tested before it is trusted. */
import { HostMessageChannel, HostPromise, hostSetImmediate, hostSetTimeout, hostThen } from './host.ts';

/** Calls `fn` in a later macrotask, when every microtask that was due by then has run. */
export type Barrier = (fn: () => void) => void;

/** Microtasks that a barrier has to wait for in its test. */
const TEST_LENGTH = 10_000;

/** @returns whether the barrier waits for a long chain of microtasks that starts after it */
export function testBarrier(barrier: Barrier): Promise<boolean> {
  return new HostPromise((resolve) => {
    let left = TEST_LENGTH;
    const step = (): void => {
      if (--left > 0) hostThen.call(HostPromise.resolve(), step);
    };
    barrier(() => resolve(left === 0));
    hostThen.call(HostPromise.resolve(), step);
  });
}

function messageChannelBarrier(Channel: typeof MessageChannel): Barrier {
  const { port1, port2 } = new Channel();
  const waiting: (() => void)[] = [];
  port1.onmessage = () => waiting.shift()?.();
  const post = port2.postMessage.bind(port2);
  return (fn) => {
    waiting.push(fn);
    post(0);
  };
}

function* candidates(): Generator<Barrier> {
  const immediate = hostSetImmediate;
  if (immediate) yield (fn) => void immediate(fn);
  // In browsers 4 µs. In Deno and workerd its messages overtake microtasks; the test finds that out.
  if (HostMessageChannel) yield messageChannelBarrier(HostMessageChannel);
  const timeout = hostSetTimeout;
  if (timeout) yield (fn) => void timeout(fn, 0);
}

let chosen: Promise<Barrier> | undefined;

/** The quickest barrier of this runtime that passes the test. @throws {Error} (rejects) if none does */
export function defaultBarrier(): Promise<Barrier> {
  const tryNext = (iterator: Iterator<Barrier>): Promise<Barrier> => {
    const { value: barrier } = iterator.next();
    if (!barrier)
      throw new Error(
        'No macrotask of this runtime waits for microtasks (setImmediate, MessageChannel and setTimeout were tried); workflows cannot run here. Pass `barrier` if you know a way.',
      );
    return hostThen.call(testBarrier(barrier), (passes) => (passes ? barrier : tryNext(iterator))) as Promise<Barrier>;
  };
  chosen ??= tryNext(candidates());
  return chosen;
}
