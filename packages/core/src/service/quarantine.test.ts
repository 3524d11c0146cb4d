import { expect, test, vi } from 'vitest';
import { seededRng } from '../common/rng.ts';
import { ServiceError } from '../common/service-error.ts';
import { createMemoryDatabase, type MemoryDatabase } from '../storage/memory.ts';
import type { Key, Range, Store, Table } from '../storage/store.ts';
import {
  complete,
  eventTypes,
  finish,
  manualClock,
  on,
  open,
  outcome,
  quiet,
  signalRequest,
  startRequest,
  timer,
  watchedStore,
  workflowTask,
} from './service.test-kit.ts';
import { createService, type EngineService } from './service.ts';

const IDS = ['a', 'b', 'c', 'd', 'e'];
const HOUR = 3_600_000;

/** Five runs that sleep for an hour, each with a history of several rows, in a database without an engine. */
async function sleepers(): Promise<{ readonly database: MemoryDatabase; readonly runIds: ReadonlyMap<string, string> }> {
  const database = createMemoryDatabase();
  const { service } = await open({ database });
  const runIds = new Map<string, string>();
  for (const id of IDS) runIds.set(id, (await service.startWorkflowExecution(startRequest(id))).runId);
  for (const _ of IDS) await complete(service, await workflowTask(service), timer('t', HOUR));
  await service.stop();
  return { database, runIds };
}

const rowsOf = (database: MemoryDatabase, table: Table, workflowId: string): [Key, string][] =>
  [...database.tables[table].entries({ lower: undefined, upper: undefined })].filter(([key]) => key.includes(workflowId)).map(([key, text]) => [key, text]);

/** Changes one bit of a row of the run's history. */
function flip(database: MemoryDatabase, workflowId: string, row: number, at = 40): void {
  const [key, text] = rowsOf(database, 'history', workflowId)[row] as [Key, string];
  const value = JSON.parse(text) as string;
  const flipped = value.slice(0, at) + String.fromCharCode(value.charCodeAt(at) ^ 1) + value.slice(at + 1);
  database.tables.history.set(key, JSON.stringify(flipped));
}

const wordsOf = (answer: Promise<unknown>): Promise<ServiceError> =>
  answer.then(
    () => {
      throw new Error('it resolved');
    },
    (error: ServiceError) => error,
  );

async function finishAll(service: EngineService, ids: readonly string[]): Promise<void> {
  for (const _ of ids) await complete(service, await workflowTask(service), finish);
  for (const id of ids) expect(await eventTypes(service, id)).toContain('WorkflowExecutionCompleted');
}

test('S14: a run whose history is damaged is set apart, told of in words, and listed as such; the others go on', async () => {
  const { database, runIds } = await sleepers();
  flip(database, 'c', 1);
  const { service, clock } = await open({ database });
  const runId = runIds.get('c') as string;
  const calls = [
    service.describeWorkflowExecution(on('c')),
    service.signalWorkflowExecution(signalRequest('c')),
    service.getWorkflowExecutionHistory(on('c')),
    service.getWorkflowExecutionHistory({ ...on('c'), waitNewEvent: true, historyEventFilterType: 'CLOSE_EVENT' }),
    service.queryWorkflow({ ...on('c'), queryType: 'q' } as never),
  ];
  for (const call of calls) {
    const error = await wordsOf(call);
    expect(error).toMatchObject({ code: 'DataLoss', details: { workflowId: 'c', runId, retryable: false } });
    expect(error.message).toContain(`run ${runId} of workflow "c" is set apart: its history can be read up to event`);
  }
  const { executions } = await service.listWorkflowExecutions({ namespace: 'default' });
  expect(executions.map(({ workflowId, damage }) => [workflowId, damage !== undefined]).sort()).toEqual(IDS.map((id) => [id, id === 'c']));
  expect((await service.getEngineStatus()).damagedRuns).toEqual([
    { namespace: 'default', workflowId: 'c', runId, reason: expect.stringContaining('cannot be read') },
  ]);
  const others = IDS.filter((id) => id !== 'c');
  await clock.advance(2 * HOUR);
  await finishAll(service, others);
  expect((await service.getEngineStatus()).state).toBe('running');
});

