/** Moves rows from the log to the tables, in transactions of bounded size, and takes the log records away last. A crash in between only means doing it again. */
import type { Epoch } from '../common/brand.ts';
import type { DigestCache, PageChange } from './digest-cache.ts';
import type { Database } from './indexeddb-format.ts';
import { pagesFrom, pagesOf, type TableStore } from './indexeddb-pages.ts';
import { look, watched, writeGuarded } from './indexeddb-transactions.ts';
import { compareKeys } from './key.ts';
import { DIGEST_PAGE_BYTES, digestRow } from './outline.ts';
import { GONE, type Layer } from './overlay.ts';
import { type Edit, editPage, type Page, rowBytes } from './page.ts';
import { inherited, lastPageAnew, mended } from './page-chain.ts';
import { summed } from './page-sum.ts';
import { type Key, TABLES, type Table } from './store.ts';

export interface CheckpointOptions {
  /** Runs a step of it on the connection. */
  readonly write: (step: (database: Database) => Promise<void>) => Promise<void>;
  readonly durability: 'strict' | 'relaxed';
  readonly epoch: Epoch;
  readonly identity: string;
  readonly digests: DigestCache;
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

/** Reads outside of the writing transaction, which may be short so: nobody but the holder of the epoch changes pages. May be done twice. */
async function writeEdits(database: Database, options: CheckpointOptions, table: Table, edits: readonly Edit[]): Promise<void> {
  const { digests, pageBytes } = options;
  const changes = await changesOf({ ...options, database, name: table, pageBytes }, edits);
  if (changes.length === 0) return;
  const digestChanges =
    table === 'visibility' ? await changesOf({ ...options, database, name: 'digests', pageBytes: DIGEST_PAGE_BYTES }, digestEdits(changes)) : [];
  const stores = digestChanges.length > 0 ? [table, 'digests' as const] : [table];
  const write = (): Promise<void> =>
    writeGuarded({ ...options, database, guard: 'fence', stores }, (transaction) => {
      replacePages(transaction.objectStore(table) as unknown as PageWriter, table, changes);
      if (digestChanges.length > 0) replacePages(transaction.objectStore('digests') as unknown as PageWriter, 'digests', digestChanges);
    });
  await (digestChanges.length > 0 ? digests.follow(digestChanges, write) : write());
}

interface PageWriter {
  put(page: Page): Promise<unknown>;
  delete(fence: Page['fence']): Promise<unknown>;
}

function replacePages(store: PageWriter, name: Table | 'digests', changes: readonly PageChange[]): void {
  for (const { page, pages } of changes) {
    if (pages.length === 0) watched(store.delete(page.fence));
    for (const replacement of pages) watched(store.put(summed(name, replacement)));
  }
}

/** A page that was cut keeps its fence for the last piece; one that has become empty has no digest. */
const digestEdits = (changes: readonly PageChange[]): Edit[] =>
  changes.flatMap(({ page, pages }): Edit[] =>
    pages.length === 0 ? [[page.fence as Key, undefined]] : pages.map((each) => (each.keys.length === 0 ? [each.fence as Key, undefined] : digestRow(each))),
  );

interface Editing extends Pick<CheckpointOptions, 'pageBytes' | 'onDamage'> {
  readonly database: Database;
  readonly name: Table | 'digests';
}

async function changesOf({ database, name, pageBytes, onDamage }: Editing, edits: readonly Edit[]): Promise<PageChange[]> {
  const source = pagesFrom(look(database, [name]).objectStore(name) as unknown as TableStore, onDamage);
  const stored = await pagesOf(
    source,
    edits.map(([key]) => key),
  );
  const changes: PageChange[] = [];
  for (let next = 0, at = 0; next < edits.length; at++) {
    const found = stored[at] ?? lastPageAnew(name, onDamage);
    const start = next;
    while (next < edits.length && compareKeys((edits[next] as Edit)[0], found.fence) <= 0) next++;
    if (next === start) continue;
    const page = mended(name, found, (edits[start] as Edit)[0], onDamage);
    const pages = editPage(page, edits.slice(start, next), pageBytes);
    if (!pages) continue;
    if (page.isDamaged) onDamage(`a page of "${name}" that ends at ${JSON.stringify(page.fence)} is not as it was written; rows of it may be lost`);
    changes.push({ page, pages });
  }
  return inherited(changes, async (fence) => {
    const page = await source.store.get(IDBKeyRange.lowerBound(fence, true));
    return page && source.sound(page);
  });
}

const trimLog = (database: Database, options: CheckpointOptions, through: number): Promise<void> =>
  writeGuarded({ ...options, database, guard: 'control', stores: ['log'] }, (transaction) => {
    watched(transaction.objectStore('control').put(through, 'through'));
    watched(transaction.objectStore('log').delete(IDBKeyRange.upperBound(through)));
  });
