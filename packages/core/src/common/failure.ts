/** Failures as they are stored and sent: plain data. The classes that user code meets are rebuilt from it by the failure converter. */
import type { Millis } from './brand.ts';
import type { WirePayloads } from './payload.ts';

export type TimeoutType = 'START_TO_CLOSE' | 'SCHEDULE_TO_START' | 'SCHEDULE_TO_CLOSE' | 'HEARTBEAT';

export type RetryState =
  | 'IN_PROGRESS'
  | 'NON_RETRYABLE_FAILURE'
  | 'TIMEOUT'
  | 'MAXIMUM_ATTEMPTS_REACHED'
  | 'RETRY_POLICY_NOT_SET'
  | 'INTERNAL_SERVER_ERROR'
  | 'CANCEL_REQUESTED';

/** Temporal's `Failure`: exactly one of the `…Info` fields says of what kind it is (none: a plain failure). */
export interface Failure {
  readonly message: string;
  readonly source?: string;
  readonly stackTrace?: string;
  readonly encodedAttributes?: import('./payload.ts').WirePayload;
  readonly cause?: Failure;
  readonly applicationFailureInfo?: {
    readonly type?: string;
    readonly nonRetryable?: boolean;
    readonly details?: WirePayloads;
    readonly nextRetryDelay?: Millis;
    readonly category?: 'BENIGN';
  };
  readonly timeoutFailureInfo?: { readonly timeoutType: TimeoutType; readonly lastHeartbeatDetails?: WirePayloads };
  readonly canceledFailureInfo?: { readonly details?: WirePayloads };
  readonly terminatedFailureInfo?: Readonly<Record<string, never>>;
  readonly serverFailureInfo?: { readonly nonRetryable?: boolean };
  readonly resetWorkflowFailureInfo?: { readonly lastHeartbeatDetails?: WirePayloads };
  readonly activityFailureInfo?: {
    readonly scheduledEventId: number;
    readonly startedEventId: number;
    readonly identity?: string;
    readonly activityType: string;
    readonly activityId: string;
    readonly retryState: RetryState;
  };
  readonly childWorkflowExecutionFailureInfo?: {
    readonly namespace: string;
    readonly workflowExecution: { readonly workflowId: string; readonly runId: string };
    readonly workflowType: string;
    readonly initiatedEventId: number;
    readonly startedEventId: number;
    readonly retryState: RetryState;
  };
}
