import type { Connection, EngineStatus } from '@perdure/core/client';
import type { PayloadCodec } from '@perdure/core/common';
import { TestWorkflowEnvironment } from '@perdure/core/testing';
import { condition, defineQuery, defineSignal, defineUpdate, proxyActivities, setHandler, sleep } from '@perdure/core/workflow';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Backend, DevtoolsCommand, EventsDelta } from './backend.ts';
import { createEngineBackend } from './engine-backend.ts';

const approve = defineSignal<[who: string]>('approve');
const state = defineQuery<{ approvedBy: string[] }>('state');
const rename = defineUpdate<string, [name: string]>('rename');
const { charge } = proxyActivities<{ charge(): Promise<string> }>({ startToCloseTimeout: '1 hour' });

async function order(): Promise<string> {
  const approvedBy: string[] = [];
  setHandler(approve, (who) => void approvedBy.push(who));
  setHandler(state, () => ({ approvedBy }));
  setHandler(rename, (name) => `renamed to ${name}`, {
    validator: (name) => {
      if (name === '') throw new Error('a name is needed');
    },
  });
  await condition(() => approvedBy.length > 0);
  return await charge();
}
async function sleeper(): Promise<void> {
  await sleep('30 days');
}

let environment: TestWorkflowEnvironment;
let worker: Awaited<ReturnType<TestWorkflowEnvironment['createWorker']>>;
let running: Promise<void>;
const json = (value: unknown) => ({ encoding: 'json/plain', data: JSON.stringify(value) });

beforeAll(async () => {
  environment = await TestWorkflowEnvironment.createLocal();
  worker = await environment.createWorker({ taskQueue: 'q', workflows: { order, sleeper }, activities: {} });
  running = worker.run();
});
afterAll(async () => {
  worker.shutdown();
  await running;
  await environment.teardown();
});

