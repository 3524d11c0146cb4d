/** Moves rows from the log to the tables, in transactions of bounded size, and takes the log records away last. A crash in between only means doing it again. */
import type { Epoch } from '../common/brand.ts';
import type { DigestCache, PageChange } from './digest-cache.ts';
import { look, watched, writeGuarded } from './indexeddb-log.ts';
import type { Database } from './indexeddb-open.ts';
import { pagesOf, type TableStore } from './indexeddb-pages.ts';
import { compareKeys } from './key.ts';
import { DIGEST_PAGE_BYTES, digestRow } from './outline.ts';
import { GONE, type Layer } from './overlay.ts';
import { type Edit, editPage, LAST_FENCE, type Page, rowBytes } from './page.ts';
import { type Key, TABLES, type Table } from './store.ts';

export interface CheckpointOptions {
  readonly database: Database;
  readonly durability: 'strict' | 'relaxed';
  readonly epoch: Epoch;
  readonly digests: DigestCache;
  readonly pageBytes: number;
  /** The rows of one transaction, in bytes. */
  readonly sliceBytes: number;
  /** Asked between transactions: whether to leave the rest for later. */
  readonly isEnding: () => boolean;
}

/**
 * @returns whether all of the layer is in the tables, and its log records are gone
 * @throws {ServiceError} `Fenced`, `ResourceExhausted`, `StorageUnavailable`: then the log still has every row
 */
export async function checkpoint(options: CheckpointOptions, layer: Layer): Promise<boolean> {
  for (const table of TABLES) {
    for (const edits of slicesOf(layer, table, options.sliceBytes)) {
      if (options.isEnding()) return false;
      await writeEdits(options, table, edits);
    }
  }
  if (options.isEnding()) return false;
  await trimLog(options, layer.seq);
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

/** Reads outside of the writing transaction, which may be short so: nobody but the holder of the epoch changes pages. */
async function writeEdits({ database, durability, epoch, pageBytes, digests }: CheckpointOptions, table: Table, edits: readonly Edit[]): Promise<void> {
  const changes = await changesOf(database, table, edits, pageBytes);
  if (changes.length === 0) return;
  const digestChanges = table === 'visibility' ? await changesOf(database, 'digests', digestEdits(changes), DIGEST_PAGE_BYTES) : [];
  const stores = digestChanges.length > 0 ? [table, 'digests' as const] : [table];
  const write = (): Promise<void> =>
    writeGuarded({ database, durability, epoch, guard: 'fence', stores }, (transaction) => {
      replacePages(transaction.objectStore(table) as unknown as PageWriter, changes);
      if (digestChanges.length > 0) replacePages(transaction.objectStore('digests') as unknown as PageWriter, digestChanges);
    });
  await (digestChanges.length > 0 ? digests.follow(digestChanges, write) : write());
}

interface PageWriter {
  put(page: Page): Promise<unknown>;
  delete(fence: Page['fence']): Promise<unknown>;
}

function replacePages(store: PageWriter, changes: readonly PageChange[]): void {
  for (const { page, pages } of changes) {
    if (pages.length === 0) watched(store.delete(page.fence));
    for (const replacement of pages) watched(store.put(replacement));
  }
}

/** A page that was cut keeps its fence for the last piece; one that has become empty is gone, and so is its digest. */
const digestEdits = (changes: readonly PageChange[]): Edit[] =>
  changes.flatMap(({ page, pages }): Edit[] => (pages.length === 0 ? [[page.fence as Key, undefined]] : pages.map(digestRow)));

async function changesOf(database: Database, name: Table | 'digests', edits: readonly Edit[], pageBytes: number): Promise<PageChange[]> {
  const stored = await pagesOf(
    look(database, [name]).objectStore(name) as unknown as TableStore,
    edits.map(([key]) => key),
  );
  const changes: PageChange[] = [];
  let next = 0;
  for (const page of [...stored, NO_PAGE]) {
    const start = next;
    while (next < edits.length && compareKeys((edits[next] as Edit)[0], page.fence) <= 0) next++;
    const pages = next > start ? editPage(page, edits.slice(start, next), pageBytes) : undefined;
    if (pages) changes.push({ page, pages });
  }
  return changes;
}

/** For keys above all fences. */
const NO_PAGE: Page = { fence: LAST_FENCE, keys: [], texts: [] };

const trimLog = ({ database, durability, epoch }: CheckpointOptions, through: number): Promise<void> =>
  writeGuarded({ database, durability, epoch, guard: 'control', stores: ['log'] }, (transaction) => {
    watched(transaction.objectStore('control').put(through, 'through'));
    watched(transaction.objectStore('log').delete(IDBKeyRange.upperBound(through)));
  });
