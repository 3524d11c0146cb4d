/** Randomness as a parameter: the machine's, or a seeded one that gives the same numbers again. */
import type { Millis } from './brand.ts';

export interface Rng {
  /** A whole number from 0 to 2^32 - 1. */
  uint32(): number;
}

const crypto = globalThis.crypto;
const pool = new Uint32Array(256);
let left = 0;

/** The machine's source of randomness, drawn in blocks. */
export const systemRng: Rng = {
  uint32() {
    if (left === 0) {
      crypto.getRandomValues(pool);
      left = pool.length;
    }
    return pool[--left] as number;
  },
};

/** A seeded source (mulberry32): good enough for tests and simulation, never for secrets. */
export function seededRng(seed: number): Rng {
  let state = seed >>> 0;
  return {
    uint32() {
      state = (state + 0x6d2b79f5) >>> 0;
      let t = state;
      t = Math.imul(t ^ (t >>> 15), t | 1);
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
      return (t ^ (t >>> 14)) >>> 0;
    },
  };
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

/** A version 4 UUID. */
export function uuid(rng: Rng): string {
  const [a, b, c, d] = [rng.uint32(), rng.uint32(), rng.uint32(), rng.uint32()];
  return `${hex(a, 8)}-${hex(b >>> 16, 4)}-4${hex(b & 0xfff, 3)}-${hex(((c >>> 16) & 0x3fff) | 0x8000, 4)}-${hex(c & 0xffff, 4)}${hex(d, 8)}`;
}

/** A version 7 UUID: sorts by `time`, so that the last run of a workflow id is its newest. */
export function uuidByTime(time: Millis, rng: Rng): string {
  const ms = hex(Math.floor(time), 12);
  const [a, b, c] = [rng.uint32(), rng.uint32(), rng.uint32()];
  return `${ms.slice(0, 8)}-${ms.slice(8)}-7${hex(a & 0xfff, 3)}-${hex(((a >>> 16) & 0x3fff) | 0x8000, 4)}-${hex(b >>> 16, 4)}${hex(c, 8)}`;
}

/** A secret of 128 bits, as 32 hexadecimal digits. */
export const secret = (rng: Rng): string => hex(rng.uint32(), 8) + hex(rng.uint32(), 8) + hex(rng.uint32(), 8) + hex(rng.uint32(), 8);
