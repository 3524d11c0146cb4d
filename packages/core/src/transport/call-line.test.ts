import { describe, expect, test } from 'vitest';
import type { Clock } from '../common/clock.ts';
import { ServiceError } from '../common/service-error.ts';
import type { Call, Caller } from './call.ts';
import { createCallLine } from './call-line.ts';

const start: Call = { method: 'startWorkflowExecution', argument: { requestId: 'r1' }, timeoutMs: 1000 };
const poll: Call = { method: 'pollActivityTaskQueue', argument: { workerId: 'w1' } };
const answerOfWorker: Call = { method: 'respondActivityTaskCompleted', argument: { taskToken: 't1' }, timeoutMs: 1000 };

/** A carrier whose calls are settled by the test. */
function openCarrier(): { caller: Caller; calls: { call: Call; resolve: (value: unknown) => void; reject: (error: unknown) => void }[] } {
  const calls: ReturnType<typeof openCarrier>['calls'] = [];
  return { calls, caller: (call) => new Promise((resolve, reject) => void calls.push({ call, resolve, reject })) };
}

function manualClock(): Clock & { advance(ms: number): void; readonly timers: number } {
  let now = 0;
  const timers = new Set<{ at: number; fn: () => void }>();
  return {
    now: () => now,
    setTimer(delay, fn) {
      const timer = { at: now + delay, fn };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    advance(ms) {
      const end = now + ms;
      for (;;) {
        const [next] = [...timers].filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at);
        if (!next) break;
        timers.delete(next);
        now = next.at;
        next.fn();
      }
      now = end;
    },
    get timers() {
      return timers.size;
    },
  };
}

const lineOn = (clock: Clock, graceMs = 0) => createCallLine({ clock, graceMs, reason: 'another tab holds the database' });
const codeOf = async (promise: Promise<unknown>): Promise<string> => {
  const error = await promise.then(
    () => undefined,
    (reason) => reason,
  );
  return error instanceof ServiceError ? error.code : `not refused: ${error}`;
};

describe('a line of calls', () => {
  test('keeps calls until someone takes them, and sends them in the order they came', async () => {
    const [line, carrier] = [lineOn(manualClock()), openCarrier()];
    const answers = Promise.all([line.call(start), line.call(poll)]);
    line.attach(carrier.caller);
    expect(carrier.calls.map(({ call }) => call)).toEqual([start, poll]);
    carrier.calls[0]?.resolve('started');
    carrier.calls[1]?.resolve('a task');
    expect(await answers).toEqual(['started', 'a task']);
  });

  test('sends a call again when its carrier is lost, and believes only the new one', async () => {
    const [line, first, second] = [lineOn(manualClock()), openCarrier(), openCarrier()];
    line.attach(first.caller);
    const answer = line.call(poll);
    line.detach('the engine worker is being booted again');
    first.calls[0]?.resolve(null); // a service that stops answers its polls so; the worker must not hear of it
    line.attach(second.caller);
    expect(second.calls.map(({ call }) => call)).toEqual([poll]);
    second.calls[0]?.resolve('a task');
    expect(await answer).toBe('a task');
  });

  test('believes no late answer of a carrier that comes back', async () => {
    const [line, carrier] = [lineOn(manualClock()), openCarrier()];
    line.attach(carrier.caller);
    const answer = line.call(poll);
    line.detach('gone');
    line.attach(carrier.caller);
    carrier.calls[0]?.reject(new ServiceError('Unavailable', 'stopped'));
    carrier.calls[1]?.resolve('a task');
    expect(await answer).toBe('a task');
  });

  test('keeps a call that was fenced for the next leader', async () => {
    const [line, first, second] = [lineOn(manualClock()), openCarrier(), openCarrier()];
    line.attach(first.caller);
    const answer = line.call(start);
    first.calls[0]?.reject(new ServiceError('Fenced', 'another engine has taken over'));
    await Promise.resolve();
    line.detach('another tab leads');
    line.attach(second.caller);
    second.calls[0]?.resolve('started');
    expect(await answer).toBe('started');
  });

  test('takes NotFound for an answer of a worker that was sent before as "it was taken"', async () => {
    const [line, first, second] = [lineOn(manualClock()), openCarrier(), openCarrier()];
    line.attach(first.caller);
    const answer = line.call(answerOfWorker);
    line.detach('gone');
    line.attach(second.caller);
    second.calls[0]?.reject(new ServiceError('NotFound', 'the task is gone'));
    expect(await answer).toBeUndefined();
  });

  test('passes on NotFound for an answer of a worker that is sent once', async () => {
    const [line, carrier] = [lineOn(manualClock()), openCarrier()];
    line.attach(carrier.caller);
    const answer = line.call(answerOfWorker);
    carrier.calls[0]?.reject(new ServiceError('NotFound', 'the task is gone'));
    expect(await codeOf(answer)).toBe('NotFound');
  });

  test('tells a call that waits too long why nobody takes it', async () => {
    const [clock] = [manualClock()];
    const line = lineOn(clock, 500);
    const answer = line.call(start);
    let isSettled = false;
    answer.catch(() => {}).finally(() => (isSettled = true));
    clock.advance(1499);
    await Promise.resolve();
    expect(isSettled).toBe(false);
    clock.advance(1);
    await expect(answer).rejects.toMatchObject({
      code: 'Unavailable',
      message: 'startWorkflowExecution waited 1000 ms for an engine: another tab holds the database. It is safe to ask again with the same request id',
    });
  });

  test('tells a call that was sent and not answered in time that it may have been carried out', async () => {
    const [clock, carrier] = [manualClock(), openCarrier()];
    const line = lineOn(clock);
    line.attach(carrier.caller);
    const answer = line.call(start);
    clock.advance(1000);
    expect(await codeOf(answer)).toBe('DeadlineExceeded');
  });

  test('does not send again what has run out of time', async () => {
    const [clock, carrier] = [manualClock(), openCarrier()];
    const line = lineOn(clock);
    const answer = line.call(start);
    clock.advance(1000);
    line.attach(carrier.caller);
    expect(await codeOf(answer)).toBe('Unavailable');
    expect(carrier.calls).toEqual([]);
  });

  test('runs one timer for all calls with a limit, and none soon after the last answer', async () => {
    const [clock, carrier] = [manualClock(), openCarrier()];
    const line = lineOn(clock);
    line.attach(carrier.caller);
    void line.call(poll);
    expect(clock.timers).toBe(0);
    const answers = Promise.all([line.call(start), line.call(start)]);
    expect(clock.timers).toBe(1);
    for (const { resolve } of carrier.calls) resolve('started');
    await answers;
    clock.advance(250);
    expect(clock.timers).toBe(0);
  });

  test('rejects what waits and what comes while it refuses, and takes calls again when it is attached', async () => {
    const [clock, carrier] = [manualClock(), openCarrier()];
    const line = lineOn(clock);
    const waiting = line.call(poll);
    line.refuse(new ServiceError('StorageUnavailable', 'the database does not open'));
    expect(await codeOf(waiting)).toBe('StorageUnavailable');
    expect(await codeOf(line.call(start))).toBe('StorageUnavailable');
    line.attach(carrier.caller);
    const answer = line.call(start);
    carrier.calls[0]?.resolve('started');
    expect(await answer).toBe('started');
  });
});
