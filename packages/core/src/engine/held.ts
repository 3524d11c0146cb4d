/**
 * Events that come while a workflow task runs. They are held, and written when the task ends, so that nothing stands between
 * the start of a workflow task and its end. In Temporal this is the buffer of mutable state.
 */
import type { HistoryEvent } from '../history/events.ts';
import { markActivityClosing } from './activity.ts';
import { endsChild, foldHeldChild } from './child.ts';
import { isPressed } from './closing.ts';
import { type Draft, note, own, record } from './draft.ts';
import type { HeldEvent } from './input.ts';
import type { RunState } from './run-state.ts';
import { sizeOf } from './size.ts';
import { setTimer } from './timer.ts';

/** More held events than this, or more bytes, and the running workflow task fails so that they can be written. Temporal's limits. */
export const MAX_HELD_EVENTS = 100;
export const MAX_HELD_BYTES: number = 2 * 1_024 * 1_024;

const ENDS_AFTER_ITS_START: ReadonlySet<string> = new Set<HistoryEvent['type']>([
  'ActivityTaskCompleted',
  'ActivityTaskFailed',
  'ActivityTaskTimedOut',
  'ActivityTaskCanceled',
  'ChildWorkflowExecutionCompleted',
  'ChildWorkflowExecutionFailed',
  'ChildWorkflowExecutionTimedOut',
  'ChildWorkflowExecutionCanceled',
  'ChildWorkflowExecutionTerminated',
]);

/** Once a task was in vain because of what came meanwhile, until one completes: else a run with frequent signals and slow tasks would never get on. */
export const MAX_HELD_EVENTS_PRESSED = 1_000;

export function isTooMuchHeld(state: RunState): boolean {
  return state.held.length > (isPressed(state) ? MAX_HELD_EVENTS_PRESSED : MAX_HELD_EVENTS) || state.heldBytes > MAX_HELD_BYTES;
}

/**
 * Writes what was held, in the order it came, but ends of activities and children after everything else, as Temporal does.
 * The ids of started events are known only now, so ends are wired to them here.
 */
export function releaseHeld(draft: Draft): void {
  const { held } = draft.state;
  if (held.length === 0) return;
  note(draft, 'HeldEventsReleased', {});
  const startedIds = new Map<number, number>();
  for (const event of held) if (!ENDS_AFTER_ITS_START.has(event.type)) write(draft, event, startedIds);
  for (const event of held) if (ENDS_AFTER_ITS_START.has(event.type)) write(draft, event, startedIds);
}

function write(draft: Draft, event: HeldEvent, startedIds: Map<number, number>): void {
  const attributes = event.attributes as { scheduledEventId?: number; initiatedEventId?: number; startedEventId?: number };
  const key = attributes.scheduledEventId ?? attributes.initiatedEventId;
  const startedEventId = key === undefined || event.type === 'ChildWorkflowExecutionStarted' ? undefined : startedIds.get(key);
  const wired = startedEventId === undefined ? attributes : { ...attributes, startedEventId };
  const { eventId } = record(draft, event.type, wired as never, event.at);
  if (event.type === 'ActivityTaskStarted') startedIds.set(event.attributes.scheduledEventId, eventId);
  else if (event.type === 'ChildWorkflowExecutionStarted') startedIds.set(event.attributes.initiatedEventId, eventId);
}

export function foldHeld(draft: Draft, event: HeldEvent): void {
  const { state } = draft;
  state.held = [...state.held, event];
  state.heldBytes += sizeOf(event);
  state.lastEventAt = Math.max(state.lastEventAt, event.at);
  if (event.type === 'TimerFired') {
    const timer = state.timers.get(event.attributes.timerId);
    if (timer) setTimer(draft, { ...timer, isHeld: true });
  } else if (event.type === 'WorkflowExecutionCancelRequested') state.cancelRequested = true;
  else if (event.type === 'WorkflowExecutionSignaled') {
    if (event.attributes.requestId) own(draft, 'requestIds').set(event.attributes.requestId, true);
  } else if (event.type === 'ChildWorkflowExecutionStarted' || endsChild(event.type)) foldHeldChild(draft, event);
  else if (ENDS_AFTER_ITS_START.has(event.type)) markActivityClosing(draft, event);
}
