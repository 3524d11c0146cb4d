/** Search attributes: what a workflow can be found by. Always JSON, never through converters or codecs of users, so that the engine can read them. */
import { SearchAttributeType } from './enums.ts';
import { ValueError } from './errors.ts';
import type { PayloadMap, WirePayload } from './payload.ts';
import { defaultPayloadConverter } from './payload-converter.ts';
import { SEARCH_ATTRIBUTE_TYPE_NAMES } from './search-attribute-types.ts';
import { fromWire, toWire } from './wire.ts';

/** @deprecated use `TypedSearchAttributes` */
export type SearchAttributeValue = readonly string[] | readonly number[] | readonly boolean[] | readonly Date[];
/** @deprecated use `TypedSearchAttributes` */
export type SearchAttributes = Readonly<Record<string, SearchAttributeValue | undefined>>;

interface ValueOf {
  TEXT: string;
  KEYWORD: string;
  INT: number;
  DOUBLE: number;
  BOOL: boolean;
  DATETIME: Date;
  KEYWORD_LIST: string[];
}

export interface SearchAttributeKey<T extends SearchAttributeType> {
  readonly name: string;
  readonly type: T;
}
export type SearchAttributePair = { [T in SearchAttributeType]: { key: SearchAttributeKey<T>; value: ValueOf[T] } }[SearchAttributeType];
/** `null` removes the attribute. */
export type SearchAttributeUpdatePair = { [T in SearchAttributeType]: { key: SearchAttributeKey<T>; value: ValueOf[T] | null } }[SearchAttributeType];

export function defineSearchAttributeKey<T extends SearchAttributeType>(name: string, type: T): SearchAttributeKey<T> {
  return { name, type };
}

/** The attributes of a workflow, by key. Immutable. */
export class TypedSearchAttributes {
  readonly #pairs: ReadonlyMap<string, SearchAttributePair>;

  constructor(pairs: readonly SearchAttributePair[] = []) {
    const map = new Map<string, SearchAttributePair>();
    for (const pair of pairs) {
      if (map.has(pair.key.name)) throw new Error(`Duplicate search attribute key: ${pair.key.name}`);
      map.set(pair.key.name, pair);
    }
    this.#pairs = map;
  }

  /** `undefined` when the attribute is not set, or has another type. */
  get<T extends SearchAttributeType>(key: SearchAttributeKey<T>): ValueOf[T] | undefined {
    const value: unknown = this.#pairs.get(key.name)?.value;
    return isValueOf(key.type, value) ? value : undefined;
  }

