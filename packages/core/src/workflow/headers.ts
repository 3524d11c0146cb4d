/** Headers as interceptors see them, and as they travel. Most calls have none. */
import type { Headers } from '../common/interceptors.ts';
import type { PayloadMap, WirePayload } from '../common/payload.ts';
import { payloadToWire, wireToPayload } from '../common/wire.ts';

export function headersFromWire(headers: PayloadMap): Headers {
  const result: Headers = {};
  for (const name in headers) result[name] = wireToPayload(headers[name] as WirePayload);
  return result;
}

export function headersToWire(headers: Headers): PayloadMap {
  const result: Record<string, WirePayload> = {};
  for (const name in headers) result[name] = payloadToWire(headers[name] as Headers[string]);
  return result;
}
