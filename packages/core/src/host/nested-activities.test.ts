import { afterEach, expect, test, vi } from 'vitest';
import type { WorkflowService } from '../protocol/workflow-service.ts';
import { connectService } from '../transport/endpoint.ts';
import { startNestedActivities } from './nested-activities.ts';
import { RemoteLocals } from './remote-locals.ts';

const ports: MessagePort[] = [];
afterEach(() => {
  vi.restoreAllMocks();
  for (const port of ports.splice(0)) port.close();
});

function started() {
  const timers: { delay: number; fn: () => void }[] = [];
  const workers: (EventTarget & { terminate: () => void; port?: MessagePort })[] = [];
  const spawn = () => {
    const worker = Object.assign(new EventTarget(), {
      terminate: vi.fn(),
      postMessage(_message: unknown, [port]: [MessagePort]) {
        ports.push(port);
        Object.assign(worker, { port });
      },
    });
    workers.push(worker);
    return worker as never;
  };
  const clock = {
    now: () => 0,
    setTimer(delay: number, fn: () => void) {
      const timer = { delay, fn };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer), 1);
    },
  };
  const service = { countWorkflowExecutions: async () => ({ count: 3 }) } as unknown as WorkflowService;
  return { stop: startNestedActivities(spawn, service, clock, new RemoteLocals()), workers, timers };
}

const errorEvent = (message?: string): Event => Object.assign(new Event('error', { cancelable: true }), message === undefined ? {} : { message });

test('the worker for activities gets the service', async () => {
  const { workers, stop } = started();
  expect(await connectService(workers[0]?.port as MessagePort).countWorkflowExecutions({ namespace: 'n' })).toEqual({ count: 3 });
  stop();
  expect(workers[0]?.terminate).toHaveBeenCalledTimes(1);
});

test('an uncaught error of an activity is written out, and is not the death of anything', () => {
  const log = vi.spyOn(console, 'error').mockReturnValue();
  const { workers, timers } = started();
  const event = errorEvent('boom');
  workers[0]?.dispatchEvent(event);
  expect(event.defaultPrevented).toBe(true);
  expect(log).toHaveBeenCalledWith('[perdure] uncaught error in the worker for activities:', 'boom');
  expect(timers).toEqual([]);
});

test('a worker that does not load is started again three times, each time later', () => {
  vi.spyOn(console, 'error').mockReturnValue();
  const { workers, timers } = started();
  for (const [i, pause] of [1_000, 4_000, 16_000].entries()) {
    workers[i]?.dispatchEvent(i === 0 ? errorEvent() : Object.assign(new Event('message'), { data: { perdure: 'failed', reason: 'no module' } }));
    expect(workers[i]?.terminate).toHaveBeenCalledTimes(1);
    expect(timers.map(({ delay }) => delay)).toEqual([pause]);
    timers.splice(0)[0]?.fn();
  }
  workers[3]?.dispatchEvent(errorEvent());
  expect(timers).toEqual([]);
  expect(workers.length).toBe(4);
});

test('nothing is started again after the end', () => {
  vi.spyOn(console, 'error').mockReturnValue();
  const { workers, timers, stop } = started();
  workers[0]?.dispatchEvent(errorEvent());
  stop();
  expect(timers).toEqual([]);
});