test('S14: what can be read of a damaged run is given, page by page, with the reason why it is not more', async () => {
  const { database, runIds } = await sleepers();
  flip(database, 'c', 2);
  const { service } = await open({ database });
  const readable = { ...on('c'), readable: true, maximumPageSize: 2 };
  const first = await service.getWorkflowExecutionHistory(readable);
  expect([first.events.map(({ type }) => type), first.more, first.runId]).toEqual([
    ['WorkflowExecutionStarted', 'WorkflowTaskScheduled'],
    true,
    runIds.get('c'),
  ]);
  const second = await service.getWorkflowExecutionHistory({ ...readable, afterEventId: 2 });
  expect([second.events.map(({ type }) => type), second.more, second.damage]).toEqual([
    ['WorkflowTaskStarted'],
    false,
    expect.stringContaining('cannot be read'),
  ]);
  expect(await service.getWorkflowExecutionHistory({ ...on('a'), readable: true })).not.toHaveProperty('damage');
});

test('S14: a damaged run is ended behind the last event that can be read, and is a closed run like any other then', async () => {
  const { database } = await sleepers();
  flip(database, 'c', 2);
  const { service, clock } = await open({ database });
  await service.terminateWorkflowExecution({ ...on('c'), reason: 'damaged' });
  const expected = ['WorkflowExecutionStarted', 'WorkflowTaskScheduled', 'WorkflowTaskStarted', 'WorkflowTaskFailed', 'WorkflowExecutionTerminated'];
  expect(await eventTypes(service, 'c')).toEqual(expected);
  const statuses = async (engine: EngineService) =>
    (await engine.listWorkflowExecutions({ namespace: 'default' })).executions.map(({ workflowId, status }) => [workflowId, status]).sort();
  const all = IDS.map((id) => [id, id === 'c' ? 'TERMINATED' : 'RUNNING']);
  expect([await statuses(service), (await service.getEngineStatus()).damagedRuns]).toEqual([all, undefined]);
  expect((await wordsOf(service.terminateWorkflowExecution(on('c')))).code).toBe('NotFound');
  await service.stop();
  const next = await open({ database, clock });
  expect([await eventTypes(next.service, 'c'), await statuses(next.service)]).toEqual([expected, all]);
  expect([...rowsOf(database, 'busy', 'c'), ...rowsOf(database, 'wake', 'c')]).toEqual([]);
  expect((await next.service.startWorkflowExecution(startRequest('c'))).runId).toBeTypeOf('string');
});

test('S14: a run of which nothing can be read is removed when it is terminated, and its id is free', async () => {
  const { database, runIds } = await sleepers();
  flip(database, 'c', 0);
  const { service } = await open({ database });
  expect((await service.getWorkflowExecutionHistory({ ...on('c'), readable: true })).events).toEqual([]);
  await service.terminateWorkflowExecution(on('c', runIds.get('c')));
  const tables: Table[] = ['executions', 'history', 'wake', 'busy'];
  expect(tables.flatMap((table) => rowsOf(database, table, 'c'))).toEqual([]);
  expect((await service.listWorkflowExecutions({ namespace: 'default' })).executions.length).toBe(4);
  expect((await wordsOf(service.describeWorkflowExecution(on('c')))).code).toBe('NotFound');
  expect((await service.startWorkflowExecution(startRequest('c'))).runId).toBeTypeOf('string');
});

