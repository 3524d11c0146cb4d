import 'fake-indexeddb/auto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openIndexedDbStore } from './indexeddb.ts';
import { compareKeys } from './key.ts';
import { createManualClock } from './manual-clock.ts';
import { createMemoryDatabase, openMemoryStore } from './memory.ts';
import type { Batch, Entry, Key, Range, Store, Table, Value } from './store.ts';

/** What a store is, in the plainest way. */
class Model {
  #rows: { table: Table; key: Key; value: Value }[] = [];

  apply({ puts, deletes }: Batch): void {
    const keep = (table: Table, key: Key): void => {
      this.#rows = this.#rows.filter((row) => row.table !== table || compareKeys(row.key, key) !== 0);
    };
    for (const [table, key] of deletes) keep(table, key);
    for (const [table, key, value] of puts) {
      keep(table, key);
      this.#rows.push({ table, key, value });
    }
  }

  get(table: Table, key: Key): Value | undefined {
    return this.#rows.find((row) => row.table === table && compareKeys(row.key, key) === 0)?.value;
  }

  range(table: Table, { prefix = [], from, to, after, reverse = false, limit }: Range): Entry[] {
    const startsWith = (key: Key, start: Key): boolean => start.every((part, index) => part === key[index]);
    const rows = this.#rows.filter(({ table: name, key }) => {
      if (name !== table || !startsWith(key, prefix)) return false;
      if (from && compareKeys(key, from) < 0) return false;
      if (to && compareKeys(key, to) > 0 && !startsWith(key, to)) return false;
      return !after || (reverse ? compareKeys(key, after) < 0 : compareKeys(key, after) > 0);
    });
    rows.sort((a, b) => compareKeys(a.key, b.key) * (reverse ? -1 : 1));
    return rows.slice(0, limit).map(({ key, value }) => [key, value]);
  }
}

const part = fc.oneof(fc.integer({ min: -2, max: 3 }), fc.constantFrom('', 'a', 'ab', 'b', '\uFFFF', '😀'), fc.constantFrom(0.5, 1e300));
const key = fc.array(part, { minLength: 1, maxLength: 3 });
const table = fc.constantFrom<Table>('wake', 'history');
const value = fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.string({ maxLength: 80 })).map((found) => JSON.parse(JSON.stringify(found)) as Value);
const batch: fc.Arbitrary<Batch> = fc.record({
  puts: fc.array(fc.tuple(table, key, value), { maxLength: 8 }),
  deletes: fc.array(fc.tuple(table, key), { maxLength: 5 }),
});
const range: fc.Arbitrary<Range> = fc.record(
  { prefix: fc.array(part, { maxLength: 2 }), from: key, to: key, after: key, reverse: fc.boolean(), limit: fc.integer({ min: 0, max: 12 }) },
  { requiredKeys: [] },
);
type Step =
  | { readonly kind: 'commit'; readonly batches: readonly Batch[] }
  | { readonly kind: 'read'; readonly table: Table; readonly range: Range; readonly keys: readonly Key[] }
  | { readonly kind: 'pause' | 'crash' | 'close' };
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('commit' as const), batches: fc.array(batch, { minLength: 1, maxLength: 4 }) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('read' as const), table, range, keys: fc.array(key, { maxLength: 5 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('pause' as const, 'crash' as const, 'close' as const) }) },
);

/** Runs the steps on a store and on the model. What is read must be the same, by the writer and by a store that only reads. */
async function followsTheModel(steps: readonly Step[], open: () => Promise<Store>, pause: () => Promise<void>): Promise<void> {
  const model = new Model();
  const reader = await open();
  const opened: Store[] = [reader];
  const take = async (): Promise<{ store: Store; epoch: number }> => {
    const store = await open();
    opened.push(store);
    return { store, epoch: await store.acquire() };
  };
  let { store, epoch } = await take();
  for (const now of steps) {
    if (now.kind === 'commit') {
      await Promise.all(now.batches.map((each) => store.commit(each, epoch)));
      for (const each of now.batches) model.apply(each);
    } else if (now.kind === 'read') {
      const expected = [model.range(now.table, now.range), now.keys.map((each) => model.get(now.table, each))];
      for (const each of [store, reader]) expect([await each.range(now.table, now.range), await each.getMany(now.table, now.keys)]).toEqual(expected);
    } else if (now.kind === 'pause') await pause();
    else {
      if (now.kind === 'close') await store.close();
      ({ store, epoch } = await take());
    }
  }
  for (const each of ['wake', 'history'] as const) expect(await store.range(each, {})).toEqual(model.range(each, {}));
  for (const each of opened) await each.close();
}

const idle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('the memory store does what the model does', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const database = createMemoryDatabase();
      await followsTheModel(steps, async () => openMemoryStore(database), idle);
    }),
    { numRuns: 150 },
  );
}, 60_000);

let databases = 0;

test('B22: the IndexedDB store does what the model does, wherever checkpoints, crashes and other writers come in', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 25 }),
      fc.constantFrom(30, 120, 600),
      fc.constantFrom(50, 300, 3000),
      fc.constantFrom(0, 500),
      async (steps, pageBytes, logBytes, idleBytes) => {
        const clock = createManualClock();
        const name = `property-${databases++}`;
        const limits = { pageBytes, sliceBytes: 3 * pageBytes, logBytes, idleBytes };
        await followsTheModel(
          steps,
          () => openIndexedDbStore({ name, clock, limits }),
          async () => {
            clock.fire();
            await idle();
          },
        );
      },
    ),
    { numRuns: 150 },
  );
}, 60_000);
