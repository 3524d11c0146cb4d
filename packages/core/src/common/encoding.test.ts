import { expect, test } from 'vitest';
import { decode, decodeExactly, encode, fromBase64, toBase64 } from './encoding.ts';
import { ValueError } from './errors.ts';

test('text comes back as it was, a byte order mark included', () => {
  for (const text of ['', 'ü 🎈', '\ufeffmarked']) expect([decode(encode(text)), decodeExactly(encode(text))]).toEqual([text, text]);
});

test('bytes that are not UTF-8 are no text', () => {
  expect([decodeExactly(new Uint8Array([0xff])), decode(new Uint8Array([0xff]))]).toEqual([undefined, '\ufffd']);
});

test('base64 is read padded or not, in both alphabets', () => {
  const bytes = new Uint8Array([251, 255, 254, 1]);
  expect(toBase64(bytes)).toBe('+//+AQ==');
  for (const text of ['+//+AQ==', '+//+AQ', '-__-AQ==', '-__-AQ']) expect(fromBase64(text)).toEqual(bytes);
});

test('what is no base64 is refused', () => {
  expect(() => fromBase64('a b c d!')).toThrow(new ValueError("Invalid base64: 'a b c d!'"));
});
