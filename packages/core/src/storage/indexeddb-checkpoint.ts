/** Moves rows from the log to the tables, in transactions of bounded size, and takes the log records away last. A crash in between only means doing it again. */
import type { Epoch } from '../common/brand.ts';
import type { Database } from './indexeddb-format.ts';
import { pagesOf, type TableStore } from './indexeddb-pages.ts';
import { look, watched, writeGuarded } from './indexeddb-transactions.ts';
import { compareKeys } from './key.ts';
import { GONE, type Layer } from './overlay.ts';
import { type Edit, editPage, LAST_FENCE, type Page, rowBytes } from './page.ts';
import { summed } from './page-sum.ts';
import { TABLES, type Table } from './store.ts';

export interface CheckpointOptions {
  /** Runs a step of it on the connection. */
  readonly write: (step: (database: Database) => Promise<void>) => Promise<void>;
  readonly durability: 'strict' | 'relaxed';
  readonly epoch: Epoch;
  readonly identity: string;
  readonly pageBytes: number;
  /** The rows of one transaction, in bytes. */
  readonly sliceBytes: number;
  /** Asked between transactions: whether to leave the rest for later. */
  readonly isEnding: () => boolean;
  readonly onDamage: (words: string) => void;
}

/**
 * @returns whether all of the layer is in the tables, and its log records are gone
 * @throws {ServiceError} `Fenced`, `ResourceExhausted`, `StorageUnavailable`: then the log still has every row
 */
export async function checkpoint(options: CheckpointOptions, layer: Layer): Promise<boolean> {
  for (const table of TABLES) {
    for (const edits of slicesOf(layer, table, options.sliceBytes)) {
      if (options.isEnding()) return false;
      await options.write((database) => writeEdits(database, options, table, edits));
    }
  }
  if (options.isEnding()) return false;
  await options.write((database) => trimLog(database, options, layer.seq));
  return true;
}

function* slicesOf(layer: Layer, table: Table, sliceBytes: number): Generator<Edit[]> {
  let slice: Edit[] = [];
  let bytes = 0;
  for (const [key, mark] of layer.tables[table].entries({ lower: undefined, upper: undefined })) {
    const edit: Edit = [key, mark === GONE ? undefined : mark];
    slice.push(edit);
    bytes += rowBytes(...edit);
    if (bytes < sliceBytes) continue;
    yield slice;
    slice = [];
    bytes = 0;
  }
  if (slice.length > 0) yield slice;
}

interface Change {
  readonly page: Page;
  readonly pages: readonly Page[];
}

/** Reads outside of the writing transaction, which may be short so: nobody but the holder of the epoch changes pages. May be done twice. */
async function writeEdits(database: Database, options: CheckpointOptions, table: Table, edits: readonly Edit[]): Promise<void> {
  const changes = await changesOf(look(database, [table]).objectStore(table) as unknown as TableStore, edits, options);
  if (changes.length === 0) return;
  await writeGuarded({ ...options, database, guard: 'fence', stores: [table] }, (transaction) => {
    const store = transaction.objectStore(table);
    for (const { page, pages } of changes) {
      if (pages.length === 0) watched(store.delete(page.fence as IDBValidKey & Page['fence']));
      for (const replacement of pages) watched(store.put(summed(table, replacement)));
    }
  });
}

async function changesOf(store: TableStore, edits: readonly Edit[], { pageBytes, onDamage }: CheckpointOptions): Promise<Change[]> {
  const stored = await pagesOf(
    store,
    edits.map(([key]) => key),
  );
  const changes: Change[] = [];
  let next = 0;
  for (const page of [...stored, NO_PAGE]) {
    const start = next;
    while (next < edits.length && compareKeys((edits[next] as Edit)[0], page.fence) <= 0) next++;
    const pages = next > start ? editPage(page, edits.slice(start, next), pageBytes) : undefined;
    if (!pages) continue;
    if (page.isDamaged) onDamage(`a page of "${store.name}" that ends at ${JSON.stringify(page.fence)} is not as it was written; rows of it may be lost`);
    changes.push({ page, pages });
  }
  return changes;
}

/** For keys above all fences. */
const NO_PAGE: Page = { fence: LAST_FENCE, keys: [], texts: [] };

const trimLog = (database: Database, options: CheckpointOptions, through: number): Promise<void> =>
  writeGuarded({ ...options, database, guard: 'control', stores: ['log'] }, (transaction) => {
    watched(transaction.objectStore('control').put(through, 'through'));
    watched(transaction.objectStore('log').delete(IDBKeyRange.upperBound(through)));
  });
