import { expect, test, vi } from 'vitest';
import type { WorkflowService } from '../protocol/workflow-service.ts';
import { createManualClock } from '../storage/manual-clock.ts';
import { createPersistence, type PersistenceOptions } from './persistence.ts';

function asked(options: Omit<PersistenceOptions, 'clock' | 'onAnswer'>) {
  const clock = createManualClock();
  const onAnswer = vi.fn();
  const request = createPersistence({ clock, onAnswer, ...options });
  const startWorkflowExecution = vi.fn(async () => ({ runId: 'r' }));
  const signalWorkflowExecution = vi.fn(async () => {});
  const service = request.watch({ startWorkflowExecution, signalWorkflowExecution } as unknown as WorkflowService);
  const start = () => service.startWorkflowExecution({} as never);
  return { clock, onAnswer, request, service, start };
}

const active = { isActive: true };

test('B9: the first start that a user causes asks the browser to keep the storage, once, and the answer is known', async () => {
  for (const [isGranted, answer] of [
    [true, 'granted'],
    [false, 'denied'],
  ] as const) {
    const persist = vi.fn(async () => isGranted);
    const { request, start, service, onAnswer } = asked({ storage: { persist }, activation: active });
    await service.signalWorkflowExecution({} as never);
    expect([request.answer, persist.mock.calls.length]).toEqual([undefined, 0]);
    expect(await start()).toEqual({ runId: 'r' });
    await start();
    expect([request.answer, persist.mock.calls.length, onAnswer.mock.calls.length]).toEqual([answer, 1, 1]);
  }
});

test('B9: without a user behind it nobody is asked, and the next start may', async () => {
  const persist = vi.fn(async () => true);
  const activation = { isActive: false };
  const { request, start } = asked({ storage: { persist }, activation });
  await start();
  expect([request.answer, persist.mock.calls.length]).toEqual([undefined, 0]);
  activation.isActive = true;
  await start();
  expect(request.answer).toBe('granted');
});

test('B9: a browser that never answers, as Firefox without a window, holds up no start; a late answer counts', async () => {
  let answer = (_: boolean): void => {};
  const persist = () => new Promise<boolean>((resolve) => (answer = resolve));
  const { request, start, clock, onAnswer } = asked({ storage: { persist }, activation: active });
  expect(await start()).toEqual({ runId: 'r' });
  expect([request.answer, onAnswer.mock.calls.length]).toEqual(['unanswered', 0]);
  clock.fire(10_000);
  expect([request.answer, onAnswer.mock.calls.length]).toEqual(['unanswered', 1]);
  answer(true);
  await Promise.resolve();
  await Promise.resolve();
  expect([request.answer, onAnswer.mock.calls.length]).toEqual(['granted', 2]);
});

test('B9: a browser that cannot be asked, as WebKitGTK, and one that refuses to be', async () => {
  for (const storage of [undefined, {}, { persist: () => Promise.reject(new TypeError('not allowed')) }]) {
    const { request, start } = asked({ storage, activation: undefined });
    await start();
    await Promise.resolve();
    expect(request.answer).toBe('unavailable');
  }
});
