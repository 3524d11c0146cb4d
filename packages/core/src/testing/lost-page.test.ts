/** The last page of an open run is lost, as a whole: nothing that is left of the run says so, but the page after it does. */
import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { seededRng } from '../common/rng.ts';
import type { ServiceError } from '../common/service-error.ts';
import { complete, eventTypes, finish, manualClock, on, quiet, signalRequest, startRequest, timer, workflowTask } from '../service/service.test-kit.ts';
import { createService, type EngineService } from '../service/service.ts';
import { openIndexedDbStore } from '../storage/indexeddb.ts';
import { createManualClock } from '../storage/manual-clock.ts';
import type { Page } from '../storage/page.ts';

const IDS = ['a', 'b', 'c', 'd', 'e'];
const HOUR = 3_600_000;
let databases = 0;

async function settle(): Promise<void> {
  for (let turn = 0; turn < 300; turn++) await quiet();
}

function onDisk<T>(name: string, act: (history: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  return new Promise((resolve) => {
    const opening = indexedDB.open(name);
    opening.onsuccess = () => {
      const request = act(opening.result.transaction('history', 'readwrite').objectStore('history'));
      request.onsuccess = () => {
        opening.result.close();
        resolve(request.result);
      };
    };
  });
}

interface Engine {
  readonly service: EngineService;
  readonly pages: ReturnType<typeof createManualClock>;
  readonly close: () => Promise<void>;
}

async function engine(name: string, clock = manualClock(), seed = 1): Promise<Engine> {
  const pages = createManualClock();
  const store = await openIndexedDbStore({ name, clock: pages, limits: { pageBytes: 300, idleBytes: 0, reserveBytes: 0 } });
  const service = await createService({ store, clock, rng: seededRng(seed) });
  await settle();
  return {
    service,
    pages,
    async close() {
      await service.stop();
      await store.close();
    },
  };
}

/** Five runs that sleep, with their rows in pages: their last ones in pages that hold nothing else. */
async function asleep(): Promise<string> {
  const name = `lost-page-${databases++}`;
  const { service, pages, close } = await engine(name);
  for (const id of IDS) await service.startWorkflowExecution(startRequest(id));
  for (const _ of IDS) await complete(service, await workflowTask(service), timer('t', HOUR));
  for (let n = 0; n < 6; n++) {
    for (const id of IDS) await service.signalWorkflowExecution(signalRequest(id, `signal-${n}`));
    for (const _ of IDS) await complete(service, await workflowTask(service));
  }
  await settle();
  pages.fire();
  await settle();
  await close();
  return name;
}

/** Takes away the last page that has rows of this run alone, and all that come behind its first rows there. */
async function loseLastPage(name: string, workflowId: string): Promise<Page> {
  const all = (await onDisk(name, (history) => history.getAll())) as Page[];
  const own = all.filter(({ keys }) => keys.length > 0 && keys.every((key) => key[1] === workflowId));
  const lost = own.at(-1) as Page;
  await onDisk(name, (history) => history.delete(lost.fence as IDBValidKey));
  return lost;
}

const wordsOf = (answer: Promise<unknown>): Promise<ServiceError> =>
  answer.then(
    () => {
      throw new Error('it resolved');
    },
    (error: ServiceError) => error,
  );

test('S14: an open run that has lost its last page is set apart, and no other; ended where it can be read, it is a closed run like any other', async () => {
  const name = await asleep();
  const lost = await loseLastPage(name, 'c');
  expect(lost.keys.length).toBeGreaterThan(0);
  const clock = manualClock();
  const { service, pages, close } = await engine(name, clock, 2);
  for (const id of IDS.filter((each) => each !== 'c')) expect((await service.describeWorkflowExecution(on(id))).summary.status).toBe('RUNNING');
  const error = await wordsOf(service.describeWorkflowExecution(on('c')));
  expect([error.code, error.message.includes('is not there any more; rows before that may be missing')]).toEqual(['DataLoss', true]);
  const status = await service.getEngineStatus();
  expect([status.state, status.damagedRuns?.map(({ workflowId }) => workflowId), status.store.damage?.count]).toEqual(['running', ['c'], 1]);
  const { events, damage } = await service.getWorkflowExecutionHistory({ ...on('c'), readable: true });
  expect([events[0]?.type, damage]).toEqual(['WorkflowExecutionStarted', expect.stringContaining('is not there any more')]);

  await service.terminateWorkflowExecution({ ...on('c'), reason: 'damaged' });
  await service.startWorkflowExecution(startRequest('c2')); // its rows go where the lost page was
  await settle();
  pages.fire();
  await settle();
  await close();
  const next = await engine(name, clock, 3);
  expect((await eventTypes(next.service, 'c')).at(-1)).toBe('WorkflowExecutionTerminated');
  expect((await next.service.describeWorkflowExecution(on('c2'))).summary.status).toBe('RUNNING');
  expect((await next.service.getEngineStatus()).damagedRuns).toBeUndefined();
  await clock.advance(2 * HOUR);
  await settle();
  for (let task = 0; task < IDS.length; task++) await complete(next.service, await workflowTask(next.service), finish);
  for (const id of [...IDS.filter((each) => each !== 'c'), 'c2'])
    expect((await next.service.describeWorkflowExecution(on(id))).summary.status).toBe('COMPLETED');
  await next.close();
});

test('S14: a closed run beside a page that is lost is whole', async () => {
  const name = `lost-page-${databases++}`;
  const { service, pages, close } = await engine(name);
  for (const id of IDS) {
    await service.startWorkflowExecution(startRequest(id));
    await complete(service, await workflowTask(service), finish);
  }
  await settle();
  pages.fire();
  await settle();
  await close();
  const all = (await onDisk(name, (history) => history.getAll())) as Page[];
  const lost = all.find(({ keys }) => keys[0]?.[1] === 'c' && keys[0]?.[3] !== 0 && keys.every((key) => key[1] === 'c')) ?? (all.at(-2) as Page);
  await onDisk(name, (history) => history.delete(lost.fence as IDBValidKey));
  const hit = new Set(lost.keys.map((key) => key[1]));
  const next = await engine(name, manualClock(), 2);
  for (const id of IDS) {
    const answer = await next.service.describeWorkflowExecution(on(id)).then(
      ({ summary }) => summary.status,
      ({ code }: ServiceError) => code,
    );
    expect(answer, id).toBe(hit.has(id) ? 'DataLoss' : 'COMPLETED');
  }
  await next.close();
});
