/**
 * The course of an activity. The history holds the start of the last attempt only, and holds it late; what happened before is known from the
 * descriptions that were seen while it was pending, and what nobody saw is told as unknown.
 */
import type { Failure } from '@perdure/core/common';
import type { EventAttributes, HistoryEvent } from '@perdure/core/history';
import type { PendingActivity } from '../backend/shapes.ts';
import type { Attempt, GroupStatus, RetryFacts, Segment } from './group.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type KnownAttempt = Mutable<Omit<Attempt, 'heartbeats'>> & { heartbeats: number[] };

/** What was seen of an activity's attempts so far, by their number. Grows with each description. */
export type SeenAttempts = Map<number, KnownAttempt>;

export interface ActivityCourse {
  readonly status: GroupStatus;
  readonly end?: number;
  readonly segments: readonly Segment[];
  readonly attempts: readonly Attempt[];
  readonly retry: RetryFacts;
  readonly failure?: Failure;
}

type Policy = EventAttributes['ActivityTaskScheduled']['retryPolicy'];

/** Notes down what a description tells; what was known before stays known. */
export function seeActivity(seen: SeenAttempts, pending: PendingActivity, policy: Policy): void {
  const { attempt, state, lastStartedTime, nextAttemptScheduleTime, lastHeartbeatTime, heartbeatDetails, lastFailure, lastWorkerIdentity } = pending;
  const isStarted = state === 'STARTED' || state === 'CANCEL_REQUESTED';
  const current = knownAttempt(seen, attempt);
  if (nextAttemptScheduleTime !== undefined) current.scheduledAt = nextAttemptScheduleTime;
  current.status = isStarted ? 'running' : state === 'BACKING_OFF' ? 'backing off' : 'queued';
  if (isStarted) {
    if (lastStartedTime !== undefined) current.startedAt = lastStartedTime;
    if (lastHeartbeatTime !== undefined && current.heartbeats.at(-1) !== lastHeartbeatTime) current.heartbeats.push(lastHeartbeatTime);
    if (heartbeatDetails) current.heartbeatDetails = heartbeatDetails;
    if (lastWorkerIdentity !== undefined) current.workerIdentity = lastWorkerIdentity;
  }
  if (attempt === 1) return;
  const before = knownAttempt(seen, attempt - 1);
  if (!isStarted && lastStartedTime !== undefined) before.startedAt = lastStartedTime;
  failed(before, lastFailure);
  if (before.endedAt === undefined && current.scheduledAt !== undefined) {
    const delay = lastFailure?.applicationFailureInfo?.nextRetryDelay ?? intervalAfter(policy, attempt - 1);
    const endedAt = delay === undefined ? undefined : current.scheduledAt - delay;
    if (endedAt !== undefined && endedAt >= (before.startedAt ?? pending.scheduledTime)) Object.assign(before, { endedAt, isEndComputed: true });
  }
}

/** @param runEnd when the run closed, if it did */
export function activityCourse(
  events: readonly HistoryEvent[],
  seen: SeenAttempts | undefined,
  pending: PendingActivity | undefined,
  runEnd?: number,
): ActivityCourse {
  const facts = factsOf(events);
  const end = facts.closed?.eventTime ?? runEnd;
  const attempts = copyOf(seen);
  const last = facts.attempt ?? (end === undefined ? pending?.attempt : undefined) ?? Math.max(1, ...attempts.keys());
  if (facts.scheduledAt !== undefined) knownAttempt(attempts, 1).scheduledAt = facts.scheduledAt;
  const final = knownAttempt(attempts, last);
  if (facts.startedAt !== undefined) final.startedAt = facts.startedAt;
  if (facts.identity !== undefined) final.workerIdentity = facts.identity;
  if (last > 1) failed(knownAttempt(attempts, last - 1), facts.lastFailure);
  const status = facts.closed ? closedStatus(facts.closed) : end === undefined ? openStatus(pending) : 'cancelled';
  final.status = status;
  if (end !== undefined) {
    final.endedAt = end;
    delete final.isEndComputed;
  }
  const failure = facts.failure ?? attempts.get(last - 1)?.failure;
  if (facts.failure) final.failure = facts.failure;
  const known = [...attempts.values()].filter(({ attempt }) => attempt <= last).sort((a, b) => a.attempt - b.attempt);
  return {
    status,
    ...(end === undefined ? {} : { end }),
    segments: segmentsOf(known, facts.scheduledAt ?? events[0]?.eventTime ?? 0, end),
    attempts: known,
    retry: retryFacts(facts, pending, last, end !== undefined),
    ...(failure ? { failure } : {}),
  };
}

interface Facts {
  scheduledAt?: number;
  maximumAttempts: number;
  startedAt?: number;
  attempt?: number;
  identity?: string;
  lastFailure?: Failure;
  failure?: Failure;
  closed?: HistoryEvent;
}

function factsOf(events: readonly HistoryEvent[]): Facts {
  const facts: Facts = { maximumAttempts: 0 };
  for (const event of events) {
    if (event.type === 'ActivityTaskScheduled') {
      facts.scheduledAt = event.eventTime;
      facts.maximumAttempts = event.attributes.retryPolicy?.maximumAttempts ?? 0;
    } else if (event.type === 'ActivityTaskStarted') {
      const { attempt, identity, lastFailure } = event.attributes;
      Object.assign(facts, { startedAt: event.eventTime, attempt }, identity === undefined ? {} : { identity }, lastFailure ? { lastFailure } : {});
    } else if (event.type !== 'ActivityTaskCancelRequested') {
      facts.closed = event;
      if (event.type === 'ActivityTaskFailed' || event.type === 'ActivityTaskTimedOut') facts.failure = event.attributes.failure;
    }
  }
  return facts;
}

