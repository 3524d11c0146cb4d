import 'fake-indexeddb/auto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isServiceError, type ServiceError } from '../common/service-error.ts';
import { deletes, puts } from './conformance-kit.ts';
import { openIndexedDbStore } from './indexeddb.ts';
import { LOG_TABLES } from './indexeddb-format.ts';
import { type BoundKey, compareKeys } from './key.ts';
import { createManualClock } from './manual-clock.ts';
import { LAST_FENCE, type Page } from './page.ts';
import { sound } from './page-sum.ts';
import type { Key, Store, Table } from './store.ts';

const LIMITS = { pageBytes: 200, sliceBytes: 600, logBytes: 100_000, idleBytes: 0, reserveBytes: 0 };
let databases = 0;

interface Opened {
  readonly store: Store;
  readonly epoch: number;
  readonly name: string;
  /** What is in the log goes to the tables. */
  readonly checkpoint: () => Promise<void>;
}

async function opened(name = `chain-${databases++}`): Promise<Opened> {
  const clock = createManualClock();
  const store = await openIndexedDbStore({ name, clock, limits: LIMITS });
  const epoch = await store.acquire();
  const checkpoint = async (): Promise<void> => {
    clock.fire();
    while ((await onDisk(name, (database) => database.transaction('log').objectStore('log').count())) > 0)
      await new Promise((resolve) => setImmediate(resolve));
  };
  return { store, epoch, name, checkpoint };
}

async function onDisk<T>(name: string, act: (database: IDBDatabase) => IDBRequest<T>): Promise<T> {
  const database = await new Promise<IDBDatabase>((resolve) => {
    const opening = indexedDB.open(name);
    opening.onsuccess = () => resolve(opening.result);
  });
  const answer = await new Promise<T>((resolve) => {
    const request = act(database);
    request.onsuccess = () => resolve(request.result);
  });
  database.close();
  return answer;
}

const pagesOf = (name: string, table: string): Promise<Page[]> => onDisk(name, (database) => database.transaction(table).objectStore(table).getAll());
const lose = (name: string, table: string, fence: BoundKey): Promise<undefined> =>
  onDisk(name, (database) =>
    database
      .transaction(table, 'readwrite')
      .objectStore(table)
      .delete(fence as IDBValidKey),
  );

/** Rows of a run, as the service keeps them. */
const rowsOf = (run: string, from: number, count: number): [Key, unknown][] =>
  Array.from({ length: count }, (_, n) => [['default', 'wf', run, from + n], 'x'.repeat(30)]);

async function damageIn(store: Store, table: Table, prefix: Key): Promise<ServiceError[]> {
  const damage: ServiceError[] = [];
  await store.range(table, { prefix, onDamaged: (error) => damage.push(error) });
  return damage;
}

/** What is wrong with the chain of a table. */
function breaksOf(pages: readonly Page[]): string[] {
  const found = pages.flatMap((page, index) => {
    const before = pages[index - 1]?.fence ?? [];
    return page.after && compareKeys(page.after, before) === 0 && sound('history', page, () => {}) === page ? [] : [JSON.stringify([page.after, before])];
  });
  return pages.at(-1) && compareKeys((pages.at(-1) as Page).fence, LAST_FENCE) === 0 ? found : [...found, 'no last page'];
}

describe('S14: each page names the one before it', () => {
  test('from the start, and whatever is written and removed', { timeout: 60_000 }, async () => {
    const run = fc.constantFrom('a', 'b', 'c', 'd');
    const change = fc.record({ run, from: fc.integer({ min: 0, max: 30 }), count: fc.integer({ min: 1, max: 12 }), isDeleted: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(change, { maxLength: 4 }), { minLength: 1, maxLength: 6 }), async (rounds) => {
        const { store, epoch, name, checkpoint } = await opened();
        for (const round of rounds) {
          for (const { run: id, from, count, isDeleted } of round) {
            const rows = rowsOf(id, from, count);
            const keys = rows.map(([key]) => key);
            await store.commit(isDeleted ? deletes('history', keys) : puts('history', rows), epoch);
          }
          await checkpoint();
          expect(breaksOf(await pagesOf(name, 'history'))).toEqual([]);
        }
        expect(await damageIn(store, 'history', [])).toEqual([]);
        await store.close();
      }),
      { numRuns: 60 },
    );
  });

  test('every table of a new database has its last page, and an empty table is whole', async () => {
    const { store, name } = await opened();
    for (const table of [...LOG_TABLES, 'digests']) expect(breaksOf(await pagesOf(name, table)), table).toEqual([]);
    for (const table of LOG_TABLES) expect(await damageIn(store, table, []), table).toEqual([]);
  });
});

