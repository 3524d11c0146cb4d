import { expect, test } from 'vitest';
import { checksum, hexOf, mix } from './checksum.ts';

const TEXT = 'Grüße aus 東京, {"eventId":17} 👋';

test('S14: every change of one bit of a text changes its sum', () => {
  const sum = checksum(TEXT, 7);
  for (let index = 0; index < TEXT.length; index++)
    for (let bit = 0; bit < 16; bit++) {
      const flipped = TEXT.slice(0, index) + String.fromCharCode(TEXT.charCodeAt(index) ^ (1 << bit)) + TEXT.slice(index + 1);
      expect(checksum(flipped, 7)).not.toBe(sum);
    }
});

test('a text that is shorter, longer, or in another order has another sum, and so has another seed', () => {
  const sums = [TEXT, TEXT.slice(1), TEXT.slice(0, -1), `${TEXT}\0`, `\0${TEXT}`, '', '\0', 'ab', 'ba'].map((text) => checksum(text));
  expect(new Set([...sums, checksum(TEXT, 1), checksum('', 1)]).size).toBe(sums.length + 2);
});

test('a sum is an integer of 32 bits, written as eight digits', () => {
  for (const seed of [0, 1, 2 ** 31, 2 ** 32 - 1]) {
    const sum = mix(checksum(TEXT, seed), seed);
    expect([Number.isSafeInteger(sum), sum >= 0, sum < 2 ** 32, hexOf(sum).length]).toEqual([true, true, true, 8]);
  }
});
