/** Temporal's flags of the TypeScript SDK: behaviour of the sandbox that a history was made with. The list is closed, so that histories can be exchanged. */

export const SdkFlag = {
  /** A non-cancellable scope shields from a parent that is cancelled already; `withTimeout` cancels its timer when the body ends first. */
  NonCancellableScopesAreShielded: 1,
  /** All jobs of an activation in one pass. Before, signals were a pass of their own, with a drain after it. */
  SingleBatch: 2,
} as const;
export type SdkFlag = (typeof SdkFlag)[keyof typeof SdkFlag];

/** What new workflow tasks use. */
export const DEFAULT_FLAGS: readonly SdkFlag[] = [SdkFlag.NonCancellableScopesAreShielded, SdkFlag.SingleBatch];

/** 3 to 6 belong to Temporal's OpenTelemetry interceptors and change nothing here. */
const LAST_KNOWN_FLAG = 6;

export function assertKnownFlag(flag: number): void {
  if (Number.isInteger(flag) && flag >= 1 && flag <= LAST_KNOWN_FLAG) return;
  throw new TypeError(`Unknown SDK flag: ${flag}. The history was written by a newer version; update the worker.`);
}
