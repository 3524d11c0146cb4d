/** Values that nobody should send, and changes to values that somebody may. */
import fc from 'fast-check';

const NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty', 'polluted', 'then', 'toJSON', 'length', '0', ''] as const;

export const name: fc.Arbitrary<string> = fc.constantFrom(...NAMES);

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));

/** Data as JSON has it, poison among it. Made by `JSON.parse`, so that `__proto__` is a key of its own. */
export const poison: fc.Arbitrary<unknown> = fc
  .constantFrom(
    '{"__proto__":{"polluted":true}}',
    '{"constructor":{"prototype":{"polluted":true}}}',
    '{"__proto__":null}',
    '{"then":{}}',
    '{"toJSON":1,"toString":1,"valueOf":1}',
    '{"length":1e9}',
    '[[[[[[]]]]]]',
  )
  .map((text) => JSON.parse(text) as unknown);

/** What a message can hold that was cloned: more than JSON. */
export const anything: fc.Arbitrary<unknown> = fc.anything({
  withNullPrototype: true,
  withMap: true,
  withSet: true,
  withDate: true,
  withBigInt: true,
  withTypedArray: true,
  withSparseArray: true,
  key: fc.oneof(name, fc.string({ maxLength: 8 })),
  maxDepth: 3,
});

const strange = fc.constantFrom<unknown>(
  null,
  undefined,
  true,
  0,
  -1,
  1.5,
  -0,
  2 ** 53,
  1e300,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  '',
  ' ',
  '\u0000',
  '\ud800',
  'x'.repeat(1_001),
  {},
  [],
  [null],
  [[]],
  nested(99),
  nested(300),
);

/** Whatever may stand where something else belongs. */
export const intruder: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: strange },
  { weight: 1, arbitrary: name },
  { weight: 1, arbitrary: poison },
  { weight: 1, arbitrary: fc.string({ maxLength: 20, unit: 'binary' }) },
  { weight: 1, arbitrary: fc.integer() },
  { weight: 1, arbitrary: anything },
);

interface Edit {
  readonly place: number;
  readonly how: 'replace' | 'remove' | 'add' | 'rename';
  readonly name: string;
  readonly value: unknown;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  place: fc.nat(10_000),
  how: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'add', 'rename'),
  name,
  value: intruder,
});

/** What `values` gives with up to `most` changes somewhere in it. */
export const mutated = <T>(values: fc.Arbitrary<T>, most: number = 3): fc.Arbitrary<unknown> =>
  fc.tuple(values, fc.array(edit, { minLength: 0, maxLength: most })).map(([value, edits]) => edits.reduce(edited, structuredClone(value) as unknown));

function edited(root: unknown, { place, how, name, value }: Edit): unknown {
  const places = placesIn(root);
  const found = places[place % (places.length + 1)];
  if (!found) return how === 'replace' ? value : root;
  const { holder, key } = found;
  if (how === 'remove') remove(holder, key);
  else if (how === 'replace') define(holder, key, value);
  else if (how === 'add') define(holder, name, value);
  else {
    const before = holder[key];
    delete holder[key];
    define(holder, name, before);
  }
  return root;
}

interface Place {
  readonly holder: Record<string, unknown>;
  readonly key: string;
}

const MOST_PLACES = 2_000;

function placesIn(root: unknown, places: Place[] = [], depth = 0): Place[] {
  if (typeof root !== 'object' || root === null || depth > 50 || ArrayBuffer.isView(root) || Object.isFrozen(root)) return places;
  for (const key of Object.keys(root)) {
    if (places.length >= MOST_PLACES) break;
    places.push({ holder: root as Record<string, unknown>, key });
    placesIn((root as Record<string, unknown>)[key], places, depth + 1);
  }
  return places;
}

/** Not by `splice`, which asks the list's constructor, and that may have been replaced. */
function remove(holder: Record<string, unknown>, key: string): void {
  delete holder[key];
  if (!Array.isArray(holder)) return;
  for (let index = Number(key) + 1; index < holder.length; index++) define(holder, String(index - 1), holder[index]);
  if (holder.length > 0) holder.length--;
}

/** Never by assignment, which would do what the engine must not. */
function define(holder: object, key: string, value: unknown): void {
  if (Array.isArray(holder) && key === 'length') return;
  Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true });
}

/** Texts: made of the words of a language, changed, cut, repeated, and now and then very long. */
export function textsOf(words: readonly string[], whole: readonly string[]): fc.Arbitrary<string> {
  const word = fc.oneof(fc.constantFrom(...words), fc.constantFrom(...words), fc.string({ maxLength: 5, unit: 'binary' }));
  const made = fc.array(word, { maxLength: 12 }).map((parts) => parts.join(''));
  const changed = fc.tuple(fc.constantFrom(...whole), fc.nat(200), word).map(([text, at, part]) => {
    const place = at % (text.length + 1);
    return text.slice(0, place) + part + text.slice(place + (at % 3));
  });
  const long = fc.tuple(word, word, fc.constantFrom(100, 1_000, 20_000)).map(([start, part, times]) => start + part.repeat(times));
  return fc.oneof(
    { weight: 8, arbitrary: made },
    { weight: 8, arbitrary: changed },
    { weight: 2, arbitrary: fc.constantFrom(...whole) },
    { weight: 1, arbitrary: fc.string({ maxLength: 100, unit: 'binary' }) },
    { weight: 1, arbitrary: long },
  );
}
