import { afterEach, describe, expect, test } from 'vitest';
import type { Clock } from '../common/clock.ts';
import type { EngineStatus } from '../protocol/workflow-service.ts';
import type { Call } from './call.ts';
import { createCallLine } from './call-line.ts';
import { exposeService } from './endpoint.ts';
import { createEngineKeeper, type EngineWorker } from './engine-keeper.ts';

/** A worker that the test plays: it answers calls with its own number once it is told to. */
class FakeWorker extends EventTarget implements EngineWorker {
  readonly calls: Call[] = [];
  /** What it was told of the page. */
  readonly told: unknown[] = [];
  isTerminated = false;
  port: MessagePort | undefined;
  answer: (call: Call) => Promise<unknown> = () => new Promise(() => {});
  /** Its script has loaded. */
  speak(answer = this.answer): void {
    this.answer = answer;
    this.say({ perdure: 'status', status: running });
  }
  postMessage(message: unknown, transfer?: unknown): void {
    if ((message as { perdure: string }).perdure === 'page') return void this.told.push(message);
    expect(message).toEqual({ perdure: 'connect' });
    const [port] = transfer as [MessagePort];
    this.port = port;
    exposeService((call: Call) => {
      this.calls.push(call);
      return this.answer(call);
    }, port);
  }
  terminate(): void {
    this.isTerminated = true;
    this.port?.close();
  }
  say(data: unknown): void {
    this.dispatchEvent(Object.assign(new Event('message'), { data }));
  }
  fail(message?: string): void {
    this.dispatchEvent(Object.assign(new Event('error'), message === undefined ? {} : { message }));
  }
}

const running: EngineStatus = {
  role: 'leader',
  state: 'running',
  store: { driver: 'memory', durability: 'none', state: 'open', commits: 0, puts: 0, deletes: 0 },
  now: 0,
  loadedRuns: 0,
};
const workers: FakeWorker[] = [];
afterEach(() => {
  for (const worker of workers.splice(0)) worker.terminate();
});

function kept(spawn?: () => EngineWorker) {
  const timers: { delay: number; fn: () => void }[] = [];
  const clock: Clock = {
    now: () => 0,
    setTimer(delay, fn) {
      const timer = { delay, fn };
      timers.push(timer);
      return () => void (timers.includes(timer) && timers.splice(timers.indexOf(timer), 1));
    },
  };
  const line = createCallLine({ clock, reason: 'not started' });
  const statuses: EngineStatus[] = [];
  const local: unknown[] = [];
  const page = { isVisible: true };
  const watched = new Map<string, () => void>();
  const keeper = createEngineKeeper({
    spawn:
      spawn ??
      (() => {
        const worker = new FakeWorker();
        workers.push(worker);
        return worker;
      }),
    line,
    clock,
    onStatus: (status) => statuses.push(status),
    onWarning: () => {},
    onLocalStatus: () => local.push(keeper.localStatus()),
    isVisible: () => page.isVisible,
    watch(tab, onLost) {
      watched.set(tab, onLost);
      return () => void watched.delete(tab);
    },
  });
  const fire = (delay: number): void => {
    const timer = timers.find((timer) => timer.delay === delay);
    if (!timer) throw new Error(`no timer of ${delay} ms among ${timers.map((timer) => timer.delay)}`);
    timers.splice(timers.indexOf(timer), 1);
    timer.fn();
  };
  return { keeper, line, statuses, local, timers, fire, page, watched };
}

const poll: Call = { method: 'pollActivityTaskQueue', argument: { workerId: 'w' } };
const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
};

