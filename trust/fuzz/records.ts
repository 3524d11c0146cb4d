/**
 * What is stored, changed: records of the IndexedDB driver as the browser keeps them, and rows as the service reads them, past all sums. A database
 * is opened with one of them changed, and asked for all that is in it. What is damaged costs its own run at most, and is told by a typed error.
 */

import 'fake-indexeddb/auto';
import fc from 'fast-check';
import { seededRng } from '../../packages/core/src/common/rng.ts';
import { ServiceError } from '../../packages/core/src/common/service-error.ts';
import { manualClock, on } from '../../packages/core/src/service/service.test-kit.ts';
import { createService } from '../../packages/core/src/service/service.ts';
import { readFixture, restoreDump } from '../../packages/core/src/storage/fixtures.test-kit.ts';
import { openIndexedDbStore } from '../../packages/core/src/storage/indexeddb.ts';
import { FORMAT_VERSION } from '../../packages/core/src/storage/indexeddb-format.ts';
import { createManualClock } from '../../packages/core/src/storage/manual-clock.ts';
import { createMemoryDatabase, openMemoryStore } from '../../packages/core/src/storage/memory.ts';
import type { Page } from '../../packages/core/src/storage/page.ts';
import { SEAL_LENGTH } from '../../packages/core/src/storage/seal.ts';
import { type Entry, type Store, TABLES, type Table } from '../../packages/core/src/storage/store.ts';
import type { Probe, Target } from './target.ts';
import { mutated } from './values.ts';
import { turn } from './world.ts';

const NAME = 'fuzz';
const NAMESPACES = ['default', 'other'] as const;
const DUMP = readFixture(FORMAT_VERSION);
const RECORDS = DUMP.stores.flatMap(({ name, records }) => records.map(([key, value]) => ({ store: name, key, value })));
/** A record of these is of the whole database: it may be refused as a whole. */
const OF_ALL: ReadonlySet<string> = new Set(['control', 'fence', 'meta', 'namespaces']);
/** More turns than all that is asked takes. */
const MOST_TURNS = 3_000;

interface Change {
  /** Which of them, counted round. */
  readonly place: number;
  /** How: given all that could be there, the changed one. */
  readonly value: unknown;
}

/** The place goes with the value, so that each is changed as what it is. */
const changeOf = (values: readonly unknown[]): fc.Arbitrary<Change> =>
  fc.nat(values.length - 1).chain((place) => mutated(fc.constant({ value: values[place] }), 2).map((changed) => ({ place, value: valueIn(changed) })));

const valueIn = (changed: unknown): unknown =>
  typeof changed === 'object' && changed !== null && Object.hasOwn(changed, 'value') ? (changed as { value: unknown }).value : changed;

export const records: Target<Change> = {
  name: 'records of IndexedDB',
  share: 1,
  inputs: changeOf(RECORDS.map(({ value }) => value)),
  create: async () => {
    const whole = await readAll(await openChanged(undefined));
    return probe(async ({ place, value }) => {
      const record = RECORDS[place];
      if (!record) return undefined;
      let store: Store;
      try {
        store = await openChanged({ place, value });
      } catch (error) {
        if (error instanceof ServiceError && !OF_ALL.has(record.store)) return `the database does not open: ${error.message}`;
        if (error instanceof ServiceError) throw error;
        return undefined; // no browser keeps such a record
      }
      const touched = JSON.stringify([record.key, record.value]);
      return compare(whole, await readAll(store), { touched, isOfAll: OF_ALL.has(record.store), mayMiss: !isOfTextsAlone(record.value, value) });
    });
  },
};

async function openChanged(change: Change | undefined): Promise<Store> {
  const indexedDB = new IDBFactory();
  let count = 0;
  const stores = DUMP.stores.map((store) => ({
    ...store,
    records: store.records.map(([key, value]) => [key, count++ === change?.place ? change.value : value] as const),
  }));
  await restoreDump({ ...DUMP, stores }, NAME, indexedDB);
  return openIndexedDbStore({ name: NAME, indexedDB, clock: createManualClock() });
}

export const rows: Target<Change> = {
  name: 'rows past their sums',
  share: 2,
  inputs: fc.nat(10_000).chain((place) => fc.record({ place: fc.constant(place), value: mutated(fc.constantFrom(...SOME_ROWS), 2) })),
  create: async () => {
    const entries = await entriesOf(await openChanged(undefined));
    const whole = await readAll(withRows(entries));
    return probe(async ({ place, value }) => {
      const at = place % entries.length;
      const [table, [key, before]] = entries[at] as (typeof entries)[number];
      const changed = entries.with(at, [table, [key, asJson(value)]]);
      return compare(whole, await readAll(withRows(changed)), { touched: JSON.stringify([key, before]), isOfAll: OF_ALL.has(table), mayMiss: false });
    });
  },
};

/** Values as rows have them: changed ones stand in place of any. */
const SOME_ROWS: readonly unknown[] = DUMP.stores.flatMap(({ name, records: all }) =>
  TABLES.includes(name as Table) ? all.flatMap(([, page]) => (page as { texts: string[] }).texts.map((text) => JSON.parse(text.slice(9)) as unknown)) : [],
);

/** Rows are JSON. What that cannot say is a row of nothing. */
function asJson(value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value) ?? 'null') as unknown;
  } catch {
    return null;
  }
}

async function entriesOf(store: Store): Promise<(readonly [Table, Entry])[]> {
  await store.acquire();
  const tables = await Promise.all(TABLES.map(async (table) => (await store.range(table, {})).map((entry) => [table, entry] as const)));
  await store.close();
  return tables.flat();
}

