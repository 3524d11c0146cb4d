/**
 * A value on its way between client, workflow, activity and store. Temporal's payload, but made of JSON alone:
 * text stays text and bytes are base64, so that a payload costs one string wherever it is cloned, stored or hashed.
 * The shape that converters of users see (`Uint8Array` everywhere) is `Payload`, in `converter.ts`.
 */
export interface WirePayload {
  /** `metadata.encoding` of Temporal's payload, for example "json/plain". */
  readonly encoding: string;
  /** The data: text, or base64 if `base64` is set. Absent where the encoding carries none ("binary/null"). */
  readonly data?: string;
  readonly base64?: true;
  /** The other metadata whose values are UTF-8 text. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** The other metadata whose values are not text, as base64. */
  readonly binaryMetadata?: Readonly<Record<string, string>>;
}

export type WirePayloads = readonly WirePayload[];
export type PayloadMap = Readonly<Record<string, WirePayload>>;
