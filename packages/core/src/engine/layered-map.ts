/**
 * A map of which many versions live side by side: a large part that they share, and what each has changed on top of it. `fork` costs about
 * the root of the size; a fork may be written to, and the map that it came from does not notice. In the order of a `Map`.
 */

/** So many changes are always copied with a fork. More than this, and more than the root of the size, are merged first. */
const FEW_CHANGES = 16;

export class LayeredMap<K, V> implements ReadonlyMap<K, V> {
  /** Shared between forks: never written to. */
  #base: ReadonlyMap<K, V>;
  /** Keys of the base that have another value, those that are gone, and keys that came behind it (or went, and came back). */
  #changed: Map<K, V> | undefined = undefined;
  #gone: Set<K> | undefined = undefined;
  #added: Map<K, V> | undefined = undefined;

  constructor(base: ReadonlyMap<K, V> = new Map()) {
    this.#base = base;
  }

  /** A map with the same entries. What is written to either of the two is not in the other. */
  fork(): LayeredMap<K, V> {
    const changes = sizeOf(this.#changed) + sizeOf(this.#gone) + sizeOf(this.#added);
    if (changes > FEW_CHANGES && changes * changes > this.#base.size) this.#merge();
    const fork = new LayeredMap(this.#base);
    if (sizeOf(this.#changed) > 0) fork.#changed = new Map(this.#changed);
    if (sizeOf(this.#gone) > 0) fork.#gone = new Set(this.#gone);
    if (sizeOf(this.#added) > 0) fork.#added = new Map(this.#added);
    return fork;
  }

  get size(): number {
    return this.#base.size - sizeOf(this.#gone) + sizeOf(this.#added);
  }

  get(key: K): V | undefined {
    return this.#added?.get(key) ?? (this.#gone?.has(key) ? undefined : (this.#changed?.get(key) ?? this.#base.get(key)));
  }

  has(key: K): boolean {
    return this.#added?.has(key) === true || this.#isInBase(key);
  }

  set(key: K, value: V): void {
    if (this.#isInBase(key)) {
      this.#changed ??= new Map();
      this.#changed.set(key, value);
    } else {
      this.#added ??= new Map();
      this.#added.set(key, value);
    }
  }

  delete(key: K): void {
    this.#added?.delete(key);
    if (!this.#base.has(key)) return;
    this.#changed?.delete(key);
    this.#gone ??= new Set();
    this.#gone.add(key);
  }

  *entries(): MapIterator<[K, V]> {
    for (const [key, value] of this.#base) if (!this.#gone?.has(key)) yield [key, this.#changed?.get(key) ?? value];
    if (this.#added) yield* this.#added;
  }

  *keys(): MapIterator<K> {
    for (const [key] of this.entries()) yield key;
  }

  *values(): MapIterator<V> {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries();
  }

  forEach(visit: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
    for (const [key, value] of this.entries()) visit(value, key, this);
  }

  #isInBase(key: K): boolean {
    return this.#base.has(key) && this.#gone?.has(key) !== true;
  }

  #merge(): void {
    this.#base = new Map(this.entries());
    this.#changed = undefined;
    this.#gone = undefined;
    this.#added = undefined;
  }
}

const sizeOf = (changes: { readonly size: number } | undefined): number => changes?.size ?? 0;
