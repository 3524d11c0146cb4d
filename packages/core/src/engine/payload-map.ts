/** Memos and search attributes as maps of payloads. */
import type { PayloadMap, WirePayload } from '../common/payload.ts';

/** As Temporal's server merges them: a payload without a value removes its key. */
export function mergePayloads(before: PayloadMap, upserted: PayloadMap): PayloadMap {
  return Object.fromEntries(Object.entries({ ...before, ...upserted }).filter(([name, payload]) => !Object.hasOwn(upserted, name) || !isEmpty(payload)));
}

const isEmpty = ({ encoding, data }: WirePayload): boolean =>
  encoding === 'binary/null' || (encoding === 'json/plain' && (data === undefined || data === 'null' || data === '[]'));