describe('the keeper of an engine worker', () => {
  test('carries calls to the worker it has booted', async () => {
    const { keeper, line } = kept();
    keeper.boot();
    keeper.boot();
    expect(workers.length).toBe(1);
    workers[0]?.speak(async () => 'a task');
    expect(await line.call(poll)).toBe('a task');
    expect(keeper.localStatus()).toBeUndefined();
  });

  test('sends calls without an answer to the next worker when it is ended and booted again', async () => {
    const { keeper, line, local } = kept();
    keeper.boot();
    workers[0]?.speak();
    const answer = line.call(poll);
    await until(() => workers[0]?.calls.length === 1);
    keeper.end('the page is frozen');
    expect(workers[0]?.isTerminated).toBe(true);
    expect(local).toEqual([{ state: 'stopped', reason: 'the page is frozen' }]);
    keeper.boot();
    workers[1]?.speak(async () => 'a task');
    expect(await answer).toBe('a task');
  });

  test('sends nothing to a worker that has not spoken, and tells so', async () => {
    const { keeper, line, statuses } = kept();
    keeper.boot();
    const answer = line.call(poll);
    expect(keeper.localStatus()).toEqual({
      state: 'starting',
      reason: 'the engine worker has not answered yet: its script is loading, or does not call serve()',
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(workers[0]?.calls).toEqual([]);
    workers[0]?.speak(async () => 'a task');
    workers[0]?.speak();
    expect(await answer).toBe('a task');
    expect(workers[0]?.calls.length).toBe(1);
    expect(keeper.localStatus()).toBeUndefined();
    expect(statuses).toEqual([running, running]);
  });

  test('boots a worker that dies again, and waits longer each time', () => {
    const { keeper, local, fire } = kept();
    keeper.boot();
    for (const [died, pause] of [0, 1_000, 4_000, 16_000, 30_000].entries()) {
      workers[died]?.fail('boom');
      expect(keeper.localStatus()).toEqual({ state: 'starting', reason: 'the engine worker has failed: boom. It is started again' });
      fire(pause);
    }
    expect(workers.length).toBe(6);
    expect(local.length).toBe(5);
  });

  test('gives up a worker that dies again and again, visibly, until it is booted anew', async () => {
    const { keeper, line, fire } = kept();
    keeper.boot();
    for (const [died, pause] of [0, 1_000, 4_000, 16_000, 30_000].entries()) {
      workers[died]?.fail();
      fire(pause);
    }
    workers[5]?.fail();
    expect(keeper.localStatus()?.state).toBe('failed');
    expect(keeper.localStatus()?.reason).toContain('does not load');
    await expect(line.call(poll)).rejects.toMatchObject({ code: 'Unavailable' });
    keeper.boot();
    workers[6]?.speak(async () => 'a task');
    expect(await line.call(poll)).toBe('a task');
  });

  test('counts deaths anew after a minute of health', () => {
    const { keeper, fire, timers } = kept();
    keeper.boot();
    workers[0]?.fail('boom');
    fire(0);
    fire(60_000);
    workers[1]?.fail('boom');
    expect(timers.map(({ delay }) => delay)).toEqual([0]);
  });

  test('a death that the page has ended in between is not repaired', () => {
    const { keeper, timers } = kept();
    keeper.boot();
    workers[0]?.fail('boom');
    keeper.end('the page is closed');
    expect(timers).toEqual([]);
  });

  test('a worker that cannot be made is a death with its reason', () => {
    const { keeper } = kept(() => {
      throw new TypeError('blocked by Trusted Types');
    });
    keeper.boot();
    expect(keeper.localStatus()).toEqual({ state: 'starting', reason: 'the engine worker cannot be made: blocked by Trusted Types. It is started again' });
  });

  test('passes on what the worker tells of its engine, and takes "failed" for its death', () => {
    const { keeper, statuses } = kept();
    keeper.boot();
    workers[0]?.say({ perdure: 'status', status: running });
    workers[0]?.say({ unrelated: true });
    expect(statuses).toEqual([running]);
    workers[0]?.say({ perdure: 'failed', reason: 'the module did not load' });
    expect(keeper.localStatus()?.reason).toBe('the module did not load. It is started again');
  });

  test('B28: a worker that is ended from outside is noticed by its lock, and its calls go to the next one', async () => {
    const { keeper, line, watched, fire } = kept();
    keeper.boot();
    workers[0]?.say({ perdure: 'status', status: running, tab: 'one' });
    workers[0]?.say({ perdure: 'status', status: running, tab: 'one' });
    const answer = line.call(poll);
    expect([...watched.keys()]).toEqual(['one']);
    watched.get('one')?.();
    expect(keeper.localStatus()?.reason).toBe('the engine worker was ended from outside. It is started again');
    expect([...watched.keys()]).toEqual([]);
    fire(0);
    workers[1]?.speak(async () => 'a task');
    expect(await answer).toBe('a task');
  });

  test('B28: a worker that falls silent while its engine starts is ended, and the next one is booted', async () => {
    const { keeper, line, fire } = kept();
    keeper.boot();
    workers[0]?.say({ perdure: 'status', status: { ...running, state: 'starting' } });
    const answer = line.call(poll);
    for (let look = 0; look < 9; look++) fire(2_000);
    workers[0]?.say({ perdure: 'alive' });
    for (let look = 0; look < 9; look++) fire(2_000);
    expect(workers[0]?.isTerminated).toBe(false);
    fire(2_000);
    expect([workers[0]?.isTerminated, keeper.localStatus()?.reason]).toEqual([
      true,
      'the engine worker has said nothing for 20 s while its engine was starting. It is started again',
    ]);
    fire(0);
    workers[1]?.speak(async () => 'a task');
    expect(await answer).toBe('a task');
  });

  test('a worker that is ended on purpose is watched no more', () => {
    const { keeper, watched, timers } = kept();
    keeper.boot();
    workers[0]?.say({ perdure: 'status', status: running, tab: 'one' });
    keeper.end('frozen');
    expect([...watched.keys()]).toEqual([]);
    expect(timers).toEqual([]);
  });

  test('tells each worker whether the page is seen, at the start and when it changes', () => {
    const { keeper, page } = kept();
    keeper.tellPage();
    keeper.boot();
    page.isVisible = false;
    keeper.tellPage();
    keeper.end('frozen');
    keeper.tellPage();
    keeper.boot();
    expect(workers.map(({ told }) => told)).toEqual([
      [
        { perdure: 'page', isVisible: true },
        { perdure: 'page', isVisible: false },
      ],
      [{ perdure: 'page', isVisible: false }],
    ]);
  });

  test('hears nothing more of a worker it has ended', () => {
    const { keeper, statuses, timers } = kept();
    keeper.boot();
    keeper.end('frozen');
    workers[0]?.say({ perdure: 'status', status: {} });
    workers[0]?.fail('boom');
    expect(statuses).toEqual([]);
    expect(timers).toEqual([]);
  });
});