function closedStatus({ type }: HistoryEvent): GroupStatus {
  if (type === 'ActivityTaskCompleted') return 'completed';
  if (type === 'ActivityTaskTimedOut') return 'timed out';
  return type === 'ActivityTaskCanceled' ? 'cancelled' : 'failed';
}

/** Without a description an open activity has been scheduled, and that is all that the history says. */
function openStatus(pending: PendingActivity | undefined): GroupStatus {
  if (pending?.state === 'BACKING_OFF') return 'backing off';
  return pending === undefined || pending.state === 'SCHEDULED' ? 'queued' : 'running';
}

function retryFacts(facts: Facts, pending: PendingActivity | undefined, attempt: number, isClosed: boolean): RetryFacts {
  const { closed, maximumAttempts } = facts;
  const state = closed?.type === 'ActivityTaskFailed' || closed?.type === 'ActivityTaskTimedOut' ? closed.attributes.retryState : undefined;
  const next = isClosed ? undefined : pending?.nextAttemptScheduleTime;
  return {
    attempt,
    maximumAttempts: pending?.maximumAttempts ?? maximumAttempts,
    ...(state === undefined ? {} : { state }),
    ...(next === undefined ? {} : { nextAttemptAt: next }),
    source: pending && !isClosed ? 'description' : 'history',
  };
}

/** Fills time from `start` on with what is known of each attempt, and with unknown stretches between. */
function segmentsOf(attempts: readonly Attempt[], start: number, end: number | undefined): Segment[] {
  const segments: Segment[] = [];
  let cursor = start;
  let nextUnknown = 1;
  const add = (segment: Segment): void => {
    if (segment.end !== undefined && segment.end < cursor) return;
    if (segment.start > cursor) segments.push({ kind: 'unknown', status: 'unknown', start: cursor, end: segment.start, ...range(nextUnknown, segment) });
    segments.push(segment.start < cursor ? { ...segment, start: cursor } : segment);
    cursor = segment.end ?? Number.POSITIVE_INFINITY;
    nextUnknown = segment.kind === 'running' && segment.end !== undefined ? (segment.attempt ?? 0) + 1 : (segment.attempt ?? nextUnknown);
  };
  for (const [index, each] of attempts.entries()) {
    const isLast = index === attempts.length - 1;
    addAttempt(add, each, attempts[index - 1], isLast, isLast ? end : undefined);
  }
  return segments;
}

function addAttempt(add: (segment: Segment) => void, each: Attempt, before: Attempt | undefined, isLast: boolean, end: number | undefined): void {
  const { attempt, status, startedAt, endedAt, isEndComputed, heartbeats } = each;
  // A start that was recorded is right, whatever was foreseen.
  const scheduledAt = each.scheduledAt !== undefined && startedAt !== undefined ? Math.min(each.scheduledAt, startedAt) : each.scheduledAt;
  const isBackingOff = status === 'backing off';
  if (before?.endedAt !== undefined && scheduledAt !== undefined && before.attempt === attempt - 1)
    add({ kind: 'backing off', status: 'backing off', start: before.endedAt, ...(isLast && isBackingOff ? {} : { end: scheduledAt }), attempt });
  else if (isLast && isBackingOff) add({ kind: 'backing off', status: 'backing off', start: before?.startedAt ?? Number.NEGATIVE_INFINITY, attempt });
  if (startedAt === undefined) {
    if (isLast && !isBackingOff && scheduledAt !== undefined)
      add({ kind: 'queued', status: status === 'running' ? 'queued' : status, start: scheduledAt, ...(end === undefined ? {} : { end }), attempt });
    return;
  }
  if (scheduledAt !== undefined) add({ kind: 'queued', status: 'queued', start: scheduledAt, end: startedAt, attempt });
  if (!isLast && endedAt === undefined) return;
  add({
    kind: 'running',
    status,
    start: startedAt,
    ...(endedAt === undefined ? {} : { end: endedAt }),
    attempt,
    ...(isEndComputed ? { isEndComputed } : {}),
    ...(heartbeats.length > 0 ? { heartbeats } : {}),
  });
}

/** The attempts that an unknown stretch before a segment may hold. */
function range(first: number, { attempt = first, kind }: Segment): { readonly attempt: number; readonly lastAttempt: number } {
  return { attempt: first, lastAttempt: Math.max(first, kind === 'running' || kind === 'backing off' ? attempt - 1 : attempt) };
}

function knownAttempt(attempts: SeenAttempts, attempt: number): KnownAttempt {
  const known = attempts.get(attempt) ?? { attempt, status: 'unknown', heartbeats: [] };
  attempts.set(attempt, known);
  return known;
}

function failed(attempt: KnownAttempt, failure: Failure | undefined): void {
  attempt.status = (failure ?? attempt.failure)?.timeoutFailureInfo ? 'timed out' : 'failed';
  if (failure) attempt.failure = failure;
}

const copyOf = (seen: SeenAttempts | undefined): SeenAttempts =>
  new Map([...(seen ?? [])].map(([number, each]) => [number, { ...each, heartbeats: [...each.heartbeats] }]));

/** The policy's pause after an attempt, in ms. */
function intervalAfter(policy: Policy, attempt: number): number | undefined {
  if (!policy) return undefined;
  const interval = policy.initialInterval * policy.backoffCoefficient ** (attempt - 1);
  return Number.isFinite(interval) ? Math.min(interval, policy.maximumInterval || interval) : policy.maximumInterval;
}
