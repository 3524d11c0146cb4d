/**
 * Chance in workflows, the same numbers as Temporal's: ids of children and `uuid4()` are part of a history, so they must agree.
 *
 * @see SipHash: https://www.aumasson.jp/siphash/siphash.pdf; Alea, by Johannes Baagøe: https://github.com/nquinlan/better-random-numbers-for-javascript-mirror
 */
const MASK = 0xffff_ffff_ffff_ffffn;
const rotate = (x: bigint, bits: bigint): bigint => ((x << bits) | (x >> (64n - bits))) & MASK;

/** SipHash with one round for each word and three at the end, under the key 0. */
export function sipHash13(bytes: readonly number[]): bigint {
  let v0 = 0x736f6d6570736575n;
  let v1 = 0x646f72616e646f6dn;
  let v2 = 0x6c7967656e657261n;
  let v3 = 0x7465646279746573n;
  const round = (): void => {
    v0 = (v0 + v1) & MASK;
    v1 = rotate(v1, 13n) ^ v0;
    v0 = rotate(v0, 32n);
    v2 = (v2 + v3) & MASK;
    v3 = rotate(v3, 16n) ^ v2;
    v0 = (v0 + v3) & MASK;
    v3 = rotate(v3, 21n) ^ v0;
    v2 = (v2 + v1) & MASK;
    v1 = rotate(v1, 17n) ^ v2;
    v2 = rotate(v2, 32n);
  };
  const word = (from: number, to: number): bigint => {
    let value = 0n;
    for (let i = to - 1; i >= from; i--) value = (value << 8n) | BigInt(bytes[i] as number);
    return value;
  };
  const whole = bytes.length - (bytes.length % 8);
  const absorb = (value: bigint): void => {
    v3 ^= value;
    round();
    v0 ^= value;
  };
  for (let i = 0; i < whole; i += 8) absorb(word(i, i + 8));
  absorb((BigInt(bytes.length & 0xff) << 56n) | word(whole, bytes.length));
  v2 ^= 0xffn;
  for (let i = 0; i < 3; i++) round();
  return v0 ^ v1 ^ v2 ^ v3;
}

const utf8 = new TextEncoder();

/** The seed of a run: eight bytes, the most significant first, of the hash of the run id that the run was first given. */
export function seedOf(originalExecutionRunId: string): number[] {
  const hash = sipHash13([...utf8.encode(originalExecutionRunId), 0xff]);
  return Array.from({ length: 8 }, (_, i) => Number((hash >> BigInt(8 * (7 - i))) & 0xffn));
}

const STREAM_PREFIX = [...utf8.encode('temporal-workflow-random-stream-v1')];
const uint32Bytes = (value: number): number[] => [(value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];

/** The seed of a named stream of a run. */
export function streamSeed(seed: readonly number[], name: string): number[] {
  const bytes = [...utf8.encode(name)];
  return [...STREAM_PREFIX, ...uint32Bytes(seed.length), ...seed, ...uint32Bytes(bytes.length), ...bytes];
}

const TO_FRACTION = 2.3283064365386963e-10; // 2^-32

function mash(n: number, data: readonly number[]): number {
  for (const byte of data) {
    n += byte;
    let h = 0.02519603282416938 * n;
    n = h >>> 0;
    h -= n;
    h *= n;
    n = h >>> 0;
    h -= n;
    n += h * 0x1_0000_0000;
  }
  return n;
}

/** The generator "Alea". */
export class Alea {
  #c = 1;
  #s0: number;
  #s1: number;
  #s2: number;

  constructor(seed: readonly number[]) {
    let n = 0xefc8249d;
    const next = (data: readonly number[]): number => {
      n = mash(n, data);
      return (n >>> 0) * TO_FRACTION;
    };
    const [a, b, c] = [next([32]), next([32]), next([32])];
    const less = (s: number): number => (s < 0 ? s + 1 : s);
    this.#s0 = less(a - next(seed));
    this.#s1 = less(b - next(seed));
    this.#s2 = less(c - next(seed));
  }

  /** A number from 0 up to 1. */
  next(): number {
    const t = 2091639 * this.#s0 + this.#c * TO_FRACTION;
    this.#s0 = this.#s1;
    this.#s1 = this.#s2;
    this.#c = t | 0;
    this.#s2 = t - this.#c;
    return this.#s2;
  }

  /** A second generator that goes on from here, so that a look at the future leaves no trace. */
  clone(): Alea {
    const copy = new Alea([]);
    copy.#c = this.#c;
    copy.#s0 = this.#s0;
    copy.#s1 = this.#s1;
    copy.#s2 = this.#s2;
    return copy;
  }
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
const uint32 = (random: () => number): number => (random() * 0x1_0000_0000) >>> 0;

/** A version 4 UUID of four draws. */
export function uuid4From(random: () => number): string {
  const [a, b, c, d] = [uint32(random), uint32(random), uint32(random), uint32(random)];
  const version = (b & 0xffff_0fff) | 0x4000;
  const variant = (c & 0x3fff_ffff) | 0x8000_0000;
  return `${hex(a, 8)}-${hex(version >>> 16, 4)}-${hex(version & 0xffff, 4)}-${hex(variant >>> 16, 4)}-${hex(variant & 0xffff, 4)}${hex(d, 8)}`;
}

export function fillFrom<T extends Uint8Array>(random: () => number, bytes: T): T {
  for (let i = 0; i < bytes.length; i++) bytes[i] = Math.floor(random() * 0x100);
  return bytes;
}