describe('S14: a page that is lost as a whole', () => {
  const RUNS = ['a', 'b', 'c', 'd', 'e'];

  async function filled(): Promise<Opened> {
    const world = await opened();
    for (const run of RUNS) await world.store.commit(puts('history', rowsOf(run, 0, 12)), world.epoch);
    await world.checkpoint();
    await world.store.close();
    return world;
  }

  /** The runs of which a row was in the page, or could have been. */
  const touched = (page: Page, before: Page | undefined): string[] =>
    RUNS.filter((run) => {
      const [first, last] = [
        ['default', 'wf', run],
        ['default', 'wf', run, []],
      ] as BoundKey[];
      return compareKeys(page.fence, first as BoundKey) >= 0 && compareKeys(before?.fence ?? [], last as BoundKey) < 0;
    });

  test('is found, whichever it is, by who reads what may have been in it, and by nobody else', async () => {
    const { name } = await filled();
    const pages = await pagesOf(name, 'history');
    expect(pages.length).toBeGreaterThan(8);
    for (const [index, page] of pages.entries()) {
      await lose(name, 'history', page.fence);
      const { store } = await opened(name);
      const told: string[] = [];
      for (const run of RUNS) if ((await damageIn(store, 'history', ['default', 'wf', run])).length > 0) told.push(run);
      expect(told, `page ${index}`).toEqual(touched(page, pages[index - 1]));
      const refusal = await store.range('history', {}).catch((error: unknown) => error);
      expect([isServiceError(refusal, 'DataLoss'), (await damageIn(store, 'history', [])).length]).toEqual([true, 1]);
      expect(store.status().damage?.last).toContain('is not there any more');
      await store.close();
      await onDisk(name, (database) => database.transaction('history', 'readwrite').objectStore('history').put(page));
    }
  });

  test('is found from above, and with a limit, too', async () => {
    const { name } = await filled();
    const pages = await pagesOf(name, 'history');
    for (const lost of [pages[0], pages[3], pages.at(-1)] as Page[]) {
      await lose(name, 'history', lost.fence);
      const { store } = await opened(name);
      const [key] = lost.keys as [Key];
      for (const range of [{ reverse: true }, { from: key, limit: 3 }, { to: key, reverse: true, limit: 3 }]) {
        const damage: string[] = [];
        await store.range('history', { ...range, onDamaged: ({ message }) => void damage.push(message) });
        expect(damage.length, JSON.stringify(range)).toBe(1);
      }
      const error = await store.get('history', key).catch((reason: unknown) => reason);
      expect([isServiceError(error, 'DataLoss'), store.isAbsent?.('history', key)]).toEqual([true, false]);
      await store.close();
      await onDisk(name, (database) => database.transaction('history', 'readwrite').objectStore('history').put(lost));
    }
  });

  test('is still missed after rows were written where it was, and so is what came after it when pages are cut and removed', async () => {
    const { name } = await filled();
    const pages = await pagesOf(name, 'history');
    const index = pages.findIndex((page, at) => at > 0 && touched(page, pages[at - 1]).join() === 'c');
    await lose(name, 'history', (pages[index] as Page).fence);
    const { store, epoch, checkpoint } = await opened(name);
    await store.commit(puts('history', rowsOf('bz', 0, 20)), epoch);
    await store.commit(puts('history', rowsOf('cz', 0, 20)), epoch);
    await checkpoint();
    await store.commit(
      deletes(
        'history',
        [...rowsOf('d', 0, 12), ...rowsOf('a', 0, 12)].map(([key]) => key),
      ),
      epoch,
    );
    await checkpoint();
    for (const run of ['bz', 'cz', 'b', 'e']) expect(await damageIn(store, 'history', ['default', 'wf', run]), run).toEqual([]);
    expect((await damageIn(store, 'history', ['default', 'wf', 'c'])).length).toBe(1);
    expect((await store.range('history', { prefix: ['default', 'wf', 'cz'] })).length).toBe(20);
  });

  test('a range that begins where it was says so: what is there was written later', async () => {
    const { name } = await filled();
    for (const page of await pagesOf(name, 'history')) await lose(name, 'history', page.fence);
    const { store, epoch, checkpoint } = await opened(name);
    await store.commit(puts('history', rowsOf('new', 0, 20)), epoch);
    for (let round = 0; round < 2; round++) {
      const [damage] = await damageIn(store, 'history', ['default', 'wf', 'new']);
      expect(damage?.details).toMatchObject({ lost: true, beginsWithin: true });
      expect((await damageIn(store, 'history', ['default', 'wf', 'a']))[0]?.details).toMatchObject({ lost: true, beginsWithin: false });
      await checkpoint();
    }
  });

  test('of another table is told of when rows come to where it was, and made do without then', async () => {
    const { store, epoch, name, checkpoint } = await opened();
    const keys = Array.from({ length: 40 }, (_, n): Key => ['default', `wf-${100 + n}`]);
    await store.commit(
      puts(
        'executions',
        keys.map((key) => [key, 'x'.repeat(30)]),
      ),
      epoch,
    );
    await checkpoint();
    await store.close();
    const [, lost] = (await pagesOf(name, 'executions')) as [Page, Page];
    await lose(name, 'executions', lost.fence);
    const next = await opened(name);
    const [key] = lost.keys as [Key];
    expect(isServiceError(await next.store.get('executions', key).catch((reason: unknown) => reason), 'DataLoss')).toBe(true);
    await next.store.commit(puts('executions', [[[...key, 'run'], 'new']]), next.epoch);
    await next.checkpoint();
    expect([await next.store.get('executions', key), next.store.status().damage?.last]).toEqual([undefined, expect.stringContaining('is not there any more')]);
    expect(breaksOf(await pagesOf(name, 'executions')).length).toBe(1); // what comes before is not known any more
  });

  test('of digests makes lists read what they would have passed over', async () => {
    const { store, epoch, name, checkpoint } = await opened();
    const names = { workflowId: 'wf', runId: 'run', workflowType: 'order', taskQueue: 'queue', status: 'RUNNING' };
    const summary = { ...names, startTime: 1, executionTime: 1, historyLength: 0, historySizeBytes: 0 };
    await store.commit(puts('visibility', [[['default', 0, -1, 'run'], summary]]), epoch);
    await checkpoint();
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect((await store.outline('visibility', {})).every(({ digest }) => digest !== undefined)).toBe(true);
    await store.close();
    for (const page of await pagesOf(name, 'digests')) await lose(name, 'digests', page.fence);
    const next = await opened(name);
    expect(await next.store.outline('visibility', {})).toEqual([{ to: undefined, digest: undefined, isExact: true }]);
  });
});
