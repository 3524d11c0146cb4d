import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { EngineStatus } from '../protocol/workflow-service.ts';
import type { Call, Caller } from './call.ts';
import { type Connection, connect } from './connect.ts';
import { exposeService } from './endpoint.ts';
import type { EngineWorker } from './engine-keeper.ts';

const running: EngineStatus = {
  role: 'leader',
  state: 'running',
  store: { driver: 'memory', durability: 'none', state: 'open', commits: 1, puts: 2, deletes: 3 },
  now: 7,
  loadedRuns: 0,
};

/** An engine worker in this realm, which answers by `answer` and keeps what it was asked. */
function fakeWorker(answer: Caller, calls: Call[] = []) {
  const port: { close(): void }[] = [];
  const worker = Object.assign(new EventTarget(), {
    postMessage(_message: unknown, transfer?: [MessagePort]) {
      const [own] = transfer ?? [];
      if (!own) return; // what it is told of the page
      port.push(own);
      exposeService((call: Call) => {
        calls.push(call);
        return answer(call);
      }, own);
      queueMicrotask(() => worker.dispatchEvent(Object.assign(new Event('message'), { data: { perdure: 'status', status: running } })));
    },
    terminate: vi.fn(() => port[0]?.close()),
  });
  return worker as typeof worker & EngineWorker;
}

let page: EventTarget;
beforeEach(() => {
  page = new EventTarget();
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
  vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page));
});

const open: Connection[] = [];
afterEach(async () => {
  for (const connection of open.splice(0)) await connection.close();
});
function connected(worker: () => EngineWorker, more = {}): Connection {
  const connection = connect({ worker, ...more });
  open.push(connection);
  return connection;
}

test('a client of the connection asks the engine in the namespace of the connection', async () => {
  const calls: Call[] = [];
  const connection = connected(() => fakeWorker(async () => undefined, calls), { namespace: 'mine', callTimeout: '3 seconds' });
  await connection.client({ identity: 'me' }).workflow.getHandle('w').terminate('enough');
  expect(calls).toEqual([
    {
      method: 'terminateWorkflowExecution',
      argument: expect.objectContaining({ namespace: 'mine', workflowExecution: { workflowId: 'w' }, reason: 'enough', identity: 'me' }),
      timeoutMs: 3_000,
    },
  ]);
});

test('the status is that of the engine while there is one to ask, and tells why there is none otherwise', async () => {
  const connection = connected(() => fakeWorker(async () => running));
  expect(await connection.status()).toMatchObject({ state: 'starting', reason: expect.stringContaining('has not answered yet') });
  expect(await connection.status()).toEqual(running);
  expect(await connection.service.getEngineStatus()).toEqual(running);
  await connection.close();
  expect(await connection.status()).toMatchObject({ role: 'follower', state: 'stopped', reason: 'the connection is closed' });
});

test('a status that cannot be had is a status too', async () => {
  const connection = connected(() => fakeWorker(() => Promise.reject(new TypeError('a bug'))));
  await Promise.resolve();
  expect(await connection.status()).toMatchObject({ state: 'failed', reason: 'TypeError: a bug' });
});

test('listeners hear each status that the engine tells, and each that the page finds out, until they stop', async () => {
  const workers: ReturnType<typeof fakeWorker>[] = [];
  const connection = connected(() => {
    const worker = fakeWorker(async () => running);
    workers.push(worker);
    return worker;
  });
  const heard: EngineStatus[] = [];
  const stop = connection.onStatus((status) => heard.push(status));
  await Promise.resolve();
  connection.restart();
  expect(workers.length).toBe(2);
  expect(workers[0]?.terminate).toHaveBeenCalled();
  expect(heard).toEqual([
    running,
    expect.objectContaining({
      role: 'follower',
      state: 'stopped',
      reason: 'the engine worker is being started again',
      store: { ...running.store, state: 'closed' },
    }),
  ]);
  stop();
  connection.restart();
  expect(heard.length).toBe(2);
});

test('a call that is open while the page is away is answered by the engine worker of its return', async () => {
  const [away, back] = [fakeWorker(() => new Promise(() => {})), fakeWorker(async () => ({ count: 3 }))];
  const workers = [away, back];
  const connection = connected(() => workers.shift() as EngineWorker);
  const answer = connection.service.countWorkflowExecutions({ namespace: 'n' });
  page.dispatchEvent(Object.assign(new Event('pagehide'), { persisted: true }));
  expect(away.terminate).toHaveBeenCalled();
  expect(await connection.status()).toMatchObject({ state: 'stopped', reason: 'the page is frozen, or kept by the browser for going back' });
  page.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
  expect(await answer).toEqual({ count: 3 });
});

test('a closed connection does not come back with the page', async () => {
  const spawn = vi.fn(() => fakeWorker(async () => running));
  await connected(spawn).close();
  page.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
  expect(spawn).toHaveBeenCalledTimes(1);
});

test('open calls reject with Unavailable when the connection is closed, and so do new ones', async () => {
  const connection = connected(() => fakeWorker(() => new Promise(() => {})));
  const answer = connection.service.countWorkflowExecutions({ namespace: 'n' });
  await connection.close();
  await connection.close();
  await expect(answer).rejects.toMatchObject({ code: 'Unavailable' });
  await expect(connection.service.countWorkflowExecutions({ namespace: 'n' })).rejects.toMatchObject({ code: 'Unavailable' });
  expect(() => connection.restart()).toThrow('the connection is closed');
  await expect(connection.startWorker({ activities: {} })).rejects.toMatchObject({ code: 'Unavailable' });
});

const warning = { namespace: 'default', workflowId: 'w', runId: 'r', limit: 'historyEvents', found: 10_241, allowed: 51_200, message: 'run r has much' };
const say = (worker: EventTarget, data: unknown): boolean => worker.dispatchEvent(Object.assign(new Event('message'), { data }));

test('a warning of the engine reaches the page, and what is none does not', () => {
  const worker = fakeWorker(async () => running);
  const onWarning = vi.fn();
  connected(() => worker, { onWarning });
  say(worker, { perdure: 'warning', warning: { ...warning, more: 1 } });
  for (const wrong of [undefined, null, 'text', {}, { ...warning, limit: 'none' }, { ...warning, found: '1' }, { ...warning, message: 1 }])
    say(worker, { perdure: 'warning', warning: wrong });
  expect(onWarning.mock.calls).toEqual([[warning]]);
});

test('without a listener the console shows the first warning of each kind', () => {
  const worker = fakeWorker(async () => running);
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  connected(() => worker);
  for (const limit of ['historyEvents', 'historyEvents', 'blobBytes']) say(worker, { perdure: 'warning', warning: { ...warning, limit } });
  expect(warn.mock.calls.map(([line]) => line)).toEqual(
    Array(2).fill('run r has much. Others like it are not shown: give connect() an onWarning to get them all'),
  );
  warn.mockRestore();
});