function withRows(entries: readonly (readonly [Table, Entry])[]): Store {
  const database = createMemoryDatabase();
  for (const [table, [key, value]] of entries) database.tables[table].set(key, JSON.stringify(value));
  return openMemoryStore(database);
}

/** What came of each question, in words: an answer, or the code of a typed error. */
type Answers = ReadonlyMap<string, string>;

/** Opens an engine on the store, asks it for everything, and lets it do its work for an hour. */
async function readAll(store: Store): Promise<Answers> {
  const answers = new Map<string, string>();
  const clock = manualClock(1_700_000_100_000);
  const ask = async (what: string, question: () => Promise<unknown>): Promise<void> => {
    answers.set(what, await inTime(what, question));
  };
  const service = await createService({ store, clock, rng: seededRng(5), onWarning: () => {} });
  for (let i = 0; i < 50; i++) await turn();
  await ask('status', async () => (await service.getEngineStatus()).state);
  for (const namespace of NAMESPACES) {
    await ask(`namespace ${namespace}`, () => service.describeNamespace({ namespace }));
    await ask(`list of ${namespace}`, () => service.listWorkflowExecutions({ namespace }));
    await ask(`open ones of ${namespace}`, () =>
      service.countWorkflowExecutions({ namespace, query: 'ExecutionStatus = "Running" AND StartTime > "2000-01-01T00:00:00Z"' }),
    );
  }
  for (const [namespace, workflowId] of WORKFLOWS) {
    const of = { ...on(workflowId), namespace };
    await ask(`history of ${workflowId}`, () => service.getWorkflowExecutionHistory(of));
    await ask(`description of ${workflowId}`, () => service.describeWorkflowExecution(of));
  }
  await inTime('an hour', () => clock.advance(3_600_000));
  for (const [namespace, workflowId] of WORKFLOWS)
    await ask(`end of ${workflowId}`, () => service.terminateWorkflowExecution({ ...on(workflowId), namespace }));
  await inTime('the end', () => service.stop());
  await store.close();
  return answers;
}

const WORKFLOWS = [
  ...['activity', 'closed-1', 'closed-2', 'closed-ü', 'sleeping', 'waiting'].map((id) => ['default', id] as const),
  ['other', 'elsewhere'] as const,
];

/** @throws what is not a typed error, and an error of its own for what is not answered */
async function inTime(what: string, question: () => Promise<unknown>): Promise<string> {
  let answer: string | undefined;
  let failure: { readonly error: unknown } | undefined;
  question().then(
    (value) => {
      answer = JSON.stringify(value) ?? 'done';
    },
    (error: unknown) => {
      if (error instanceof ServiceError) answer = error.code;
      else failure = { error };
    },
  );
  for (let i = 0; i < MOST_TURNS && answer === undefined && !failure; i++) await turn();
  if (failure) throw failure.error;
  if (answer === undefined) throw new RangeError(`${what}: not answered`);
  return answer;
}

interface Touched {
  /** Of what the change is, in words that name the runs. */
  readonly touched: string;
  readonly isOfAll: boolean;
  /** Rows may be missing that nobody can name: neighbours may be refused, too. */
  readonly mayMiss: boolean;
}

/** Runs of which nothing was changed are what they were. Nothing is told that was not written, in any case. */
function compare(whole: Answers, found: Answers, { touched, isOfAll, mayMiss }: Touched): string | undefined {
  if (isOfAll) return undefined;
  for (const [, workflowId] of WORKFLOWS) {
    if (touched.includes(`"${workflowId}"`) || RUN_IDS.get(workflowId)?.some((runId) => touched.includes(runId))) continue;
    for (const what of ['history', 'description']) {
      const [before, after] = [whole.get(`${what} of ${workflowId}`), found.get(`${what} of ${workflowId}`)];
      if (after === before || (mayMiss && !after?.startsWith('{'))) continue;
      return `the ${what} of ${workflowId} is ${after?.slice(0, 200)}, and a record was changed that says nothing of it`;
    }
  }
  return undefined;
}

/** Nothing of a page is changed but what its rows say: its keys, the page before it, the seals of its rows and the sum of all these are what they were. */
function isOfTextsAlone(before: unknown, value: unknown): boolean {
  const [page, changed] = [before as Partial<Page>, value as Partial<Page> | null];
  if (page.keys === undefined || typeof changed !== 'object' || changed === null || !Array.isArray(changed.texts)) return false;
  const rest = ({ texts, ...others }: Partial<Page>): string | undefined =>
    asText([Object.keys(texts ?? []), Array.from(texts ?? [], (text) => (typeof text === 'string' ? text.slice(0, SEAL_LENGTH) : text)), others]);
  return rest(page) === rest(changed);
}

function asText(value: unknown): string | undefined {
  try {
    return JSON.stringify(value, named);
  } catch {
    return undefined; // nor can a page say it that was not changed
  }
}

/** A list that has other properties than its places is another one than it was; JSON says nothing of them. */
const named = (_: string, value: unknown): unknown => (Array.isArray(value) && Object.keys(value).length !== value.length ? { ...value } : value);

const RUN_IDS: ReadonlyMap<string, readonly string[]> = new Map(
  WORKFLOWS.map(([, workflowId]) => {
    const all = JSON.stringify(DUMP.stores.map(({ records: each }) => each));
    const found = [...all.matchAll(new RegExp(`"${workflowId}","([0-9a-f-]{36})"`, 'g'))].map(([, runId]) => runId as string);
    return [workflowId, [...new Set(found)]] as const;
  }),
);

const probe = (check: Probe<Change>['check']): Probe<Change> => ({ check, isRefusal: (error) => error instanceof ServiceError });
