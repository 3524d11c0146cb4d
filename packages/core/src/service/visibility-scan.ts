/**
 * The runs that meet a filter, in the order of lists. A first stretch of rows is read as it is, which answers most lists. Then come the
 * store's digests: pieces of the table in which no run can meet the filter are passed over, the others are read side by side.
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
/** Neighbours that are read by one call. */
const NEIGHBOURS = 8;
/** Calls under way. The first of them go out one by one, because few may be needed. */
const LANES = 8;

/** @param expected how many the caller wants */
export async function* search({ store, namespace, filter, after }: Search, expected: number): AsyncGenerator<Found> {
  const range = { prefix: [namespace], onDamaged: leaveOut, ...(after ? { after } : {}) };
  const read = Math.min(READ, expected);
  if (filter.isAll) {
    for await (const page of pagesOf(store, 'visibility', { ...range, limit: read })) yield* summariesIn(page);
    return;
  }
  const first = await store.range('visibility', { ...range, limit: read });
  yield* matching(first, filter);
  const last = first.at(-1);
  if (!last || first.length < read) return;
  const rest = { prefix: [namespace], onDamaged: leaveOut, after: last[0] };
  const wanted = piecesOf(rest, await store.outline('visibility', rest)).filter(({ stretch }) => prospectOf(stretch, filter) !== 'none');
  for await (const rows of readPieces(store, wanted)) yield* matching(rows, filter);
}

/** How many runs meet the filter, by status. Pieces of which the digests say it all are not read. */
export async function countMatching(
  { store, namespace, filter }: Search,
  count: (status: WorkflowExecutionSummary['status'], runs: number) => void,
): Promise<void> {
  const range = { prefix: [namespace], onDamaged: leaveOut };
  const unsure: Piece[] = [];
  for (const piece of piecesOf(range, await store.outline('visibility', range))) {
    const found = countIn(piece.stretch, filter);
    if (found === undefined) unsure.push(piece);
    else for (const [status, runs] of found) count(status, runs);
  }
  for await (const rows of readPieces(store, unsure, LANES)) for (const [, { status }] of matching(rows, filter)) count(status, 1);
}

/** The status of the store tells of it. */
const leaveOut = (): void => {};

const matching = (rows: readonly Entry[], filter: Filter): Found[] => summariesIn(rows).filter(([, summary]) => filter.matches(summary));

/** A row that is no summary at all is left out, as one that cannot be read. */
const summariesIn = (rows: readonly Entry[]): Found[] => rows.filter((row): row is [Key, WorkflowExecutionSummary] => isSummary(row[1]));

const isSummary = (value: unknown): boolean => typeof value === 'object' && value !== null && 'status' in value && 'runId' in value;

function prospectOf({ digest: text }: Stretch, filter: Filter): 'none' | 'some' {
  if (text === undefined) return 'some';
  const digest = new RunDigest(text);
  // Without the groups first: they have to be parsed, and most pages are told by their set of texts.
  if (filter.prospect(digest) === 'none') return 'none';
  return digest.groups.some((group) => filter.prospect(digest, group) !== 'none') ? 'some' : 'none';
}

/** @returns `undefined` when the rows have to be looked at */
function countIn({ digest: text, isExact }: Stretch, filter: Filter): (readonly [WorkflowExecutionSummary['status'], number])[] | undefined {
  if (text === undefined) return undefined;
  const digest = new RunDigest(text);
  if (filter.prospect(digest) === 'none') return [];
  const counts: [WorkflowExecutionSummary['status'], number][] = [];
  for (const group of digest.groups) {
    const prospect = filter.prospect(digest, group);
    if (prospect === 'some' || (prospect === 'all' && !isExact)) return undefined;
    if (prospect === 'all') counts.push([group.status as WorkflowExecutionSummary['status'], group.count]);
  }
  return counts;
}

interface Piece {
  readonly stretch: Stretch;
  readonly range: Range;
}

/** Each stretch with the range that it is. */
function piecesOf(range: Range, stretches: readonly Stretch[]): Piece[] {
  let after = range.after;
  return stretches.map((stretch) => {
    const piece = { stretch, range: { ...range, ...(after ? { after } : {}), ...(stretch.to ? { to: stretch.to } : {}) } };
    after = stretch.to;
    return piece;
  });
}

/** @param lanes how many calls are made at first; more follow while more is asked for */
async function* readPieces(store: Store, pieces: readonly Piece[], lanes = 1): AsyncGenerator<readonly Entry[]> {
  const ranges = joined(pieces);
  let width = lanes;
  for (let next = 0; next < ranges.length; ) {
    const batch = ranges.slice(next, next + width);
    next += width;
    width = Math.min(LANES, 2 * width);
    for (const rows of await Promise.all(batch.map((range) => store.range('visibility', range)))) yield rows;
  }
}

/** Neighbours become one range. */
function joined(pieces: readonly Piece[]): Range[] {
  const ranges: Range[] = [];
  let [neighbours, end]: [number, Key | undefined] = [0, undefined];
  for (const { range } of pieces) {
    const last = ranges.at(-1);
    const isNext = last !== undefined && end !== undefined && end === range.after && neighbours < NEIGHBOURS;
    if (isNext) {
      const { to, ...rest } = last;
      ranges[ranges.length - 1] = range.to ? { ...rest, to: range.to } : rest;
    } else ranges.push(range);
    neighbours = isNext ? neighbours + 1 : 1;
    end = range.to;
  }
  return ranges;
}
