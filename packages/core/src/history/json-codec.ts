/**
 * How single values look in protobuf's JSON, both ways: the words from which `json-fields.ts` makes messages and events.
 * A value that is protobuf's default (`""`, `0`, `false`) is left out when written, and an optional one that is found counts as absent.
 */
import type { EventId, Millis } from '../common/brand.ts';

/** Says where in the file something is wrong, what was found there and what belongs there. */
export class HistoryFormatError extends Error {
  override readonly name = 'HistoryFormatError';
  /** From the top of the file: "events[3].timerStartedEventAttributes.timerId". */
  readonly path: string;
  /** The event in which it stands; `undefined` for what is wrong outside of events. */
  readonly eventId: number | undefined;

  constructor(path: string, problem: string) {
    super(`${path}: ${problem}`);
    this.path = path;
    const place = /(?:^|\.)events\[(\d+)\]/.exec(path);
    this.eventId = place ? Number(place[1]) + 1 : undefined;
  }
}

export interface Codec<T> {
  write(value: T): unknown;
  /** @returns undefined where the JSON says that nothing is given. */
  read(json: unknown, path: string): T | undefined;
  /** Whether the JSON is protobuf's default of the type, which counts as absent. @defaultValue `""`, `0`, `"0"` and `false` are */
  readonly isDefault?: (json: unknown) => boolean;
}
/** A field that our types require: what it is when the JSON lacks it, or that it may not lack. */
export interface RequiredCodec<T> extends Codec<T> {
  readonly whenAbsent: { readonly value: T } | 'refuse';
}
type IsOptional<A, K extends keyof A> = Record<never, never> extends Pick<A, K> ? true : false;
/** One codec for each field of a message, complete by its type. */
export type Fields<A> = { readonly [K in keyof A]-?: IsOptional<A, K> extends true ? Codec<NonNullable<A[K]>> : RequiredCodec<A[K]> };

export type JsonObject = Record<string, unknown>;
export const isJsonObject = (json: unknown): json is JsonObject => typeof json === 'object' && json !== null && !Array.isArray(json);

const isDefault = (json: unknown): boolean => json === '' || json === 0 || json === '0' || json === false;

function wrong(path: string, json: unknown, wanted: string): never {
  throw new HistoryFormatError(path, `${wanted} belongs here, found ${JSON.stringify(json)?.slice(0, 80) ?? typeof json}`);
}

/** The field must be there: without it the history cannot be understood. */
export const needed = <T>(codec: Codec<T>): RequiredCodec<T> => ({ ...codec, whenAbsent: 'refuse' });
export const orElse = <T>(codec: Codec<T>, value: T): RequiredCodec<T> => ({ ...codec, whenAbsent: { value } });

export const text: Codec<string> = {
  write: (value) => value,
  read: (json, path) => (typeof json === 'string' ? json : wrong(path, json, 'a text')),
  isDefault: (json) => json === '',
};
export const flag: Codec<boolean> = { write: (value) => value, read: (json, path) => (typeof json === 'boolean' ? json : wrong(path, json, 'true or false')) };

/** In whatever way it is written: "00", -0. */
const isZero = (json: unknown): boolean => (typeof json === 'number' || typeof json === 'string') && Number(json) === 0;

export const number: Codec<number> = {
  isDefault: isZero,
  write: (value) => value,
  read(json, path) {
    const value = typeof json === 'string' && json !== '' ? Number(json) : json;
    return typeof value === 'number' && Number.isFinite(value) ? value : wrong(path, json, 'a number');
  },
};

/** An int64: a string in JSON, because a JavaScript number cannot hold them all. */
export const int64: Codec<number> = {
  isDefault: isZero,
  write: (value) => String(value),
  read(json, path) {
    const value = typeof json === 'string' && /^-?\d+$/.test(json) ? Number(json) : json;
    return Number.isSafeInteger(value) ? (value as number) : wrong(path, json, 'a whole number');
  },
};
export const eventId: Codec<EventId> = int64;

const NANOS_PER_MILLI = 1_000_000;

/** The fraction of a second with 0, 3, 6 or 9 digits, as protobuf writes it. */
function fraction(nanos: number): string {
  if (nanos === 0) return '';
  return `.${String(nanos)
    .padStart(9, '0')
    .replace(/(000){1,2}$/, '')}`;
}

/** "10s", "0.200s" */
export const duration: Codec<Millis> = {
  write(value) {
    const magnitude = Math.abs(value);
    const nanos = Math.round((magnitude % 1000) * NANOS_PER_MILLI);
    return `${value < 0 ? '-' : ''}${Math.floor(magnitude / 1000)}${fraction(nanos)}s`;
  },
  read(json, path) {
    const parts = typeof json === 'string' ? /^(-?)(\d+)(?:\.(\d{1,9}))?s$/.exec(json) : null;
    if (!parts) return wrong(path, json, 'a duration such as "1.500s"');
    const value = Number(parts[2]) * 1000 + Number((parts[3] ?? '').padEnd(9, '0')) / NANOS_PER_MILLI;
    return parts[1] ? -value : value;
  },
};

/** A duration whose zero means that there is no limit. */
export const timeout: Codec<Millis> = { write: duration.write, read: (json, path) => duration.read(json, path) || undefined };

