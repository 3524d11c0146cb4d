/** Text and base64 as bytes. The platform's coders are captured when the module loads, before a sandbox replaces globals. */
import { ValueError } from './errors.ts';

const encoder = new TextEncoder();
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });
const strict = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });
const toBinaryString = globalThis.atob.bind(globalThis);
const fromBinaryString = globalThis.btoa.bind(globalThis);

/** Arguments a call can take safely, everywhere. */
const CHUNK = 8_192;

export const encode = (text: string): Uint8Array => encoder.encode(text);

/** Bytes that are not UTF-8 become replacement characters. */
export const decode = (bytes: Uint8Array): string => lenient.decode(bytes);

/** The text whose UTF-8 form is exactly `bytes`, or `undefined` when there is none. */
export function decodeExactly(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined; // not UTF-8: the one thing that a fatal decoder throws for
  }
}

export function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += CHUNK) binary += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return fromBinaryString(binary);
}

/**
 * Reads padded and unpadded base64, in its plain and in its URL-safe alphabet.
 *
 * @throws {ValueError} if it is neither
 */
export function fromBase64(text: string): Uint8Array {
  let binary: string;
  try {
    binary = toBinaryString(text.replaceAll('-', '+').replaceAll('_', '/'));
  } catch (error) {
    throw new ValueError(`Invalid base64: '${text.slice(0, 40)}'`, error);
  }
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
