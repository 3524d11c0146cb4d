/** What a group is: all events of one activity, timer, child, signal and so on, with how it stands and what is known of its course. */
import type { Failure, WirePayloads } from '@perdure/core/common';
import type { EventAttributes, HistoryEvent } from '@perdure/core/history';
import type { GroupCategory, GroupKind } from './group-rules.ts';
import type { Tone } from './status.ts';

type RetryState = EventAttributes['ActivityTaskFailed']['retryState'];

/** How a group or a part of it stands: a tone, or `unknown` for a stretch that neither history nor description tell of. */
export type GroupStatus = Exclude<Tone, 'paused' | 'past'> | 'unknown';

/** A stretch of a group's time, in ms since the epoch. */
export interface Segment {
  /** `point`: a moment without length. `unknown`: something went on there, but neither history nor description say what. */
  readonly kind: 'queued' | 'running' | 'backing off' | 'waiting' | 'unknown' | 'point';
  readonly status: GroupStatus;
  readonly start: number;
  /** Absent: it goes on. */
  readonly end?: number;
  /** The attempt that it belongs to, from 1; of an unknown stretch the first of those that it may hold. */
  readonly attempt?: number;
  /** Of an unknown stretch, the last attempt that it may hold. */
  readonly lastAttempt?: number;
  /** Where the end was computed from the retry policy, because nobody recorded it. */
  readonly isEndComputed?: boolean;
  /** Beats that were seen while this attempt ran; there may have been more. */
  readonly heartbeats?: readonly number[];
}

/** One attempt of an activity, as far as it is known. A time that is absent is not known, or has not come. */
export interface Attempt {
  /** From 1. */
  readonly attempt: number;
  readonly status: GroupStatus;
  readonly scheduledAt?: number;
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly isEndComputed?: boolean;
  readonly failure?: Failure;
  readonly heartbeats: readonly number[];
  readonly heartbeatDetails?: WirePayloads;
  readonly workerIdentity?: string;
}

/** How an activity's retries stand, and who says so. */
export interface RetryFacts {
  /** The attempt that is under way or comes next; of a closed activity its last. From 1. */
  readonly attempt: number;
  /** 0: as many as it takes. */
  readonly maximumAttempts: number;
  /** Why there is no further attempt, of an activity that failed for good. */
  readonly state?: RetryState;
  /** When the next attempt may begin, while it backs off. */
  readonly nextAttemptAt?: number;
  /** `history`: recorded events. `description`: what the engine told of what is pending. */
  readonly source: 'history' | 'description';
}

export interface Group {
  /** The id of its first event: unique in the run. */
  readonly id: number;
  readonly kind: GroupKind;
  readonly category: GroupCategory;
  readonly status: GroupStatus;
  /** What it is of: an activity's or a child's type, a signal's or an update's name, a timer's id. */
  readonly subject: string;
  /** In the order of their ids. */
  readonly events: readonly HistoryEvent[];
  /** Ms since the epoch. */
  readonly start: number;
  /** Absent while it is open. */
  readonly end?: number;
  /** When it will end if nothing comes between: a timer's firing. */
  readonly expectedEnd?: number;
  /** In the order of their starts, without gaps between them. */
  readonly segments: readonly Segment[];
  /** Of an activity: those of which anything is known, in their order. Else empty. */
  readonly attempts: readonly Attempt[];
  readonly retry?: RetryFacts;
  readonly failure?: Failure;
  readonly result?: WirePayloads;
  /** The run that it leads to: a child, or whom a signal or a cancel request was sent to. */
  readonly run?: { readonly workflowId: string; readonly runId?: string };
  /** The run closed before this did: what became of it is not in this history. */
  readonly isLeft: boolean;
  /** Of a workflow task: which activation of the code it was, from 1. */
  readonly activation?: number;
}

/** Whether it may still change by itself. */
export const isOpen = (group: Group): boolean => group.end === undefined;

/** Whether a status is one that somebody should look at. */
export const isProblem = (status: GroupStatus): boolean => status === 'failed' || status === 'timed out' || status === 'backing off';
