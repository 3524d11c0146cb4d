/**
 * The runs that meet a filter, in the order of lists. A first stretch of rows is read as it is, which answers most lists, unless the store has its
 * digests in memory. Then these say in which pieces of the table no run can meet the filter; the others are read, several at once.
 */
import { RunDigest } from '../common/run-digest.ts';
import type { WorkflowExecutionSummary } from '../protocol/workflow-service.ts';
import type { Entry, Key, Range, Store, Stretch } from '../storage/store.ts';
import { pagesOf } from './pages.ts';
import type { Filter } from './visibility-filter.ts';

export interface Search {
  readonly store: Store;
  readonly namespace: string;
  readonly filter: Filter;
  readonly after?: Key | undefined;
}

export type Found = readonly [Key, WorkflowExecutionSummary];

/** Rows that are read at once where all are wanted. */
const READ = 500;
/** Pieces that are read at once: few at first, because few may be needed. */
const FIRST_PIECES = 8;
const MOST_PIECES = 64;

/** @param expected how many the caller wants */
export async function* search({ store, namespace, filter, after }: Search, expected: number): AsyncGenerator<Found> {
  const range = { prefix: [namespace], onDamaged: leaveOut, ...(after ? { after } : {}) };
  const read = Math.min(READ, expected);
  if (filter.isAll) {
    for await (const page of pagesOf(store, 'visibility', { ...range, limit: read })) yield* summariesIn(page);
    return;
  }
  let rest: Range = range;
  if (!store.hasOutline?.('visibility')) {
    const first = await store.range('visibility', { ...range, limit: read });
    yield* matching(first, filter);
    const last = first.at(-1);
    if (!last || first.length < read) return;
    rest = { ...range, after: last[0] };
  }
  const stretches = await store.outline('visibility', rest);
  const wanted = piecesOf(rest, stretches, (stretch) => prospectOf(stretch, filter) !== 'none');
  for await (const rows of readPieces(store, wanted, FIRST_PIECES)) yield* matching(rows, filter);
}

/** How many runs meet the filter, by status. Pieces of which the digests say it all are not read. */
export async function countMatching(
  { store, namespace, filter }: Search,
  count: (status: WorkflowExecutionSummary['status'], runs: number) => void,
): Promise<void> {
  const range = { prefix: [namespace], onDamaged: leaveOut };
  const stretches = await store.outline('visibility', range);
  const unsure = piecesOf(range, stretches, (stretch) => {
    const found = countIn(stretch, filter);
    for (const [status, runs] of found ?? []) count(status, runs);
    return found === undefined;
  });
  for await (const rows of readPieces(store, unsure, MOST_PIECES)) for (const [, { status }] of matching(rows, filter)) count(status, 1);
}

/** The status of the store tells of it. */
const leaveOut = (): void => {};

const matching = (rows: readonly Entry[], filter: Filter): Found[] => summariesIn(rows).filter(([, summary]) => filter.matches(summary));

/** A row that is no summary at all is left out, as one that cannot be read. */
const summariesIn = (rows: readonly Entry[]): Found[] => rows.filter((row): row is [Key, WorkflowExecutionSummary] => isSummary(row[1]));

function isSummary(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const summary = value as Record<string, unknown>;
  return TEXTS.every((name) => typeof summary[name] === 'string') && TIMES.every((name) => typeof summary[name] === 'number' || summary[name] === undefined);
}
const TEXTS: readonly (keyof WorkflowExecutionSummary)[] = ['workflowId', 'runId', 'workflowType', 'taskQueue', 'status'];
const TIMES: readonly (keyof WorkflowExecutionSummary)[] = ['startTime', 'executionTime', 'closeTime', 'historyLength', 'historySizeBytes'];

/** As long as the store gives the same stretches: what is parsed of a digest stays so. */
const DIGESTS = new WeakMap<Stretch, RunDigest>();

function digestOf(stretch: Stretch): RunDigest | undefined {
  if (stretch.digest === undefined) return undefined;
  const known = DIGESTS.get(stretch);
  if (known) return known;
  const digest = new RunDigest(stretch.digest);
  DIGESTS.set(stretch, digest);
  return digest;
}

function prospectOf(stretch: Stretch, filter: Filter): 'none' | 'some' {
  const digest = digestOf(stretch);
  if (!digest) return 'some';
  // Without the groups first: they have to be parsed, and most pages are told by their set of texts.
  if (filter.prospect(digest) === 'none') return 'none';
  return digest.groups.some((group) => filter.prospect(digest, group) !== 'none') ? 'some' : 'none';
}

/** @returns `undefined` when the rows have to be looked at */
function countIn(stretch: Stretch, filter: Filter): (readonly [WorkflowExecutionSummary['status'], number])[] | undefined {
  const digest = digestOf(stretch);
  if (!digest) return undefined;
  if (filter.prospect(digest) === 'none') return [];
  const counts: [WorkflowExecutionSummary['status'], number][] = [];
  for (const group of digest.groups) {
    const prospect = filter.prospect(digest, group);
    if (prospect === 'some' || (prospect === 'all' && !stretch.isExact)) return undefined;
    if (prospect === 'all') counts.push([group.status as WorkflowExecutionSummary['status'], group.count]);
  }
  return counts;
}

/** The stretches that are wanted, as ranges. They are asked about one by one, as far as they are asked for. */
function* piecesOf(range: Range, stretches: readonly Stretch[], isWanted: (stretch: Stretch) => boolean): Generator<Range> {
  let { after } = range;
  for (const stretch of stretches) {
    if (isWanted(stretch)) yield { ...range, ...(after && { after }), ...(stretch.to && { to: stretch.to }) };
    after = stretch.to;
  }
}

/** @param first how many are read at first; more follow while more is asked for */
async function* readPieces(store: Store, pieces: Iterable<Range>, first: number): AsyncGenerator<readonly Entry[]> {
  let width = first;
  for (const batch of batchesOf(pieces, () => width)) {
    width = Math.min(MOST_PIECES, 2 * width);
    // Asked for in one turn: so a store can read them together.
    for (const rows of await Promise.all(joined(batch).map((range) => store.range('visibility', range)))) yield rows;
  }
}

function* batchesOf<T>(items: Iterable<T>, size: () => number): Generator<T[]> {
  let batch: T[] = [];
  for (const item of items) {
    batch.push(item);
    if (batch.length < size()) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Neighbours become one range. */
function joined(pieces: readonly Range[]): Range[] {
  const ranges: Range[] = [];
  for (const piece of pieces) {
    const last = ranges.at(-1);
    if (!last?.to || last.to !== piece.after) {
      ranges.push(piece);
      continue;
    }
    const { to: _, ...rest } = last;
    ranges[ranges.length - 1] = piece.to ? { ...rest, to: piece.to } : rest;
  }
  return ranges;
}