/** RFC 3339. What is below a millisecond is dropped: no clock of ours has it. */
export const moment: Codec<Millis> = {
  write: (value) => new Date(value).toISOString(),
  read(json, path) {
    const parts = typeof json === 'string' ? /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(json) : null;
    const seconds = parts ? Date.parse(`${parts[1]}${parts[3]}`) : Number.NaN;
    if (!parts || Number.isNaN(seconds)) return wrong(path, json, 'a time such as "2026-01-31T12:00:00.250Z"');
    return seconds + Number((parts[2] ?? '').slice(0, 3).padEnd(3, '0'));
  },
};

/**
 * An enum: our short name in Temporal's long one. Read in either of Temporal's spellings, `RETRY_STATE_TIMEOUT` and `Timeout`.
 *
 * @param names every value, as the keys of a record, so that the compiler misses none
 */
export function oneOf<T extends string>(prefix: string, names: Readonly<Record<T, 1>>): Codec<T> {
  const byName = new Map(Object.keys(names).flatMap((name) => [[`${prefix}_${name}`, name as T] as const, [pascalCase(name), name as T] as const]));
  return {
    write: (value) => `${prefix}_${value}`,
    read(json, path) {
      if (json === `${prefix}_UNSPECIFIED` || json === 'Unspecified') return undefined;
      return (typeof json === 'string' ? byName.get(json) : undefined) ?? wrong(path, json, `one of ${prefix}_… (${Object.keys(names).join(', ')})`);
    },
  };
}

const pascalCase = (name: string): string => name.toLowerCase().replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());

export function listOf<T>(item: Codec<T>): Codec<readonly T[]> {
  return {
    write: (values) => values.map((value) => item.write(value)),
    read(json, path) {
      if (!Array.isArray(json)) return wrong(path, json, 'a list');
      return json.map((value: unknown, index) => item.read(value, `${path}[${index}]`) ?? wrong(`${path}[${index}]`, value, 'a value'));
    },
  };
}

export function mapOf<T>(item: Codec<T>): Codec<Readonly<Record<string, T>>> {
  return {
    write: (values) => Object.fromEntries(Object.entries(values).map(([key, value]) => [key, item.write(value)])),
    read(json, path) {
      if (!isJsonObject(json)) return wrong(path, json, 'an object');
      const entries = Object.entries(json).map(
        ([key, value]) => [key, item.read(value, `${path}.${key}`) ?? wrong(`${path}.${key}`, value, 'a value')] as const,
      );
      return Object.fromEntries(entries);
    },
  };
}

/** An object with these fields, whose names may be in snake case, too. Other fields are ignored, as Temporal ignores them. */
export function message<A extends object>(fields: Fields<A>): Codec<A> {
  const entries = Object.entries(fields) as [string, Codec<unknown> & Partial<RequiredCodec<unknown>>][];
  const snakeCase = new Map(entries.map(([name]) => [name, name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)]));
  return {
    write(value) {
      const json: JsonObject = {};
      for (const [name, codec] of entries) {
        const field = (value as JsonObject)[name];
        const written = field === undefined ? undefined : codec.write(field);
        if (written !== undefined && !(codec.isDefault ?? isDefault)(written)) json[name] = written;
      }
      return json;
    },
    read(json, path) {
      if (!isJsonObject(json)) return wrong(path, json, 'an object');
      const value: JsonObject = {};
      for (const [name, codec] of entries) {
        const field = readField(codec, json[name] ?? json[snakeCase.get(name) ?? name], `${path}.${name}`);
        if (field !== undefined) value[name] = field;
      }
      return value as A;
    },
  };
}

function readField(codec: Codec<unknown> & Partial<RequiredCodec<unknown>>, json: unknown, path: string): unknown {
  const { whenAbsent } = codec;
  const isGiven = json !== undefined && json !== null && (whenAbsent === 'refuse' || !(codec.isDefault ?? isDefault)(json));
  const value = isGiven ? codec.read(json, path) : undefined;
  if (value !== undefined || whenAbsent === undefined) return value;
  if (whenAbsent === 'refuse') throw new HistoryFormatError(path, 'this field is missing, and the history cannot be understood without it');
  return whenAbsent.value;
}

/** A value that the JSON keeps in an object of one field: `{ "name": … }`, `{ "payloads": […] }`. An empty object holds `empty`. */
export function wrapped<T>(key: string, inner: Codec<T>, empty?: T): Codec<T> {
  return {
    write: (value) => ({ [key]: inner.write(value) }),
    read(json, path) {
      if (!isJsonObject(json)) return wrong(path, json, `an object with "${key}"`);
      const field = json[key];
      return field === undefined || field === null ? empty : inner.read(field, `${path}.${key}`);
    },
  };
}

/** A file nests no deeper: what does would end the stack. */
const DEEPEST = 100;

/** A codec that refers to itself. */
export function lazily<T>(codec: () => Codec<T>): Codec<T> {
  let depth = 0;
  return {
    write: (value) => codec().write(value),
    read(json, path) {
      if (depth >= DEEPEST) throw new HistoryFormatError(path, `this is nested deeper than ${DEEPEST}`);
      depth++;
      try {
        return codec().read(json, path);
      } finally {
        depth--;
      }
    },
  };
}
