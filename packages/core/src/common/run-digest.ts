/**
 * What some summaries of runs have in common, in a few hundred characters: enough to tell that none of them meets a filter, or that all do,
 * without reading them. A store keeps one for each page of its table of summaries.
 */
import type { PayloadMap } from './payload.ts';
import { parseDatetime, searchAttributeValues } from './search-attribute-types.ts';

/** Runs of one type that are in the same state. */
export interface DigestGroup {
  readonly workflowType: string;
  readonly status: string;
  readonly count: number;
}

/** The values of a field: numbers, moments in ms since 1970, or texts. */
export interface DigestRange {
  /** Of runs that have a value. */
  readonly count: number;
  /** Of all their values, themselves included; `undefined` when not all are of the one kind. */
  readonly span: { readonly kind: 'number' | 'moment' | 'text'; readonly lowest: number | string; readonly highest: number | string } | undefined;
}

type Span = NonNullable<DigestRange['span']>;
type Packed = readonly [count: number] | readonly [count: number, kind: 0 | 1 | 2, lowest: number | string, highest: number | string];
/** By workflow type and status. */
type Groups = readonly (readonly [workflowType: string, status: string, count: number])[];
/** The fields that each run may have, in the order of `RANGED`; then the search attributes by name. */
type Ranges = readonly [fields: readonly Packed[], attributes: Readonly<Record<string, Packed>>];

/** Of search attributes, by name. */
type Values = Readonly<Record<string, readonly number[]>>;

const KINDS: readonly Span['kind'][] = ['number', 'moment', 'text'];
/** Fields of a summary whose values have an order that filters ask for. Part of the format on disk. */
const RANGED = ['startTime', 'executionTime', 'closeTime', 'historyLength', 'historySizeBytes', 'workflowId'] as const;
export type RangedField = (typeof RANGED)[number];
const NAMED = ['workflowId', 'runId', 'workflowType', 'status', 'taskQueue'] as const;
/** Of the set of texts: with these, one text in two thousand seems to be there and is not. */
const BITS_OF_TEXT = 16;
const HASHES = 6;
/** Of an attribute that is a number or a moment. */
const MOST_VALUES = 64;
const SEPARATOR = '\u0000';

interface Execution {
  readonly workflowId: string;
  readonly runId: string;
}
/** A summary, as far as it is looked at. */
interface Run extends Execution {
  readonly workflowType: string;
  readonly status: string;
  readonly taskQueue: string;
  readonly parentExecution?: Execution;
  readonly rootExecution?: Execution;
  readonly searchAttributes?: PayloadMap;
}

/** @returns the digest; `undefined` when a value is no summary of a run, so that nothing can be said without reading it */
export function digestOf(values: readonly unknown[]): string | undefined {
  try {
    return values.every(isRun) ? digestOfRuns(values) : undefined;
  } catch {
    return undefined; // a search attribute that is no JSON
  }
}

function digestOfRuns(runs: readonly Run[]): string {
  const groups = new Map<string, [string, string, number]>();
  const ranges = RANGED.map(() => new Collected());
  const attributes = new Map<string, Collected>();
  const texts = new Set<string>();
  for (const run of runs) {
    const name = `${run.status} ${run.workflowType}`;
    const group = groups.get(name);
    if (group) group[2]++;
    else groups.set(name, [run.workflowType, run.status, 1]);
    for (const [index, field] of RANGED.entries()) {
      const value = (run as unknown as Record<string, unknown>)[field];
      if (value !== undefined) ranges[index]?.add([value], field === 'workflowId' ? 'text' : 'number');
    }
    for (const field of NAMED) texts.add(run[field]);
    for (const execution of [run.parentExecution, run.rootExecution]) if (execution) texts.add(execution.workflowId).add(execution.runId);
    for (const [attribute, payload] of Object.entries(run.searchAttributes ?? {})) {
      const found = searchAttributeValues(payload);
      if (found.length === 0) continue;
      const collected = attributes.get(attribute) ?? new Collected();
      attributes.set(attribute, collected);
      collected.add(found, payload.metadata?.['type'] === 'Datetime' ? 'moment' : 'number');
      for (const value of found) if (typeof value === 'string') texts.add(value);
    }
  }
  const all: Ranges = [ranges.map((range) => range.packed), Object.fromEntries([...attributes].map(([name, range]) => [name, range.packed]))];
  const values = Object.fromEntries([...attributes].flatMap(([name, range]) => (range.values ? [[name, range.values]] : [])));
  return [JSON.stringify([...groups.values()]), JSON.stringify(all), JSON.stringify(values), setOf(texts)].join(SEPARATOR);
}

/** A field or a search attribute, as a digest tells of it. */
interface Asked {
  readonly name: string;
  readonly isAttribute: boolean;
  readonly range: DigestRange;
  values?: readonly number[] | undefined;
}

/** A digest that is read. Its parts are parsed when they are first asked for: many a filter is answered by the set of texts. */
export class RunDigest {
  readonly #text: string;
  readonly #rangesAt: number;
  readonly #valuesAt: number;
  readonly #setAt: number;
  #groups: readonly DigestGroup[] | undefined;
  #rows: number | undefined;
  #ranges: Ranges | undefined;
  #values: Values | undefined;
  /** What was asked for last: a filter asks for the same of each digest. */
  #asked: Asked | undefined;

  constructor(text: string) {
    this.#text = text;
    this.#rangesAt = text.indexOf(SEPARATOR) + 1;
    this.#valuesAt = text.indexOf(SEPARATOR, this.#rangesAt) + 1;
    this.#setAt = text.indexOf(SEPARATOR, this.#valuesAt) + 1;
  }

