/**
 * What a run may have at most: Temporal's numbers. What happens at one depends on it: a command that asks for too much fails its workflow task,
 * so that new code can do better; a request that brings too much is refused; a run whose history has no end is ended.
 */

export interface Limits {
  /** Events of a history: from the first number on a run is told to continue as new, at the second there is a warning, behind the third it is ended. */
  readonly historyEvents: Steps;
  /** The same for its bytes. */
  readonly historyBytes: Steps;
  /** Payloads of one field: arguments, a result, details, a failure. */
  readonly blobBytes: Omit<Steps, 'suggest'>;
  readonly memoBytes: Omit<Steps, 'suggest'>;
  /** What a run has under way, with the arguments and details of all of it. */
  readonly stateBytes: Omit<Steps, 'suggest'>;
  readonly pendingActivities: number;
  readonly pendingChildren: number;
  /** Signals to other workflows, and requests to cancel them, that are under way. */
  readonly pendingSignals: number;
  readonly pendingCancels: number;
  /** Signals that one run may get. */
  readonly signals: number;
  /** Characters of an id, a type or a name. */
  readonly idLength: number;
}

export interface Steps {
  readonly suggest: number;
  readonly warn: number;
  readonly error: number;
}

const KIB = 1_024;
const MIB = 1_024 * KIB;

export const DEFAULT_LIMITS: Limits = {
  historyEvents: { suggest: 4_096, warn: 10_240, error: 51_200 },
  historyBytes: { suggest: 4 * MIB, warn: 10 * MIB, error: 50 * MIB },
  blobBytes: { warn: 512 * KIB, error: 2 * MIB },
  memoBytes: { warn: 2 * KIB, error: 2 * MIB },
  stateBytes: { warn: MIB, error: 8 * MIB },
  pendingActivities: 2_000,
  pendingChildren: 2_000,
  pendingSignals: 2_000,
  pendingCancels: 2_000,
  signals: 10_000,
  idLength: 1_000,
};
