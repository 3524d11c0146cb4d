/**
 * A map by whole numbers of which many versions live side by side: a tree of nodes with 16 places each, of which a change copies those on
 * its way. In the order of the keys. Each node knows a summary of what is below it, so that a question about all entries need not look at all.
 */

/** What is known of many entries without looking at each. */
export interface Summary<V, S> {
  readonly of: (value: V) => S;
  readonly join: (parts: readonly S[]) => S;
}

/** A tree of height 0 is one leaf. */
interface Node<V, S> {
  /** The map that may write to it; others copy it first. */
  readonly owner: object;
  /** Nodes of the height below, or, in a leaf, values. */
  readonly slots: (Node<V, S> | V | undefined)[];
  /** Of each slot, where it is known; none are until somebody has asked. */
  parts: (S | undefined)[] | undefined;
  used: number;
  summary: S | undefined;
}

const BITS = 4;
const WIDTH = 1 << BITS;

const NO_SUMMARY: Summary<unknown, undefined> = { of: () => undefined, join: () => undefined };

export class OrderedMap<V, S = undefined> implements ReadonlyMap<number, V> {
  readonly #summary: Summary<V, S>;
  #root: Node<V, S> | undefined = undefined;
  #height = 0;
  #size = 0;
  /** Marks the nodes that nobody else has. */
  #owner: object = {};

  constructor(...[summary]: S extends undefined ? [] : [Summary<V, S>]) {
    this.#summary = summary ?? (NO_SUMMARY as unknown as Summary<V, S>);
  }

  /** A map with the same entries. What is written to either of the two is not in the other. */
  fork(): OrderedMap<V, S> {
    const fork = new OrderedMap<V, S>(...([this.#summary] as never));
    fork.#root = this.#root;
    fork.#height = this.#height;
    fork.#size = this.#size;
    this.#owner = {};
    return fork;
  }

  get size(): number {
    return this.#size;
  }

  get(key: number): V | undefined {
    if (key >= this.#capacity) return undefined;
    let node = this.#root;
    for (let height = this.#height; node && height > 0; height--) node = node.slots[slotOf(key, height)] as Node<V, S> | undefined;
    return node?.slots[slotOf(key, 0)] as V | undefined;
  }

  has(key: number): boolean {
    return this.get(key) !== undefined;
  }

  /** @param key a whole number, 0 or more */
  set(key: number, value: V): void {
    this.#root ??= this.#empty();
    while (key >= this.#capacity) this.#grow();
    this.#root = this.#own(this.#root);
    let node = this.#root;
    for (let height = this.#height; height > 0; height--) node = this.#ownChild(node, slotOf(key, height));
    const slot = slotOf(key, 0);
    if (node.slots[slot] === undefined) {
      node.used++;
      this.#size++;
    }
    put(node, slot, value);
  }

  delete(key: number): void {
    if (!this.#root || !this.has(key)) return;
    this.#size--;
    this.#root = this.#without(this.#root, this.#height, key);
    if (!this.#root) this.#height = 0;
  }

  /** What is known of all entries; `undefined` of none. */
  get summary(): S | undefined {
    return this.#root && this.#summaryOf(this.#root, this.#height);
  }

  *entries(): MapIterator<[number, V]> {
    if (this.#root) yield* this.#within(this.#root, this.#height, 0, undefined);
  }

  /** The entries in the order of their keys, of those parts alone whose summary `mayHold` what is looked for. */
  *entriesWhere(mayHold: (summary: S) => boolean): MapIterator<[number, V]> {
    if (this.#root) yield* this.#within(this.#root, this.#height, 0, mayHold);
  }

  *keys(): MapIterator<number> {
    for (const [key] of this.entries()) yield key;
  }

  *values(): MapIterator<V> {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator](): MapIterator<[number, V]> {
    return this.entries();
  }

  forEach(visit: (value: V, key: number, map: ReadonlyMap<number, V>) => void): void {
    for (const [key, value] of this.entries()) visit(value, key, this);
  }

  get #capacity(): number {
    return WIDTH ** (this.#height + 1);
  }

  #empty(): Node<V, S> {
    return { owner: this.#owner, slots: new Array(WIDTH), parts: undefined, used: 0, summary: undefined };
  }

  #grow(): void {
    const root = this.#empty();
    root.slots[0] = this.#root;
    root.used = 1;
    this.#root = root;
    this.#height++;
  }

  #own(node: Node<V, S>): Node<V, S> {
    if (node.owner === this.#owner) return node;
    return { owner: this.#owner, slots: node.slots.slice(), parts: node.parts?.slice(), used: node.used, summary: node.summary };
  }

  /** The child, to be written to: what its parents know of it is not so any more. */
  #ownChild(parent: Node<V, S>, slot: number): Node<V, S> {
    const found = parent.slots[slot] as Node<V, S> | undefined;
    if (!found) parent.used++;
    const child = found ? this.#own(found) : this.#empty();
    put(parent, slot, child);
    return child;
  }

  #without(node: Node<V, S>, height: number, key: number): Node<V, S> | undefined {
    const slot = slotOf(key, height);
    const rest = height === 0 ? undefined : this.#without(node.slots[slot] as Node<V, S>, height - 1, key);
    if (rest === undefined && node.used === 1) return undefined;
    const own = this.#own(node);
    if (rest === undefined) own.used--;
    put(own, slot, rest);
    return own;
  }

  #summaryOf(node: Node<V, S>, height: number): S {
    node.summary ??= this.#summary.join(this.#partsOf(node, height));
    return node.summary;
  }

  #partsOf(node: Node<V, S>, height: number): S[] {
    const parts: S[] = [];
    for (let slot = 0; slot < WIDTH; slot++) {
      const value = node.slots[slot];
      if (value === undefined) continue;
      parts.push(this.#partOf(node, height, slot));
    }
    return parts;
  }

  #partOf(node: Node<V, S>, height: number, slot: number): S {
    node.parts ??= new Array(WIDTH);
    const known = node.parts[slot];
    if (known !== undefined) return known;
    const part = height === 0 ? this.#summary.of(node.slots[slot] as V) : this.#summaryOf(node.slots[slot] as Node<V, S>, height - 1);
    node.parts[slot] = part;
    return part;
  }

  *#within(node: Node<V, S>, height: number, first: number, mayHold: ((summary: S) => boolean) | undefined): Generator<[number, V], undefined> {
    for (let slot = 0; slot < WIDTH; slot++) {
      const value = node.slots[slot];
      if (value === undefined || (mayHold && !mayHold(this.#partOf(node, height, slot)))) continue;
      if (height === 0) yield [first + slot, value as V];
      else yield* this.#within(value as Node<V, S>, height - 1, first + slot * WIDTH ** height, mayHold);
    }
    return undefined;
  }
}

const slotOf = (key: number, height: number): number => (height === 0 ? key % WIDTH : Math.floor(key / WIDTH ** height) % WIDTH);

function put<V, S>(node: Node<V, S>, slot: number, value: Node<V, S> | V | undefined): void {
  node.slots[slot] = value;
  if (node.parts) node.parts[slot] = undefined;
  node.summary = undefined;
}
