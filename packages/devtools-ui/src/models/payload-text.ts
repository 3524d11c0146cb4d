/** Payloads as one line of text. Values are only ever shown as text: they come from outside. */

import type { WirePayload, WirePayloads } from '@perdure/core/common';
import { visibleText } from './visible-text.ts';

const MOST_CHARACTERS = 160;

/** `"report.pdf", 3`; what cannot be read as text is named by encoding and size. */
export const payloadsText = (payloads: WirePayloads | undefined): string => visibleText(cut((payloads ?? []).map(payloadText).join(', ')));

function payloadText({ encoding, data, base64 }: WirePayload): string {
  if (encoding === 'binary/null') return 'undefined';
  if (data === undefined) return encoding;
  if (base64) return `${encoding}, ${Math.floor((data.length * 3) / 4)} bytes`;
  return data;
}

const cut = (text: string): string => (text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 1)}…` : text);