  getAll(): SearchAttributePair[] {
    return [...this.#pairs.values()];
  }

  copy(): TypedSearchAttributes {
    return new TypedSearchAttributes(structuredClone(this.getAll()));
  }

  /** A copy with the updates applied. A removal counts only for a key of the same type. */
  updateCopy(updates: readonly SearchAttributeUpdatePair[]): TypedSearchAttributes {
    const map = new Map(
      this.copy()
        .getAll()
        .map((pair) => [pair.key.name, pair]),
    );
    for (const update of updates) {
      if (update.value !== null) map.set(update.key.name, update as SearchAttributePair);
      else if (map.get(update.key.name)?.key.type === update.key.type) map.delete(update.key.name);
    }
    return new TypedSearchAttributes([...map.values()]);
  }

  toJSON(): SearchAttributePair[] {
    return this.getAll();
  }
}

/**
 * Both kinds as payloads; where both name an attribute the typed one counts.
 *
 * @throws {ValueError} for a value that is not of its type
 */
export function encodeSearchAttributes(
  untyped: SearchAttributes | undefined,
  typed: TypedSearchAttributes | readonly SearchAttributeUpdatePair[] | undefined,
): PayloadMap {
  const payloads: Record<string, WirePayload> = {};
  for (const [name, values] of Object.entries(untyped ?? {})) payloads[name] = encodeUntyped(name, values);
  for (const pair of typed instanceof TypedSearchAttributes ? typed.getAll() : (typed ?? [])) payloads[pair.key.name] = encodeTyped(pair);
  return payloads;
}

/** Every attribute as a list, dates as `Date`. */
export function decodeSearchAttributes(payloads: PayloadMap | undefined): Record<string, SearchAttributeValue> {
  const entries = Object.entries(payloads ?? {}).map(([name, payload]): [string, unknown[]] => {
    const value = fromWire(defaultPayloadConverter, payload);
    const list = Array.isArray(value) ? value : [value];
    return [name, typeOf(payload) === 'DATETIME' ? list.map((text) => new Date(text as string)) : list];
  });
  return Object.fromEntries(entries.filter(([, list]) => list.length > 0)) as Record<string, SearchAttributeValue>;
}

/** The attributes whose payloads name a type and hold a value of it; others are left out. */
export function decodeTypedSearchAttributes(payloads: PayloadMap | undefined): TypedSearchAttributes {
  const pairs = Object.entries(payloads ?? {}).flatMap(([name, payload]) => {
    const type = typeOf(payload);
    if (type === undefined) return [];
    let value = fromWire(defaultPayloadConverter, payload);
    if (type !== 'KEYWORD_LIST' && Array.isArray(value) && value.length === 1) value = value[0];
    if (type === 'DATETIME' && typeof value === 'string') value = new Date(value);
    return isValueOf(type, value) ? [{ key: { name, type }, value } as SearchAttributePair] : [];
  });
  return new TypedSearchAttributes(pairs);
}

function encodeUntyped(name: string, values: SearchAttributeValue | undefined): WirePayload {
  if (!Array.isArray(values)) throw new ValueError(`SearchAttribute value must be an array; '${name}' is of type ${typeof values}`);
  const kind = kindOf(values[0]);
  for (const value of values as unknown[]) {
    if (kindOf(value) === 'other')
      throw new ValueError(`SearchAttribute array values must be: string | number | boolean | Date; '${name}' has a value of type ${typeof value}`);
    if (kindOf(value) !== kind) throw new ValueError(`All SearchAttribute array values must be of the same type; '${name}' has ${kind} and ${kindOf(value)}`);
  }
  return toWire(defaultPayloadConverter, values);
}

function encodeTyped({ key, value }: SearchAttributeUpdatePair): WirePayload {
  // A removal carries no type: the engine knows it by its `null`.
  if (value === null) return toWire(defaultPayloadConverter, null);
  if (!isValueOf(key.type, value)) throw new ValueError(`Invalid search attribute value ${String(value)} for '${key.name}' of type ${key.type}`);
  return { ...toWire(defaultPayloadConverter, value), metadata: { type: SEARCH_ATTRIBUTE_TYPE_NAMES[key.type] } };
}

function kindOf(value: unknown): string {
  if (value instanceof Date) return 'Date';
  return ['string', 'number', 'boolean'].includes(typeof value) ? typeof value : 'other';
}

/** Reads "KeywordList" as well as "INDEXED_VALUE_TYPE_KEYWORD_LIST". */
function typeOf(payload: WirePayload): SearchAttributeType | undefined {
  const name = payload.metadata?.['type'];
  return Object.values(SearchAttributeType).find((type) => SEARCH_ATTRIBUTE_TYPE_NAMES[type] === name || `INDEXED_VALUE_TYPE_${type}` === name);
}

function isValueOf<T extends SearchAttributeType>(type: T, value: unknown): value is ValueOf[T] {
  switch (type) {
    case 'TEXT':
    case 'KEYWORD':
      return typeof value === 'string';
    case 'INT':
      return Number.isInteger(value);
    case 'DOUBLE':
      return typeof value === 'number';
    case 'BOOL':
      return typeof value === 'boolean';
    case 'DATETIME':
      return value instanceof Date;
    case 'KEYWORD_LIST':
      return Array.isArray(value) && value.every((item) => typeof item === 'string');
    default:
      return false;
  }
}
