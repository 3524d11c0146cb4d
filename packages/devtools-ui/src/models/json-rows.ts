/** A value as rows of a tree: only what is unfolded is there, and what is very long is cut, with how much is left out. */

import { Unquoted } from './payload-value.ts';
import { visibleText } from './visible-text.ts';

export interface JsonRow {
  /** JSON pointer: "/items/0/name"; "" for the value itself. */
  readonly path: string;
  /** From 1. */
  readonly level: number;
  readonly name?: string;
  readonly kind: 'object' | 'array' | 'text' | 'number' | 'word' | 'cut';
  /** The value, or what it is made of: `{ 3 }`. */
  readonly text: string;
  /** Of objects and arrays: whether it is unfolded. */
  readonly isOpen?: boolean;
  /** Of a row that was cut: how many are not shown. */
  readonly left?: number;
}

export interface JsonView {
  /** Paths that were unfolded or folded by hand; others are as `opensBelow` says. */
  readonly toggled: ReadonlyMap<string, boolean>;
  /** How many children of a path are shown. @default CHILDREN */
  readonly limits: ReadonlyMap<string, number>;
  /** Unfolded to this depth, as long as it is not much. */
  readonly opensBelow: number;
}

/** So many children at first. */
export const CHILDREN = 200;
const LONGEST_TEXT = 10_000;

export const escapePointer = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

export function jsonRows(value: unknown, view: JsonView): JsonRow[] {
  const rows: JsonRow[] = [];
  add(rows, value, view, { path: '', level: 1 });
  return rows;
}

function add(rows: JsonRow[], value: unknown, view: JsonView, at: Pick<JsonRow, 'path' | 'level' | 'name'>): void {
  if (!isBranch(value)) {
    rows.push({ ...at, ...leaf(value) });
    return;
  }
  const isArray = Array.isArray(value);
  const count = isArray ? value.length : Object.keys(value).length;
  const isOpen = count > 0 && (view.toggled.get(at.path) ?? (at.level <= view.opensBelow && count <= CHILDREN));
  rows.push({ ...at, kind: isArray ? 'array' : 'object', text: preview(value, count), ...(count > 0 && { isOpen }) });
  if (!isOpen) return;
  const limit = view.limits.get(at.path) ?? CHILDREN;
  for (const [name, child] of entriesOf(value, limit))
    add(rows, child, view, { path: `${at.path}/${escapePointer(name)}`, level: at.level + 1, name: visibleText(name) });
  if (count > limit)
    rows.push({
      path: `${at.path}/…`,
      level: at.level + 1,
      kind: 'cut',
      text: `first ${limit.toLocaleString('en')} of ${count.toLocaleString('en')}`,
      left: count - limit,
    });
}

export const isBranch = (value: unknown): value is object => typeof value === 'object' && value !== null && !(value instanceof Unquoted);
/** The first of its children, by their names. */
export function entriesOf(value: object, most: number = Number.POSITIVE_INFINITY): readonly (readonly [string, unknown])[] {
  if (Array.isArray(value)) return value.slice(0, most).map((item, index) => [String(index), item] as const);
  return Object.keys(value)
    .slice(0, most)
    .map((name) => [name, (value as Record<string, unknown>)[name]] as const);
}

function leaf(value: unknown): Pick<JsonRow, 'kind' | 'text'> {
  if (value instanceof Unquoted) return { kind: 'word', text: visibleText(cut(value.text)) };
  if (typeof value === 'string') return { kind: 'text', text: visibleText(cut(JSON.stringify(value))) };
  if (typeof value === 'number' || typeof value === 'bigint') return { kind: 'number', text: String(value) };
  return { kind: 'word', text: String(value) };
}

const cut = (text: string): string => (text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}… (${text.length.toLocaleString('en')} characters)` : text);

/** A short look into what is folded: `{ done: 215 }`, `[3 items]`. */
function preview(value: object, count: number): string {
  if (Array.isArray(value))
    return count === 0 ? '[]' : count <= 3 && value.every((item) => !isBranch(item)) ? `[${value.map(brief).join(', ')}]` : `[${count} items]`;
  if (count === 0) return '{}';
  const shown = entriesOf(value, 3);
  return `{ ${shown.map(([key, each]) => `${visibleText(key)}: ${brief(each)}`).join(', ')}${count > 3 ? ', …' : ''} }`;
}

function brief(value: unknown): string {
  if (isBranch(value)) return Array.isArray(value) ? '[…]' : '{…}';
  const { text } = leaf(value);
  return text.length > 24 ? `${text.slice(0, 23)}…` : text;
}

/** Paths of what a search finds, in the order of the tree; each found in name or value. Stops at `most`. */
export function findInJson(value: unknown, wanted: string, most = 1000): string[] {
  const needle = wanted.toLowerCase();
  const found: string[] = [];
  const visit = (each: unknown, path: string, name: string): void => {
    if (found.length >= most) return;
    const isFound = name.toLowerCase().includes(needle) || (!isBranch(each) && leaf(each).text.toLowerCase().includes(needle));
    if (isFound) found.push(path);
    if (isBranch(each)) for (const [key, child] of entriesOf(each)) visit(child, `${path}/${escapePointer(key)}`, key);
  };
  if (needle !== '') visit(value, '', '');
  return found;
}

/** "items[0].name", as one writes it in code. */
export function pathInWords(path: string): string {
  const names = path
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
  return names
    .map((name, index) => (/^\d+$/.test(name) ? `[${name}]` : /^[A-Za-z_$][\w$]*$/.test(name) ? `${index > 0 ? '.' : ''}${name}` : `[${JSON.stringify(name)}]`))
    .join('');
}

export function valueAt(value: unknown, path: string): unknown {
  let at: unknown = value;
  for (const name of path.split('/').slice(1))
    at = isBranch(at) ? (at as Record<string, unknown>)[name.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined;
  return at;
}
