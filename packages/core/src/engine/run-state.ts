/**
 * What the engine knows of one run: a value, rebuilt at any time by folding the run's inputs (`evolve.ts`). States are unions
 * that cannot lie; nothing here is stored as it stands.
 */
import type { EventId, Millis, RunId, WorkflowId } from '../common/brand.ts';
import type { Failure } from '../common/failure.ts';
import type { PayloadMap, WirePayloads } from '../common/payload.ts';
import type { RetryPolicy } from '../common/retry-policy.ts';
import type { EventAttributes, HistoryEvent, UpdateOutcome, UpdateRequest, WorkflowExecutionRef } from '../history/events.ts';
import type { WorkflowExecutionStatus } from '../protocol/workflow-service.ts';
import type { HeldEvent, NoteAttributes } from './input.ts';
import { LayeredMap } from './layered-map.ts';
import { OrderedMap } from './ordered-map.ts';
import { type ActivityTimes, activityTimes, timerTimes } from './times.ts';

/**
 * Whether the scheduled and started events of a task are in the history. Those of a retry are written when it completes; those of a task
 * that only carries updates, when it leaves any other trace than a rejection.
 */
export type WorkflowTaskMode = 'written' | 'retry' | 'updates';

/** The workflow task: at most one per run is scheduled or started. */
export type WorkflowTaskState =
  | { readonly phase: 'none' }
  | {
      readonly phase: 'scheduled';
      readonly mode: WorkflowTaskMode;
      readonly attempt: number;
      readonly scheduledEventId: EventId;
      readonly scheduledAt: Millis;
      readonly notBefore: Millis;
    }
  | {
      readonly phase: 'started';
      readonly mode: WorkflowTaskMode;
      readonly attempt: number;
      readonly scheduledEventId: EventId;
      readonly startedEventId: EventId;
      readonly scheduledAt: Millis;
      readonly startedAt: Millis;
      /** When it was last handed out; the timeout runs from here. */
      readonly deliveredAt: Millis;
      /** How often it was handed out again because the worker that had it was lost. */
      readonly redeliveries: number;
      readonly identity: string;
      readonly requestId: string;
    };

export type ActivityPhase =
  /** Offered to workers from `notBefore` on: later than `scheduledAt` while it backs off. */
  | { readonly tag: 'scheduled'; readonly notBefore: Millis }
  | {
      readonly tag: 'started';
      readonly startedAt: Millis;
      readonly secret: string;
      readonly workerId: string;
      readonly identity: string;
      readonly requestId: string;
      readonly lastHeartbeatAt?: Millis;
    }
  /** Its closing event is held until the running workflow task ends. */
  | { readonly tag: 'closing' };

export interface ActivityState {
  readonly scheduledEventId: EventId;
  readonly attributes: EventAttributes['ActivityTaskScheduled'];
  /** When the activity was scheduled, and when its current attempt was. */
  readonly scheduledAt: Millis;
  readonly attemptScheduledAt: Millis;
  readonly attempt: number;
  readonly phase: ActivityPhase;
  readonly lastFailure?: Failure;
  readonly lastIdentity?: string;
  readonly lastStartedAt?: Millis;
  readonly heartbeatDetails?: WirePayloads;
  readonly cancelRequestedEventId?: EventId;
}

export interface TimerState {
  readonly timerId: string;
  readonly startedEventId: EventId;
  readonly startedAt: Millis;
  readonly firesAt: Millis;
  /** It fired while a workflow task ran: `TimerFired` is held. */
  readonly isHeld: boolean;
}

export interface ChildState {
  readonly initiatedEventId: EventId;
  readonly attributes: EventAttributes['StartChildWorkflowExecutionInitiated'];
  readonly phase:
    | { readonly tag: 'initiated' }
    /** `runId` is the first run of its chain; `startedEventId` is 0 while the event is held. */
    | { readonly tag: 'started'; readonly runId: string; readonly startedEventId: EventId }
    | { readonly tag: 'closing' };
}

export interface UpdateState {
  readonly protocolInstanceId: string;
  readonly meta: UpdateRequest['meta'];
  readonly acceptedEventId: EventId;
  readonly phase: { readonly tag: 'accepted' } | { readonly tag: 'completed'; readonly outcome: UpdateOutcome };
}

