/**
 * Timers.
 *
 *     StartTimer ──▶ pending ──(due)──▶ TimerFired            held while a workflow task runs
 *                      └──(CancelTimer)──▶ TimerCanceled      also drops a TimerFired that is still held
 */
import type { Millis } from '../common/brand.ts';
import type { HistoryEvent } from '../history/events.ts';
import type { CommandAttributes } from '../protocol/commands.ts';
import { type Draft, note, own, record, recordOrHold } from './draft.ts';
import { refuse } from './refused.ts';
import type { RunState } from './run-state.ts';
import { sizeOf } from './size.ts';

/** A hundred years: later than this is a mistake, not a timer. */
export const LONGEST_TIMER: Millis = 100 * 365.25 * 86_400_000;

export function startTimer(draft: Draft, { timerId, startToFireTimeout }: CommandAttributes['StartTimer'], workflowTaskCompletedEventId: number): void {
  if (draft.state.timers.has(timerId)) refuse('START_TIMER_DUPLICATE_ID', `StartTimerDuplicateId: a timer with id "${timerId}" is pending already`);
  if (!(startToFireTimeout > 0) || startToFireTimeout > LONGEST_TIMER)
    refuse(
      'BAD_START_TIMER_ATTRIBUTES',
      `BadStartTimerAttributes: startToFireTimeout of timer "${timerId}" is ${startToFireTimeout} ms; give more than 0 and at most 100 years`,
    );
  record(draft, 'TimerStarted', { timerId, startToFireTimeout, workflowTaskCompletedEventId });
}

export function cancelTimer(draft: Draft, { timerId }: CommandAttributes['CancelTimer'], workflowTaskCompletedEventId: number, identity: string): void {
  const timer = draft.state.timers.get(timerId);
  if (!timer) return refuse('BAD_CANCEL_TIMER_ATTRIBUTES', `BadCancelTimerAttributes: no timer with id "${timerId}" is pending`);
  if (timer.isHeld) note(draft, 'HeldTimerDropped', { timerId });
  record(draft, 'TimerCanceled', { timerId, startedEventId: timer.startedEventId, workflowTaskCompletedEventId, identity });
}

/** Fires what is due, in due order; timers that are due at once fire in the order of their start. */
export function fireTimers(draft: Draft): boolean {
  const due = [...draft.state.timers.values()].filter((timer) => !timer.isHeld && timer.firesAt <= draft.now);
  due.sort((a, b) => a.firesAt - b.firesAt || a.startedEventId - b.startedEventId);
  for (const { timerId, startedEventId } of due) recordOrHold(draft, 'TimerFired', { timerId, startedEventId });
  return due.length > 0;
}

export function nextTimer(state: RunState): Millis {
  let next = Number.POSITIVE_INFINITY;
  for (const timer of state.timers.values()) if (!timer.isHeld && timer.firesAt < next) next = timer.firesAt;
  return next;
}

export function foldTimerEvent(draft: Draft, event: HistoryEvent<'TimerStarted' | 'TimerFired' | 'TimerCanceled'>): void {
  const timers = own(draft, 'timers');
  const { timerId } = event.attributes;
  if (event.type !== 'TimerStarted') {
    timers.delete(timerId);
    return;
  }
  timers.set(timerId, {
    timerId,
    startedEventId: event.eventId,
    startedAt: event.eventTime,
    firesAt: event.eventTime + event.attributes.startToFireTimeout,
    isHeld: false,
  });
}

export function foldHeldTimerDropped(draft: Draft, timerId: string): void {
  const { state } = draft;
  state.held = state.held.filter((event) => event.type !== 'TimerFired' || event.attributes.timerId !== timerId);
  state.heldBytes = state.held.reduce((bytes, event) => bytes + sizeOf(event), 0);
}
