/**
 * A query of a list as its parts: what is joined by AND at its top. Chips show the parts, the field shows the text, and both are the one query.
 * The language is Temporal's; whether a text is right, the engine says.
 */
import type { RunStatus } from '../backend/shapes.ts';
import { QUERY_STATUSES } from './status.ts';

export interface FilterPart {
  readonly text: string;
  /** Where it stands in the query. */
  readonly from: number;
  readonly to: number;
}

const TOKEN = /\s+|"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|`[^`]*`?|[A-Za-z_]\w*|./gsy;

/** A query with an OR at its top is one part. */
export function partsOf(query: string): readonly FilterPart[] {
  const ands = joints(query, 'AND');
  if (ands.length === 0 || joints(query, 'OR').length > 0) return nonEmpty([trimmed(query, 0, query.length)]);
  const starts = [0, ...ands.map((at) => at + 'AND'.length)];
  return nonEmpty(starts.map((from, index) => trimmed(query, from, ands[index] ?? query.length)));
}

const nonEmpty = (parts: readonly FilterPart[]): readonly FilterPart[] => parts.filter(({ text }) => text !== '');

/** Where the word joins conditions at the query's top. */
function joints(query: string, wanted: 'AND' | 'OR'): number[] {
  const found: number[] = [];
  let depth = 0;
  let isBetween = false;
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(query); match; match = TOKEN.exec(query)) {
    const word = match[0].toUpperCase();
    if (word === '(') depth += 1;
    else if (word === ')') depth -= 1;
    else if (depth > 0) continue;
    else if (word === 'BETWEEN') isBetween = true;
    else if (word === 'AND' && isBetween) isBetween = false;
    else if (word === wanted) found.push(match.index);
  }
  return found;
}

function trimmed(query: string, from: number, to: number): FilterPart {
  const text = query.slice(from, to);
  const start = from + (text.length - text.trimStart().length);
  const trimmedText = text.trim();
  return { text: trimmedText, from: start, to: start + trimmedText.length };
}

const join = (parts: readonly string[]): string => parts.filter((part) => part !== '').join(' AND ');

/** The query with one more part. */
export function withPart(query: string, part: string): string {
  const texts = partsOf(query).map(({ text }) => text);
  if (texts.includes(part)) return query;
  return joints(query, 'OR').length > 0 ? `(${query.trim()}) AND ${part}` : join([...texts, part]);
}

export const withoutPart = (query: string, part: string): string =>
  join(
    partsOf(query)
      .map(({ text }) => text)
      .filter((text) => text !== part),
  );

const STATUS_PART = /^ExecutionStatus\s*(?:=\s*(".*?"|'.*?')|IN\s*\((.*)\))$/is;

/** The statuses that a part asks for; `undefined` for any other part. */
export function statusesOf(part: string): readonly string[] | undefined {
  const match = STATUS_PART.exec(part);
  if (!match) return undefined;
  return [...(match[1] ?? match[2] ?? '').matchAll(/"([^"]*)"|'([^']*)'/g)].map(([, double, single]) => double ?? single ?? '');
}

export const statusesOfQuery = (query: string): readonly string[] => partsOf(query).flatMap(({ text }) => statusesOf(text) ?? []);

/** The query without what it says of statuses, to count all of them. */
export const withoutStatuses = (query: string): string =>
  join(
    partsOf(query)
      .map(({ text }) => text)
      .filter((text) => statusesOf(text) === undefined),
  );

/** Takes a status in, or out if it is in; the others that are asked for stay. */
export function toggleStatus(query: string, status: RunStatus): string {
  const wanted = QUERY_STATUSES[status];
  const before = statusesOfQuery(query);
  const after = before.includes(wanted) ? before.filter((each) => each !== wanted) : [...before, wanted];
  const rest = withoutStatuses(query);
  return after.length === 0 ? rest : withPart(rest, statusPart(after));
}

const statusPart = (names: readonly string[]): string =>
  names.length === 1 ? `ExecutionStatus = ${quote(names[0] ?? '')}` : `ExecutionStatus IN (${names.map(quote).join(', ')})`;

export const quote = (text: string): string => JSON.stringify(text);

/** What a person means who types no query, but an id or the beginning of one. */
export function meant(typed: string): string {
  const text = typed.trim();
  if (text === '' || /[=<>()"'`]|\s(IN|BETWEEN|IS|STARTS_WITH|AND|OR)\s/i.test(text) || /\s/.test(text)) return text;
  return `WorkflowId STARTS_WITH ${quote(text)}`;
}

/** The words of a chip: short where there is something shorter than the part itself. */
export function chipLabel(part: string): string {
  const statuses = statusesOf(part);
  if (statuses) return statuses.map((name) => labelOfStatus(name)).join(' or ');
  const type = /^WorkflowType\s*=\s*"([^"]*)"$/.exec(part)?.[1];
  if (type !== undefined) return `type ${type}`;
  const id = /^WorkflowId\s*(=|STARTS_WITH)\s*"([^"]*)"$/i.exec(part);
  if (id) return id[1] === '=' ? `id ${id[2]}` : `id ${id[2]}…`;
  return part;
}

const labelOfStatus = (name: string): string => name.replace(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);

export interface Preset {
  readonly name: string;
  /** @param now in ms since the epoch */
  readonly query: (now: number) => string;
}

const moment = (ms: number): string => quote(new Date(ms).toISOString());
const startOfDay = (now: number): number => new Date(now).setHours(0, 0, 0, 0);

export const PRESETS: readonly Preset[] = [
  { name: 'All', query: () => '' },
  { name: 'Open', query: () => 'ExecutionStatus = "Running"' },
  { name: 'Ended badly', query: () => 'ExecutionStatus IN ("Failed", "TimedOut", "Terminated")' },
  { name: 'Closed today', query: (now) => `CloseTime >= ${moment(startOfDay(now))}` },
  { name: 'Started in the last hour', query: (now) => `StartTime >= ${moment(now - 3_600_000)}` },
  { name: 'Open for more than a day', query: (now) => `ExecutionStatus = "Running" AND StartTime < ${moment(now - 86_400_000)}` },
  { name: 'Without a parent', query: () => 'ParentWorkflowId IS NULL' },
];
