/** Where one workflow task ends in a history: what is replayed together. */
import type { HistoryEvent } from '../history/events.ts';

/**
 * The index of the `WorkflowTaskStarted` that ends the next task to be run. Attempts that failed or timed out are passed over, and an
 * empty task (completed without commands, with nothing before it) is merged into the one that follows.
 *
 * @returns -1 when the events hold no further task
 */
export function nextTaskEnd(events: readonly HistoryEvent[], from: number): number {
  let isEmpty = true;
  for (let i = from; i < events.length; i++) {
    const { type } = events[i] as HistoryEvent;
    if (type !== 'WorkflowTaskStarted') {
      if (isEmpty && !type.startsWith('WorkflowTask')) isEmpty = false;
      continue;
    }
    const next = events[i + 1]?.type;
    if (next === undefined) return i;
    if (next !== 'WorkflowTaskCompleted') continue;
    if (isEmpty && events[i + 2]?.type === 'WorkflowTaskScheduled') continue;
    return i;
  }
  return -1;
}