export interface RunState {
  namespace: string;
  workflowId: WorkflowId;
  runId: RunId;
  firstExecutionRunId: string;
  workflowType: string;
  taskQueue: string;
  status: WorkflowExecutionStatus;
  attempt: number;
  retryPolicy?: RetryPolicy | undefined;
  cronSchedule?: string | undefined;
  memo: PayloadMap;
  searchAttributes: PayloadMap;
  parent?: WorkflowExecutionRef | undefined;
  parentInitiatedEventId?: EventId | undefined;
  root?: WorkflowExecutionRef | undefined;

  /** What the run was started with; absent before. */
  started?: EventAttributes['WorkflowExecutionStarted'] | undefined;
  startedAt: Millis;
  executionTime: Millis;
  closedAt?: Millis | undefined;
  workflowTaskTimeout: Millis;
  workflowRunTimeout?: Millis | undefined;
  workflowExecutionTimeout?: Millis | undefined;
  runExpiresAt?: Millis | undefined;
  executionExpiresAt?: Millis | undefined;
  /** The first workflow task is not scheduled before (start delay, retry, cron); absent once it is. */
  firstTaskNotBefore?: Millis | undefined;

  lastEventId: EventId;
  lastEventAt: Millis;
  historySize: number;
  /** What heartbeats and failed attempts have brought, in bytes: with the history, as much as there can be of the run. */
  noteBytes: number;
  /** Signals that the history has. */
  signalCount: number;
  /** Why the run is about to be ended. */
  excess?: NoteAttributes['LimitExceeded'] | undefined;
  /** The `startedEventId` of the last workflow task that completed; 0 before. */
  previousStartedEventId: EventId;
  closeEvent?: HistoryEvent | undefined;

  workflowTask: WorkflowTaskState;
  held: readonly HeldEvent[];
  heldBytes: number;
  /** How often in a row the run wanted to close and had to run again, since something had come that it had not seen. */
  refusedCloses: number;
  /** Since when its worker puts off the end of a task, with one task after the other. */
  heartbeatSince?: Millis | undefined;
  /** Its last task was ended because too much waited for its end. */
  wasCutOff: boolean;
  /** By scheduled event id. */
  activities: Activities;
  /** The scheduled event ids of each activity id: more than one while the end of an earlier activity is held. */
  activityIds: LayeredMap<string, readonly EventId[]>;
  timers: LayeredMap<string, TimerState>;
  /** The same ones, by started event id. */
  timersByStart: OrderedMap<TimerState, Millis>;
  /** By initiated event id. */
  children: OrderedMap<ChildState>;
  /** By update id; completed ones stay, so that a repeated request is answered. */
  updates: LayeredMap<string, UpdateState>;
  /** How many of them are accepted and not completed. */
  openUpdates: number;
  cancelRequested: boolean;
  /** Requests that were answered, so that a repeated one does nothing: starts that attached, signals, cancels. */
  requestIds: LayeredMap<string, true>;
}

export type Activities = OrderedMap<ActivityState, ActivityTimes>;

/** What a run has under way, when that is nothing. */
export const nothingPending = (): Pick<RunState, 'activities' | 'activityIds' | 'timers' | 'timersByStart' | 'children'> => ({
  activities: new OrderedMap(activityTimes),
  activityIds: new LayeredMap(),
  timers: new LayeredMap(),
  timersByStart: new OrderedMap(timerTimes),
  children: new OrderedMap(),
});

export const EMPTY_RUN: RunState = {
  namespace: '',
  workflowId: '',
  runId: '',
  firstExecutionRunId: '',
  workflowType: '',
  taskQueue: '',
  status: 'RUNNING',
  attempt: 1,
  memo: {},
  searchAttributes: {},
  startedAt: 0,
  executionTime: 0,
  workflowTaskTimeout: 10_000,
  lastEventId: 0,
  lastEventAt: 0,
  historySize: 0,
  noteBytes: 0,
  signalCount: 0,
  previousStartedEventId: 0,
  workflowTask: { phase: 'none' },
  held: [],
  heldBytes: 0,
  refusedCloses: 0,
  wasCutOff: false,
  ...nothingPending(),
  updates: new LayeredMap(),
  openUpdates: 0,
  cancelRequested: false,
  requestIds: new LayeredMap(),
};

export const isOpen = (state: RunState): boolean => state.status === 'RUNNING';
