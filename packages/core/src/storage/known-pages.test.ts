import 'fake-indexeddb/auto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openIndexedDbStore } from './indexeddb.ts';
import { KnownPages } from './known-pages.ts';
import { createManualClock } from './manual-clock.ts';
import { LAST_FENCE } from './page.ts';
import type { Key, Store } from './store.ts';

const SMALL = { pageBytes: 100, sliceBytes: 300, logBytes: 200, idleBytes: 0 };
let databases = 0;
const opened = (limits = {}): Promise<Store> => openIndexedDbStore({ name: `known-${databases++}`, clock: createManualClock(), limits });
const key = (id: number): Key => ['default', `workflow-${id}`];
const isAbsent = (store: Store, id: number): boolean => store.isAbsent?.('executions', key(id)) === true;

test('a row that is known not to be there is not there, whatever was written, read and moved before', async () => {
  const id = fc.integer({ min: 0, max: 60 });
  const act = fc.record({ act: fc.constantFrom('put', 'delete', 'read'), ids: fc.array(id, { minLength: 1, maxLength: 8 }) });
  let known = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 30 }), async (acts) => {
      const store = await opened(SMALL);
      const epoch = await store.acquire();
      const there = new Set<number>();
      for (const { act, ids } of acts) {
        const unique = [...new Set(ids)];
        if (act === 'put') await store.commit({ puts: unique.map((id) => ['executions', key(id), 'x'.repeat(30)]), deletes: [] }, epoch);
        else if (act === 'delete') await store.commit({ puts: [], deletes: unique.map((id) => ['executions', key(id)]) }, epoch);
        else expect(await store.getMany('executions', unique.map(key))).toEqual(unique.map((id) => (there.has(id) ? 'x'.repeat(30) : undefined)));
        for (const id of unique) act === 'put' ? there.add(id) : act === 'delete' && there.delete(id);
        for (let id = 0; id <= 60; id++) {
          if (!isAbsent(store, id)) continue;
          known++;
          expect([id, there.has(id)]).toEqual([id, false]);
        }
      }
      await store.close();
    }),
    { numRuns: 60 },
  );
  expect(known).toBeGreaterThan(1_000);
});

test('a store knows the neighbourhood of what it has read, until rows are moved to the tables', async () => {
  const store = await opened();
  const epoch = await store.acquire();
  expect(isAbsent(store, 1)).toBe(false);
  await store.get('executions', key(1));
  expect([isAbsent(store, 0), isAbsent(store, 1), isAbsent(store, 2)]).toEqual([false, true, true]);
  await store.commit({ puts: [['executions', key(1), 'row']], deletes: [] }, epoch);
  expect([isAbsent(store, 1), isAbsent(store, 2)]).toEqual([false, true]);
  await store.commit({ puts: [], deletes: [['executions', key(1)]] }, epoch);
  expect(isAbsent(store, 1)).toBe(true);
  await store.close();
  expect(isAbsent(store, 1)).toBe(false);
});

test('what was read before pages were written, or while they are, is not learnt', () => {
  const pages = new KnownPages();
  const empty = { fence: LAST_FENCE, keys: [], texts: [] };
  const before = pages.version;
  pages.learn(before, key(1), empty);
  expect(pages.lacks(key(5))).toBe(true);
  pages.close();
  const during = pages.version;
  for (const version of [before, during]) pages.learn(version, key(1), empty);
  expect(pages.lacks(key(5))).toBe(false);
  pages.open();
  for (const version of [before, during]) pages.learn(version, key(1), empty);
  expect(pages.lacks(key(5))).toBe(false);
  pages.learn(pages.version, key(1), empty);
  expect(pages.lacks(key(5))).toBe(true);
});

test('pages that were not asked for in a while are forgotten', () => {
  const pages = new KnownPages();
  for (let id = 0; id < 1_000; id++) pages.learn(pages.version, [id], { fence: [id], keys: [], texts: [] });
  expect([pages.lacks([0]), pages.lacks([999])]).toEqual([false, true]);
});
