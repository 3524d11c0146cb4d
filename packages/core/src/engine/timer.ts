/**
 * Timers.
 *
 *     StartTimer ──▶ pending ──(due)──▶ TimerFired            held while a workflow task runs
 *                      └──(CancelTimer)──▶ TimerCanceled      also drops a TimerFired that is still held
 */
import type { Millis } from '../common/brand.ts';
import type { HistoryEvent } from '../history/events.ts';
import type { CommandAttributes } from '../protocol/commands.ts';
import type { EngineCommands } from './command.ts';
import { type Draft, note, own, record, recordOrHold } from './draft.ts';
import { deny, refuse } from './refused.ts';
import { isOpen, type RunState, type TimerState } from './run-state.ts';
import { sizeOf } from './size.ts';
import { scheduleWorkflowTask } from './workflow-task.ts';

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
  const due: TimerState[] = [];
  for (const [, timer] of draft.state.timersByStart.entriesWhere((firesAt) => firesAt <= draft.now)) due.push(timer);
  due.sort((a, b) => a.firesAt - b.firesAt || a.startedEventId - b.startedEventId);
  for (const { timerId, startedEventId } of due) recordOrHold(draft, 'TimerFired', { timerId, startedEventId });
  return due.length > 0;
}

/** Fires one timer before its time, because a person asks for it. */
export function fireTimer(draft: Draft, { timerId }: EngineCommands['FireTimer']): void {
  const timer = isOpen(draft.state) ? draft.state.timers.get(timerId) : undefined;
  if (!timer || timer.isHeld)
    return deny('NotFound', `no timer "${timerId}" is pending in workflow "${draft.state.workflowId}": it has fired, was cancelled, or never was`);
  recordOrHold(draft, 'TimerFired', { timerId, startedEventId: timer.startedEventId });
  scheduleWorkflowTask(draft);
}

export const nextTimer = ({ timersByStart }: RunState): Millis => timersByStart.summary ?? Number.POSITIVE_INFINITY;

export function foldTimerEvent(draft: Draft, event: HistoryEvent<'TimerStarted' | 'TimerFired' | 'TimerCanceled'>): void {
  const { timerId } = event.attributes;
  if (event.type !== 'TimerStarted') return deleteTimer(draft, timerId);
  setTimer(draft, {
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

export function setTimer(draft: Draft, timer: TimerState): void {
  own(draft, 'timers').set(timer.timerId, timer);
  own(draft, 'timersByStart').set(timer.startedEventId, timer);
}

function deleteTimer(draft: Draft, timerId: string): void {
  const timer = draft.state.timers.get(timerId);
  if (!timer) return;
  own(draft, 'timers').delete(timerId);
  own(draft, 'timersByStart').delete(timer.startedEventId);
}
