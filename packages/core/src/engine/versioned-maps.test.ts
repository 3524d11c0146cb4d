import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LayeredMap } from './layered-map.ts';
import { OrderedMap } from './ordered-map.ts';

/** Both maps against a plain one: each version that was left behind is looked at again in the end. */
interface Versioned {
  fork(): this;
  set(key: number, value: number): void;
  delete(key: number): void;
  get(key: number): number | undefined;
  has(key: number): boolean;
  readonly size: number;
  [Symbol.iterator](): Iterator<[number, number]>;
}

type Act = { readonly act: 'set'; readonly key: number; readonly value: number } | { readonly act: 'delete' | 'fork' | 'back'; readonly key: number };

const total = { of: (value: number): number => value, join: (parts: readonly number[]): number => parts.reduce((sum, part) => sum + part, 0) };

const acts = (key: fc.Arbitrary<number>): fc.Arbitrary<Act[]> =>
  fc.array(
    fc.oneof(
      { weight: 6, arbitrary: fc.record({ act: fc.constant('set' as const), key, value: fc.integer({ min: 0, max: 1_000 }) }) },
      { weight: 3, arbitrary: fc.record({ act: fc.constant('delete' as const), key }) },
      { weight: 2, arbitrary: fc.record({ act: fc.constant('fork' as const), key }) },
      { weight: 1, arbitrary: fc.record({ act: fc.constant('back' as const), key }) },
    ),
    { maxLength: 300 },
  );

/** @param inOrder the entries of the plain map as this one gives them */
function holds(
  map: Versioned,
  inOrder: (plain: Map<number, number>) => [number, number][],
  list: readonly Act[],
  look: (map: Versioned, plain: Map<number, number>) => void,
): void {
  const versions: [Versioned, Map<number, number>][] = [[map, new Map()]];
  let [now, plain] = versions[0] as [Versioned, Map<number, number>];
  for (const step of list) {
    if (step.act === 'set') {
      now.set(step.key, step.value);
      plain.set(step.key, step.value);
    } else if (step.act === 'delete') {
      now.delete(step.key);
      plain.delete(step.key);
    } else {
      // On from the newest version, or from one that others have come from before.
      const [from, same] = step.act === 'fork' ? [now, plain] : (versions[step.key % versions.length] as [Versioned, Map<number, number>]);
      now = from.fork();
      plain = new Map(same);
      versions.push([now, plain]);
    }
    if ('key' in step) expect([now.get(step.key), now.has(step.key), now.size]).toEqual([plain.get(step.key), plain.has(step.key), plain.size]);
  }
  for (const [version, same] of versions) {
    expect([...version]).toEqual(inOrder(same));
    look(version, same);
  }
}

const small = fc.integer({ min: 0, max: 40 });
const large = fc.oneof(small, fc.integer({ min: 0, max: 50_000 }));

describe('maps of which many versions live side by side', () => {
  test('a layered map is a plain one, in its order, and no version changes another', () => {
    fc.assert(
      fc.property(acts(small), (list) =>
        holds(
          new LayeredMap<number, number>() as unknown as Versioned,
          (plain) => [...plain],
          list,
          () => {},
        ),
      ),
    );
  });

  test('an ordered map is a plain one, in the order of its keys, with a summary of all of it', () => {
    const inOrder = (plain: Map<number, number>): [number, number][] => [...plain].sort(([a], [b]) => a - b);
    const look = (map: Versioned, plain: Map<number, number>): void => {
      const { summary } = map as unknown as OrderedMap<number, number>;
      expect(summary ?? 0).toBe([...plain.values()].reduce((sum, value) => sum + value, 0));
    };
    fc.assert(fc.property(acts(large), (list) => holds(new OrderedMap<number, number>(total) as unknown as Versioned, inOrder, list, look)));
  });

  test('a summary is kept right when it is asked for between changes', () => {
    fc.assert(
      fc.property(acts(large), (list) => {
        let map = new OrderedMap<number, number>(total);
        const plain = new Map<number, number>();
        for (const step of list) {
          if (step.act === 'set') {
            map.set(step.key, step.value);
            plain.set(step.key, step.value);
          } else if (step.act === 'delete') {
            map.delete(step.key);
            plain.delete(step.key);
          } else map = map.fork();
          expect(map.summary ?? 0).toBe([...plain.values()].reduce((sum, value) => sum + value, 0));
        }
      }),
    );
  });

  test('what a question about the whole looks at does not grow with the whole', () => {
    const looked = (size: number): number => {
      let looks = 0;
      const latest = {
        of(value: number): number {
          looks++;
          return value;
        },
        join: (parts: readonly number[]): number => Math.max(...parts),
      };
      let map = new OrderedMap<number, number>(latest);
      for (let key = 0; key < size; key++) map.set(key, key);
      expect(map.summary).toBe(size - 1);
      looks = 0;
      map = map.fork();
      map.set(size >> 1, size);
      expect(map.summary).toBe(size);
      expect([...map.entriesWhere((most) => most >= size)]).toEqual([[size >> 1, size]]);
      return looks;
    };
    expect([looked(100), looked(100_000)]).toEqual([1, 1]);
  });

  test('a fork of a layered map copies no more than about the root of its size', () => {
    const copied = (size: number, forks: number): number => {
      let map = new LayeredMap<number, number>(new Map(Array.from({ length: size }, (_, key) => [key, key])));
      const original = Map.prototype.set;
      let writes = 0;
      try {
        Map.prototype.set = function (this: Map<unknown, unknown>, key: unknown, value: unknown) {
          writes++;
          return original.call(this, key, value);
        } as typeof Map.prototype.set;
        for (let n = 0; n < forks; n++) {
          map = map.fork();
          map.set(n, -n);
        }
      } finally {
        Map.prototype.set = original;
      }
      expect(map.size).toBe(size);
      return writes / forks;
    };
    // The constructor of `Map` calls `set` for each entry that it is given.
    expect(copied(2_500, 300)).toBeLessThan(2 * Math.sqrt(2_500) + 20);
    expect(copied(40_000, 300) / copied(2_500, 300)).toBeLessThan(8);
  });
});
