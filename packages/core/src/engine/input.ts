/**
 * The two kinds of input that fold into a run's state: events, which are the history, and notes, which hold what Temporal keeps out of it.
 * Both are stored, in order; a note is never shown to workflow code.
 */
import type { EventId, Millis } from '../common/brand.ts';
import type { Failure } from '../common/failure.ts';
import type { WirePayloads } from '../common/payload.ts';
import type { EventAttributes, EventType, HistoryEvent } from '../history/events.ts';

/** An event that came while a workflow task ran: it gets its id when that task ends, and keeps the time it came. */
export type HeldEvent<T extends EventType = EventType> = { [K in T]: { readonly type: K; readonly at: Millis; readonly attributes: EventAttributes[K] } }[T];

export interface NoteAttributes {
  /** An event waits for the end of the running workflow task. */
  EventHeld: HeldEvent;
  /** All held events are about to be written. */
  HeldEventsReleased: Record<never, never>;
  /** The held `TimerFired` of a timer that the workflow cancelled is dropped: it never sees both. */
  HeldTimerDropped: { readonly timerId: string };
  /** A second or later attempt of a workflow task, which leaves no event unless it completes. */
  WorkflowTaskRetryScheduled: { readonly attempt: number; readonly scheduledAt: Millis; readonly notBefore: Millis };
  WorkflowTaskRetryStarted: { readonly startedAt: Millis; readonly identity: string; readonly requestId: string };
  /** The running workflow task was handed to a worker again, since the one that had it is gone. */
  WorkflowTaskRedelivered: { readonly at: Millis; readonly identity: string; readonly requestId: string };
  /** The task that completed did nothing but ask for another one; the first of them in a row was scheduled then. */
  WorkflowTaskHeartbeat: { readonly since: Millis };
  /** The scheduled retry of a workflow task is void: news came, and a task with events takes its place. */
  WorkflowTaskRetryWithdrawn: { /** It wanted to close the run, and was not let. */ readonly isRefusedClose?: true };
  /** A workflow task that only carries updates: its events are written if it leaves any other trace. */
  UpdateTaskScheduled: { readonly at: Millis };
  UpdateTaskStarted: { readonly at: Millis; readonly identity: string; readonly requestId: string };
  UpdateTaskDropped: Record<never, never>;
  ActivityAttemptStarted: {
    readonly scheduledEventId: EventId;
    readonly at: Millis;
    readonly secret: string;
    readonly workerId: string;
    readonly identity: string;
    readonly requestId: string;
  };
  /** An attempt ended without success and there will be another. */
  ActivityAttemptEnded: { readonly scheduledEventId: EventId; readonly at: Millis; readonly failure: Failure; readonly notBefore: Millis };
  /** Its pause before the next attempt was ended by a person. */
  ActivityAttemptHastened: { readonly scheduledEventId: EventId; readonly at: Millis };
  ActivityHeartbeatRecorded: { readonly scheduledEventId: EventId; readonly at: Millis; readonly details?: WirePayloads };
  /** The run is too large; it is about to be ended. */
  LimitExceeded: { readonly what: string; readonly found: number; readonly allowed: number };
  /** A request was answered; the same id does nothing again. */
  RequestSeen: { readonly requestId: string };
}

export type NoteType = keyof NoteAttributes;
export type Note<T extends NoteType = NoteType> = { [K in T]: { readonly note: K; readonly attributes: NoteAttributes[K] } }[T];

export type Input = HistoryEvent | Note;

export const isEvent = (input: Input): input is HistoryEvent => 'eventId' in input;