  get rows(): number {
    this.#rows ??= this.groups.reduce((rows, { count }) => rows + count, 0);
    return this.#rows;
  }

  get groups(): readonly DigestGroup[] {
    this.#groups ??= (JSON.parse(this.#text.slice(0, this.#rangesAt - 1)) as Groups).map(([workflowType, status, count]) => ({ workflowType, status, count }));
    return this.#groups;
  }

  /** Whether a run may have the text as id, type, status, task queue, parent, root or search attribute. `false` is certain. */
  mayHave(hashes: TextHashes): boolean {
    const bits = 8 * (this.#text.length - this.#setAt);
    for (let index = 0; index < HASHES; index++) {
      const bit = bitOf(hashes, index, bits);
      if (!(this.#text.charCodeAt(this.#setAt + (bit >>> 3)) & (1 << (bit & 7)))) return false;
    }
    return true;
  }

  range(field: RangedField): DigestRange {
    return this.#ask(field, false).range;
  }

  attribute(name: string): DigestRange {
    return this.#ask(name, true).range;
  }

  /** @returns all values of an attribute that has a span, in ascending order, if they are not too many */
  values(name: string): readonly number[] | undefined {
    const asked = this.#ask(name, true);
    if ('values' in asked) return asked.values;
    this.#values ??= JSON.parse(this.#text.slice(this.#valuesAt, this.#setAt - 1)) as Values;
    asked.values = Object.hasOwn(this.#values, name) ? this.#values[name] : undefined;
    return asked.values;
  }

  #ask(name: string, isAttribute: boolean): Asked {
    const asked = this.#asked;
    if (asked?.name === name && asked.isAttribute === isAttribute) return asked;
    this.#ranges ??= JSON.parse(this.#text.slice(this.#rangesAt, this.#valuesAt - 1)) as Ranges;
    const [fields, attributes] = this.#ranges;
    const packed = isAttribute ? (Object.hasOwn(attributes, name) ? attributes[name] : undefined) : fields[RANGED.indexOf(name as RangedField)];
    this.#asked = { name, isAttribute, range: unpack(packed) };
    return this.#asked;
  }
}

export type TextHashes = readonly [number, number];

/** FNV-1a, and a second one mixed from it: their sums are as good as many hashes (Kirsch and Mitzenmacher). */
export function hashesOf(text: string): TextHashes {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return [hash >>> 0, (mixed ^ (mixed >>> 16)) >>> 0];
}

/** `(first + index * second) % bits`, in small numbers: quotients of large ones are slow. */
const bitOf = ([first, second]: TextHashes, index: number, bits: number): number => ((first % bits) + index * (second % bits)) % bits;

/** As characters below 256, which take a byte each in memory and on disk. */
function setOf(texts: ReadonlySet<string>): string {
  const bytes = new Uint8Array(Math.ceil((BITS_OF_TEXT * texts.size) / 8));
  for (const text of texts) {
    const hashes = hashesOf(text);
    for (let index = 0; index < HASHES; index++) {
      const bit = bitOf(hashes, index, 8 * bytes.length);
      bytes[bit >>> 3] = (bytes[bit >>> 3] as number) | (1 << (bit & 7));
    }
  }
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
}

class Collected {
  #count = 0;
  #kind: Span['kind'] | 'mixed' | undefined;
  #lowest: number | string = 0;
  #highest: number | string = 0;
  readonly #values = new Set<number>();

  /** @param kind what texts are, or numbers */
  add(values: readonly unknown[], kind: Span['kind']): void {
    this.#count++;
    for (const value of values) this.#addOne(kind === 'moment' ? parseDatetime(String(value)) : value, kind);
  }

  get packed(): Packed {
    return this.#kind === undefined || this.#kind === 'mixed'
      ? [this.#count]
      : [this.#count, KINDS.indexOf(this.#kind) as 0 | 1 | 2, this.#lowest, this.#highest];
  }

  /** In ascending order: where values are scattered, their span says little. */
  get values(): readonly number[] | undefined {
    const isTold = (this.#kind === 'number' || this.#kind === 'moment') && this.#lowest !== this.#highest && this.#values.size <= MOST_VALUES;
    return isTold ? [...this.#values].sort((a, b) => a - b) : undefined;
  }

  #addOne(value: unknown, kind: Span['kind']): void {
    const isFit = kind === 'text' ? typeof value === 'string' : typeof value === 'number';
    if (!isFit || (this.#kind !== undefined && this.#kind !== kind)) {
      this.#kind = 'mixed';
      return;
    }
    const fit = value as number | string;
    if (this.#kind === undefined || fit < this.#lowest) this.#lowest = fit;
    if (this.#kind === undefined || fit > this.#highest) this.#highest = fit;
    this.#kind = kind;
    if (typeof fit === 'number') this.#values.add(fit);
  }
}

function unpack(packed: Packed | undefined): DigestRange {
  if (!packed) return { count: 0, span: undefined };
  const [count, kind, lowest, highest] = packed;
  return { count, span: kind === undefined ? undefined : { kind: KINDS[kind] as Span['kind'], lowest: lowest as number, highest: highest as number } };
}

function isRun(value: unknown): value is Run {
  const run = value as Partial<Run> | null;
  return (
    typeof run === 'object' &&
    run !== null &&
    [run.workflowId, run.runId, run.workflowType, run.status, run.taskQueue].every((text) => typeof text === 'string')
  );
}
