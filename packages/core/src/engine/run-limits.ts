/**
 * The limits of a run as a whole. Its first state behind one is noted, and time ends it at once: its end may reach children that have to be
 * read first. Until then, and in any case with the task that is under way, it may still close by itself.
 */
import type { Millis } from '../common/brand.ts';
import { type Draft, note, record } from './draft.ts';
import { isOpen, type RunState } from './run-state.ts';
import { sizeOfState } from './size.ts';
import { forceCloseTask } from './workflow-task.ts';

/** What Temporal's server gives for its own. */
const IDENTITY = 'history-service';

/** Notes that the run is to be ended, when it has become too large. */
export function boundRun(draft: Draft, before: RunState): void {
  const { state, limits } = draft;
  if (!isOpen(state) || state.excess) return;
  const { historyEvents, historyBytes, stateBytes } = limits;
  if (state.lastEventId > historyEvents.error) exceed(draft, 'history count', state.lastEventId, historyEvents.error);
  else if (state.historySize > historyBytes.error) exceed(draft, 'history size', state.historySize, historyBytes.error);
  else if (isWorthMeasuring(before, state, stateBytes.error)) {
    const bytes = sizeOfState(state);
    if (bytes > stateBytes.error) exceed(draft, 'mutable state size', bytes, stateBytes.error);
  }
}

/** Into how many steps a limit is divided: so much of it may be exceeded before it is noticed. */
const STEPS = 64;

/** Whether what a run has under way may have come to be more than so many bytes. It is never more than all that went into the run, and measuring it costs. */
export function isWorthMeasuring(before: RunState, state: RunState, bytes: number): boolean {
  const bound = state.historySize + state.noteBytes;
  const step = bytes / STEPS;
  return bound > bytes && Math.floor(bound / step) > Math.floor((before.historySize + before.noteBytes) / step);
}

/** When the run is to be ended because of its size. */
export const nextRunEnd = ({ excess, lastEventAt }: RunState): Millis => (excess ? lastEventAt : Number.POSITIVE_INFINITY);

export function endExcessiveRun(draft: Draft): void {
  const { excess } = draft.state;
  if (!excess) return;
  forceCloseTask(draft, IDENTITY);
  record(draft, 'WorkflowExecutionTerminated', { reason: `Workflow ${excess.what} exceeds limit.`, identity: IDENTITY });
}

const exceed = (draft: Draft, what: string, found: number, allowed: number): void => note(draft, 'LimitExceeded', { what, found, allowed });