/** A connection to an engine of this realm. */
function connection(): Pick<Connection, 'service' | 'status' | 'onStatus' | 'restart'> & {
  tell(status: Partial<EngineStatus>): Promise<void>;
  restarts: number;
} {
  const listeners = new Set<(status: EngineStatus) => void>();
  return {
    service: environment.service,
    status: () => environment.service.getEngineStatus(),
    onStatus(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    restarts: 0,
    restart() {
      this.restarts += 1;
    },
    async tell(change) {
      const status = { ...(await environment.service.getEngineStatus()), ...change };
      for (const listener of listeners) listener(status);
    },
  };
}

const backendOf = (dataConverter?: { payloadCodecs: PayloadCodec[] }): Backend =>
  createEngineBackend({ connection: connection(), label: 'test', workflowTypes: ['order'], taskQueue: 'q', ...(dataConverter && { dataConverter }) });

async function startOrder(backend: Backend, workflowId: string): Promise<{ namespace: string; workflowId: string; runId: string }> {
  const outcome = await backend.send({
    type: 'start',
    namespace: 'default',
    workflowType: 'order',
    workflowId,
    taskQueue: 'q',
    args: [],
    requestId: workflowId,
  });
  if (!outcome.isAccepted || outcome.runId === undefined) throw new Error(JSON.stringify(outcome));
  return { namespace: 'default', workflowId, runId: outcome.runId };
}

/** Resolves when what was told meets the condition. */
const until = async <T>(read: () => T | Promise<T>, isMet: (value: T) => boolean): Promise<T> => {
  for (;;) {
    const value = await read();
    if (isMet(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

test('a run is started, listed, described, signalled and updated, and each event comes once, in order', async () => {
  const backend = backendOf();
  const run = await startOrder(backend, 'order-1');
  const events: number[] = [];
  const deltas: EventsDelta[] = [];
  const end = backend.subscribe('events', { ...run, afterEventId: 0 }, (delta) => {
    deltas.push(delta);
    if ('events' in delta) events.push(...delta.events.map(({ eventId }) => eventId));
  });
  await until(
    () => backend.fetch('code', { namespace: 'default', run }),
    ({ signals }) => signals.length > 0,
  );
  expect(await backend.fetch('code', { namespace: 'default', run })).toMatchObject({
    workflowTypes: ['order'],
    signals: [{ name: 'approve' }],
    queries: [{ name: 'state' }],
    updates: [{ name: 'rename' }],
  });
  expect(await backend.send({ type: 'update', ...run, updateName: 'rename', updateId: 'u1', args: [json('a')] })).toEqual({
    isAccepted: true,
    result: [json('renamed to a')],
  });
  expect(await backend.send({ type: 'update', ...run, updateName: 'rename', updateId: 'u2', args: [json('')] })).toMatchObject({
    isAccepted: false,
    reason: 'a name is needed',
  });
  expect(await backend.send({ type: 'signal', ...run, signalName: 'approve', args: [json('me')], requestId: 's1' })).toEqual({ isAccepted: true });
  const { pendingActivities } = await until(
    () => backend.fetch('run', run),
    (described) => described.pendingActivities.length > 0,
  );
  expect(await backend.fetch('query', { ...run, queryType: 'state', args: [] })).toEqual({ result: [json({ approvedBy: ['me'] })] });
  expect(await backend.fetch('runs', { namespace: 'default', query: 'WorkflowId = "order-1"', pageSize: 10 })).toMatchObject({
    runs: [{ workflowId: 'order-1', status: 'RUNNING' }],
  });
  expect(await backend.send({ type: 'completeActivity', ...run, activityId: pendingActivities[0]?.activityId ?? '', result: [json('paid')] })).toEqual({
    isAccepted: true,
  });
  await until(
    () => backend.fetch('run', run),
    ({ summary }) => summary.status === 'COMPLETED',
  );
  const { events: all } = await backend.fetch('events', { ...run, afterEventId: 0, pageSize: 1000 });
  await until(
    () => events.length,
    (count) => count >= all.length,
  );
  expect(events).toEqual(all.map(({ eventId }) => eventId));
  expect(all.at(-1)).toMatchObject({ type: 'WorkflowExecutionCompleted', attributes: { result: [json('paid')] } });
  expect(deltas.some((delta) => 'failure' in delta)).toBe(false);
  end();
  backend.close();
});

test('an activity that is failed for good fails its run, and a run that is cancelled or terminated says by whom', async () => {
  const backend = backendOf();
  const run = await startOrder(backend, 'order-2');
  await backend.send({ type: 'signal', ...run, signalName: 'approve', args: [json('me')], requestId: 's' });
  const { pendingActivities } = await until(
    () => backend.fetch('run', run),
    (described) => described.pendingActivities.length > 0,
  );
  await backend.send({ type: 'failActivity', ...run, activityId: pendingActivities[0]?.activityId ?? '', message: 'no money', isRetryable: false });
  await until(
    () => backend.fetch('run', run),
    ({ summary }) => summary.status === 'FAILED',
  );
  const other = await startOrder(backend, 'order-3');
  expect(await backend.send({ type: 'terminate', ...other, reason: 'enough' })).toEqual({ isAccepted: true });
  const { events } = await backend.fetch('events', { ...other, afterEventId: 0, pageSize: 1000 });
  expect(events.at(-1)).toMatchObject({ type: 'WorkflowExecutionTerminated', attributes: { reason: 'enough', identity: 'perdure-devtools' } });
  expect(await backend.send({ type: 'signal', ...other, signalName: 'approve', args: [], requestId: 'c' })).toMatchObject({
    isAccepted: false,
    code: 'NotFound',
  });
  backend.close();
});

test('the family of a run is its tree and the other runs of its id', async () => {
  const backend = backendOf();
  const run = await startOrder(backend, 'order-4');
  await backend.send({ type: 'terminate', ...run });
  const again = await startOrder(backend, 'order-4-again');
  expect((await backend.fetch('family', run)).runs.map(({ runId }) => runId)).toEqual([run.runId]);
  await backend.send({ type: 'terminate', ...again });
  backend.close();
});

test('changes are told, and one long poll serves all who listen; who has gone hears nothing', async () => {
  const backend = backendOf();
  const heard: string[] = [];
  let polls = 0;
  const { watchChanges } = environment.service;
  const counting = createEngineBackend({
    connection: {
      ...connection(),
      service: {
        ...asObject(environment.service),
        watchChanges: (request) => {
          polls += 1;
          return watchChanges.call(environment.service, request);
        },
      },
    },
    label: 'counting',
  });
  const ends = ['a', 'b'].map((name) =>
    counting.subscribe('changes', { namespace: 'default' }, ({ changes }) => heard.push(...changes.map(({ workflowId }) => `${name} ${workflowId}`))),
  );
  await until(
    () => polls,
    (count) => count === 2,
  ); // the first one is answered at once, with where to begin
  const run = await startOrder(backend, 'order-5');
  await until(
    () => heard,
    (all) => all.includes('a order-5') && all.includes('b order-5'),
  );
  ends[1]?.();
  heard.length = 0;
  await backend.send({ type: 'terminate', ...run });
  await until(
    () => heard,
    (all) => all.includes('a order-5'),
  );
  expect(heard.filter((each) => each.startsWith('b'))).toEqual([]);
  counting.close();
  const before = polls;
  heard.length = 0;
  await startOrder(backend, 'order-6');
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect({ heard, polls }).toEqual({ heard: [], polls: before });
  backend.close();
});

function asObject<T extends object>(service: T): T {
  const methods = new Set<string>();
  for (let each = service; each && each !== Object.prototype; each = Object.getPrototypeOf(each))
    for (const name of Object.getOwnPropertyNames(each)) methods.add(name);
  return Object.fromEntries(
    [...methods]
      .filter((name) => name !== 'constructor' && typeof (service as Record<string, unknown>)[name] === 'function')
      .map((name) => [name, ((service as Record<string, unknown>)[name] as (...args: unknown[]) => unknown).bind(service)]),
  ) as T;
}

test('how the engine can be reached follows its status, and each change is told once', async () => {
  const given = connection();
  const backend = createEngineBackend({ connection: given, label: 'test' });
  const reached: string[] = [];
  backend.subscribe('reach', {}, (reach) => reached.push(reach.state === 'gone' ? `gone: ${reach.reason}` : reach.state));
  await until(
    () => reached,
    (all) => all.length > 0,
  );
  await given.tell({ state: 'running' });
  await given.tell({ state: 'failed', reason: 'the disk is full' });
  await given.tell({ state: 'failed', reason: 'the disk is full' });
  await given.tell({ state: 'starting' });
  await given.tell({ state: 'running' });
  expect(reached).toEqual(['reachable', 'gone: the disk is full', 'connecting', 'reachable']);
  expect(await backend.send({ type: 'restartEngine' })).toEqual({ isAccepted: true });
  expect(given.restarts).toBe(1);
  backend.close();
});

test('the engine tells of its workers and commits, and the browser of its storage', async () => {
  const persisted = { is: false };
  const storage = {
    estimate: async () => ({ usage: 10, quota: 100 }),
    persisted: async () => persisted.is,
    persist: async () => {
      persisted.is = true;
      return true;
    },
  };
  const backend = createEngineBackend({ connection: connection(), label: 'test', storage });
  expect(await backend.fetch('engine', {})).toMatchObject({
    status: { state: 'running' },
    engine: { workers: [{ polls: [{ kind: 'workflow', namespace: 'default', taskQueue: 'q' }] }], commits: { latency: { count: expect.any(Number) } } },
    storage: { usage: 10, quota: 100, isPersisted: false },
  });
  expect(await backend.send({ type: 'persistStorage' })).toEqual({ isAccepted: true });
  expect(await backend.fetch('engine', {})).toMatchObject({ storage: { isPersisted: true } });
  expect(backend.describe().capabilities).toContain('persistStorage');
});

test('what is wrong with a query is told with its place; a run that is not there is not found; what is not here is unsupported', async () => {
  const backend = backendOf();
  await expect(backend.fetch('runs', { namespace: 'default', query: 'WorkflowType = oops', pageSize: 1 })).rejects.toMatchObject({
    name: 'BackendError',
    kind: 'refused',
    place: { at: 15, expected: 'a text in quotes' },
  });
  await expect(backend.fetch('run', { namespace: 'default', workflowId: 'nobody' })).rejects.toMatchObject({ kind: 'notFound' });
  const past = { namespace: 'default', workflowId: 'nobody', eventId: 1, queryType: 'q', args: [] };
  await expect(backend.fetch('queryAt', past)).rejects.toMatchObject({ kind: 'unsupported' });
  const deltas: EventsDelta[] = [];
  backend.subscribe('events', { namespace: 'default', workflowId: 'nobody', afterEventId: 0 }, (delta) => deltas.push(delta));
  await until(
    () => deltas,
    (all) => all.length > 0,
  );
  expect(deltas).toMatchObject([{ failure: { kind: 'notFound' } }]);
  expect(await backend.send({ type: 'skipTime', to: 1 })).toMatchObject({ isAccepted: false, code: 'unsupported' });
  backend.close();
});

const upside: PayloadCodec = {
  encode: async (payloads) =>
    payloads.map((payload) => ({
      metadata: { encoding: new TextEncoder().encode('binary/turned') },
      data: Uint8Array.from([...new TextEncoder().encode(new TextDecoder().decode(payload.metadata?.['encoding'])), 0, ...(payload.data ?? [])]).reverse(),
    })),
  decode: async (payloads) =>
    payloads.map((payload) => {
      if (new TextDecoder().decode(payload.metadata?.['encoding']) !== 'binary/turned') throw new Error('this was not turned');
      const bytes = Uint8Array.from(payload.data ?? []).reverse();
      const end = bytes.indexOf(0);
      return { metadata: { encoding: bytes.slice(0, end) }, data: bytes.slice(end + 1) };
    }),
};

test("the host's codecs turn what is sent, and turn back what is shown; what cannot be turned back is told by itself", async () => {
  const backend = backendOf({ payloadCodecs: [upside] });
  expect(backend.describe().hasCodecs).toBe(true);
  await backend.send({
    type: 'start',
    namespace: 'default',
    workflowType: 'sleeper',
    workflowId: 'turned',
    taskQueue: 'nobody',
    args: [json({ secret: 1 })],
    requestId: 't',
  });
  const { events } = await backend.fetch('events', { namespace: 'default', workflowId: 'turned', afterEventId: 0, pageSize: 10 });
  const [first] = events;
  const input = first?.type === 'WorkflowExecutionStarted' ? (first.attributes.input ?? []) : [];
  expect(input).toMatchObject([{ encoding: 'binary/turned', base64: true }]);
  expect(JSON.stringify(input)).not.toContain('secret');
  expect(await backend.fetch('decode', { namespace: 'default', workflowId: 'turned', payloads: [...input, json('plain')] })).toEqual({
    payloads: [{ payload: json({ secret: 1 }) }, { failure: 'this was not turned' }],
  });
  await backend.send({ type: 'terminate', namespace: 'default', workflowId: 'turned' });
  backend.close();
});

test('S22: what the application does not allow has no button and is refused, order by order; reading goes on', async () => {
  const all = backendOf();
  const run = await startOrder(all, 'watched');
  const to = connection();
  const looking = createEngineBackend({ connection: to, label: 'looking', allows: ['filter', 'query'] });
  expect(looking.describe().capabilities).toEqual(['filter', 'query']);
  const activity = { ...run, activityId: '1' };
  const orders: DevtoolsCommand[] = [
    { type: 'start', namespace: 'default', workflowType: 'order', workflowId: 'other', taskQueue: 'q', args: [], requestId: 'r' },
    { type: 'signal', ...run, signalName: 'approve', args: [], requestId: 'r' },
    { type: 'update', ...run, updateName: 'rename', updateId: 'u', args: [json('x')] },
    { type: 'cancel', ...run, requestId: 'r' },
    { type: 'terminate', ...run },
    { type: 'delete', ...run },
    { type: 'completeActivity', ...activity, result: [] },
    { type: 'failActivity', ...activity, message: 'no', isRetryable: false },
    { type: 'retryActivity', ...activity },
    { type: 'fireTimer', ...run, timerId: '1' },
    { type: 'restartEngine' },
  ];
  for (const command of orders) {
    expect(all.describe().capabilities).toContain(command.type);
    expect(await looking.send(command)).toMatchObject({ isAccepted: false, code: 'PermissionDenied' });
  }
  expect(to.restarts).toBe(0);
  const { summary } = await looking.fetch('run', run);
  expect(summary).toMatchObject({ workflowId: 'watched', status: 'RUNNING' });
  const deltas: EventsDelta[] = [];
  looking.subscribe('events', { ...run, afterEventId: 0 }, (delta) => deltas.push(delta));
  await until(
    () => deltas,
    (seen) => seen.length > 0,
  );
  expect(JSON.stringify(deltas)).not.toContain('WorkflowExecutionSignaled');
  looking.close();
  all.close();
});
