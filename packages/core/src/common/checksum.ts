/**
 * A checksum of 32 bits that is cheap in JavaScript: one multiplication for each character. Each step is a bijection of the sum for a given
 * character, and of the character for a given sum; so a change of a single character, whatever its bits, is found with certainty, and any
 * other with a chance of all but one in four thousand million. It is no defence against somebody who wants to deceive.
 */

/**
 * @param seed the sum of what went before
 * @returns an integer from 0 to 2^32 - 1
 */
export function checksum(text: string, seed = 0): number {
  let sum = (seed ^ START) | 0;
  for (let index = 0; index < text.length; index++) {
    sum = Math.imul(sum ^ text.charCodeAt(index), ODD);
    sum ^= sum >>> 15;
  }
  return mix(sum, text.length);
}

/** @param value an integer of up to 32 bits */
export function mix(sum: number, value: number): number {
  const mixed = Math.imul(sum ^ value, ODD);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}

/** @returns eight hexadecimal digits */
export const hexOf = (sum: number): string => (sum >>> 0).toString(16).padStart(8, '0');

const START = 0x5bd1e995;
const ODD = 0x9e3779b1;
