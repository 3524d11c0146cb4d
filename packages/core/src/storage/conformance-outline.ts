/** Conformance: what a store says of rows without reading them, held against the rows. */
import type { Epoch } from '../common/brand.ts';
import { digestOf, hashesOf, RunDigest } from '../common/run-digest.ts';
import { type Cases, expectSame, keysOf } from './conformance-kit.ts';
import { compareKeys } from './key.ts';
import type { Batch, Entry, Key, Range, Store } from './store.ts';

interface Summary {
  readonly workflowId: string;
  readonly runId: string;
  readonly workflowType: string;
  readonly status: string;
  readonly taskQueue: string;
  readonly startTime: number;
  readonly executionTime: number;
  readonly closeTime?: number;
  readonly historyLength: number;
  readonly historySizeBytes: number;
}

const TYPES = ['order', 'refund', 'größer'];

function summary(index: number, more: Partial<Summary> = {}): Summary {
  const run = { workflowId: `wf-${index}`, runId: `run-${index}`, workflowType: TYPES[index % 3] as string, status: 'RUNNING', taskQueue: 'queue' };
  return { ...run, startTime: index, executionTime: index, historyLength: 0, historySizeBytes: 0, ...more };
}

const openRow = (index: number, namespace = 'b'): readonly [Key, Summary] => [[namespace, 0, -index, `run-${index}`], summary(index)];
const closedRow = (index: number, namespace = 'b'): readonly [Key, Summary] => {
  const status = index % 50 ? 'COMPLETED' : 'FAILED';
  return [[namespace, 1, -index - 10, `run-${index}`], summary(index, { status, closeTime: index + 10 })];
};

const batchOf = (rows: readonly (readonly [Key, unknown])[], gone: readonly Key[] = []): Batch => ({
  puts: rows.map(([key, value]) => ['visibility', key, value]),
  deletes: gone.map((key) => ['visibility', key]),
});

const numbers = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);

/** Runs start, some close, some are removed, so that what is known of them has to change. */
async function fill(store: Store, epoch: Epoch): Promise<void> {
  for (const namespace of ['a', 'b', 'c']) await store.commit(batchOf(numbers(0, 40).map((index) => closedRow(index, namespace))), epoch);
  for (let from = 40; from < 400; from += 40) await store.commit(batchOf(numbers(from, from + 40).map((index) => openRow(index))), epoch);
  const closing = numbers(40, 400).filter((index) => index % 3 !== 0);
  for (let from = 0; from < closing.length; from += 30) {
    const now = closing.slice(from, from + 30);
    await store.commit(
      batchOf(
        now.map((index) => closedRow(index)),
        now.map((index) => openRow(index)[0]),
      ),
      epoch,
    );
  }
  await store.commit(
    batchOf(
      [],
      numbers(0, 25).map((index) => closedRow(index)[0]),
    ),
    epoch,
  );
}

async function expectOutline(store: Store, range: Pick<Range, 'prefix' | 'from' | 'to' | 'after'>): Promise<void> {
  const all = await store.range('visibility', range);
  const seen: Entry[] = [];
  let { after } = range;
  for (const { to, digest, isExact } of await store.outline('visibility', range)) {
    const rows = await store.range('visibility', { ...range, ...(after ? { after } : {}), ...(to ? { to } : {}) });
    if (to && after && compareKeys(to, after) <= 0)
      throw new Error(`the piece that ends at ${JSON.stringify(to)} does not come after ${JSON.stringify(after)}`);
    seen.push(...rows);
    after = to ?? seen.at(-1)?.[0];
    if (digest === undefined) continue;
    if (isExact) expectSame(digest, digestOf(rows.map(([, value]) => value)), `the digest of the piece up to ${JSON.stringify(to)}`);
    const known = new RunDigest(digest);
    for (const [key, value] of rows)
      if (!known.mayHave(hashesOf((value as Summary).workflowId))) throw new Error(`the digest denies the row ${JSON.stringify(key)}`);
  }
  expectSame(keysOf(seen), keysOf(all), `the rows of all pieces of ${JSON.stringify(range)}`);
}

const RANGES: readonly Pick<Range, 'prefix' | 'from' | 'to' | 'after'>[] = [
  {},
  { prefix: ['b'] },
  { prefix: ['b', 0] },
  { prefix: ['b', 1], after: ['b', 1, -200, 'run-190'] },
  { prefix: ['b'], after: ['b', 0, -150, 'run-150'] },
  { prefix: ['b'], from: ['b', 0, -100], to: ['b', 1, -300, 'run-290'] },
  { prefix: ['d'] },
  { prefix: ['a'] },
];

export const outlineCases: Cases = {
  'an outline covers its range piece by piece, and what it says of a piece is so': async (subject) => {
    const { store, epoch } = await subject.acquired();
    await expectOutline(store, {});
    await fill(store, epoch);
    for (const range of RANGES) await expectOutline(store, range);
  },

  'an outline knows what another store has written, and what was written before the store was opened': async (subject) => {
    const reader = await subject.open();
    const { store, epoch } = await subject.acquired();
    await fill(store, epoch);
    for (const range of RANGES) await expectOutline(reader, range);
    await store.close();
    const { store: next, epoch: nextEpoch } = await subject.acquired();
    for (const range of RANGES) await expectOutline(next, range);
    await next.commit(
      batchOf(
        [openRow(500), closedRow(41)],
        numbers(60, 90).map((index) => closedRow(index)[0]),
      ),
      nextEpoch,
    );
    for (const range of RANGES) for (const each of [next, reader]) await expectOutline(each, range);
  },

  'an outline says nothing of rows that are no summaries': async (subject) => {
    const { store, epoch } = await subject.acquired();
    await store.commit(batchOf([...numbers(0, 30).map((index) => openRow(index)), [['b', 0, -5.5, 'x'], { other: true }]]), epoch);
    await expectOutline(store, { prefix: ['b'] });
  },
};
