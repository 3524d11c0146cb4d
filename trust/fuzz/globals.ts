/** Notices what is not any more as it was: the globals, and the prototypes that everything has in common. */

const WATCHED: readonly (readonly [name: string, object: object])[] = [
  ['globalThis', globalThis],
  ...[Object, Array, Function, String, Number, Boolean, RegExp, Date, Error, Promise, Map, Set, Uint8Array].flatMap(
    (type) =>
      [
        [type.name, type],
        [`${type.name}.prototype`, type.prototype as object],
      ] as const,
  ),
  ['JSON', JSON],
  ['Math', Math],
  ['Reflect', Reflect],
];

type Snapshot = ReadonlyMap<string, ReadonlyMap<PropertyKey, PropertyDescriptor>>;

/** Such as vitest and vite define late. */
const LATE = new Set<PropertyKey>(['crypto', 'navigator', 'localStorage', 'sessionStorage', '__vitest_worker__', '__vite_ssr_exportAll__']);

const descriptorsOf = (object: object): ReadonlyMap<PropertyKey, PropertyDescriptor> =>
  new Map(Reflect.ownKeys(object).map((key) => [key, Object.getOwnPropertyDescriptor(object, key) as PropertyDescriptor]));

// Node makes some of its globals when they are read first.
for (const name of Object.getOwnPropertyNames(globalThis)) Reflect.get(globalThis, name);

export class GlobalsWatch {
  readonly #before: Snapshot = new Map(WATCHED.map(([name, object]) => [name, descriptorsOf(object)]));

  /** Whether there is a new name among those that are polluted first: quick, for after each input. */
  get hasNewName(): boolean {
    return WATCHED.slice(0, 6).some(([name, object]) => Reflect.ownKeys(object).length > (this.#before.get(name)?.size ?? 0) && this.changes().length > 0);
  }

  /** Every property that is new, gone or another one, in words. */
  changes(): string[] {
    return WATCHED.flatMap(([name, object]) => {
      const before = this.#before.get(name) as ReadonlyMap<PropertyKey, PropertyDescriptor>;
      const now = descriptorsOf(object);
      const keys = new Set([...before.keys(), ...now.keys()]);
      return [...keys].filter((key) => !LATE.has(key) && !isSame(before.get(key), now.get(key))).map((key) => `${name}.${String(key)} is not what it was`);
    });
  }
}

const isSame = (a: PropertyDescriptor | undefined, b: PropertyDescriptor | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && Object.is(a.value, b.value) && a.get === b.get && a.set === b.set);