test('S14: a row that is missing in the middle of a history, and a history that is missing altogether, are found', async () => {
  const { database } = await sleepers();
  const remove = ([key]: [Key, string]): void => void database.tables.history.delete(key);
  remove(rowsOf(database, 'history', 'b')[1] as [Key, string]);
  for (const row of rowsOf(database, 'history', 'd')) remove(row);
  const { service } = await open({ database });
  for (const id of ['b', 'd']) expect((await wordsOf(service.describeWorkflowExecution(on(id)))).code).toBe('DataLoss');
  expect((await service.getEngineStatus()).damagedRuns?.map(({ workflowId }) => workflowId).sort()).toEqual(['b', 'd']);
  expect((await service.describeWorkflowExecution(on('a'))).summary.status).toBe('RUNNING');
});

/** A store one of whose tables has lost a row to damage: it is left out, and told of. */
function withLostRow(store: Store, table: Table, workflowId: string): Store {
  let isRepaired = false;
  return {
    ...store,
    status: () => store.status(),
    async commit(batch, epoch) {
      isRepaired ||= batch.puts.some(([name, key]) => name === table && key.includes(workflowId));
      return store.commit(batch, epoch);
    },
    async range(name: Table, range: Range) {
      const entries = await store.range(name, range);
      if (name !== table || isRepaired) return entries;
      const lost = entries.filter(([key]) => key.includes(workflowId));
      if (lost.length > 0) range.onDamaged?.(new ServiceError('DataLoss', 'a row is damaged', { details: { table } }));
      return entries.filter((entry) => !lost.includes(entry));
    },
  };
}

for (const table of ['busy', 'wake'] as const)
  test(`B7: a run whose row of '${table}' is damaged is found all the same: by the lists`, async () => {
    const { database } = await sleepers();
    const clock = manualClock();
    if (table === 'busy') {
      const { service } = await open({ database, clock });
      await clock.advance(HOUR + 1);
      expect(rowsOf(database, 'busy', 'c').length + rowsOf(database, 'wake', 'c').length).toBeGreaterThan(0);
      await service.stop();
    }
    const onFailure = vi.fn();
    const service = await createService({ store: withLostRow(watchedStore(database), table, 'c'), clock, rng: seededRng(2), onFailure });
    await quiet();
    await clock.advance(2 * HOUR);
    await finishAll(service, IDS);
    expect([onFailure.mock.calls.length, (await service.getEngineStatus()).state]).toEqual([0, 'running']);
  });

test('B7: a number of the format that cannot be read does not keep an engine from starting', async () => {
  const { database } = await sleepers();
  const inner = watchedStore(database);
  const store: Store = {
    ...inner,
    status: () => inner.status(),
    get: (table, key) => (table === 'meta' ? Promise.reject(new ServiceError('DataLoss', 'damaged')) : inner.get(table, key)),
  };
  const service = await createService({ store, clock: manualClock(), rng: seededRng(2) });
  expect(await outcome(service.describeWorkflowExecution(on('a')))).toMatchObject({ summary: { status: 'RUNNING' } });
});

test.each([null, 5, [], { runId: { toString: 1 }, firstExecutionRunId: 'a', requestId: 'b' }, { runId: 'a' }])(
  'a row that names no run as it should is told of, and its run is found by its run id: %j',
  async (row) => {
    const { database, runIds } = await sleepers();
    const [[key]] = rowsOf(database, 'executions', 'c') as [[Key, string]];
    database.tables.executions.set(key, JSON.stringify(row));
    for (const [busy] of rowsOf(database, 'busy', 'c')) database.tables.busy.delete(busy); // it sleeps, and is not in memory
    const { service } = await open({ database, clock: manualClock(HOUR / 2) });
    const error = await wordsOf(service.signalWorkflowExecution(signalRequest('c')));
    expect(error).toMatchObject({ code: 'DataLoss', details: { workflowId: 'c', retryable: false } });
    const workflowExecution = { workflowId: 'c', runId: runIds.get('c') as string };
    expect(await outcome(service.describeWorkflowExecution({ ...on('c'), workflowExecution }))).toMatchObject({ summary: { status: 'RUNNING' } });
    expect(await outcome(service.describeWorkflowExecution(on('d')))).toMatchObject({ summary: { status: 'RUNNING' } });
  },
);
