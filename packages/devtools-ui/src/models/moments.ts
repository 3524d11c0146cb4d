/** The moments of a run and its events: which moment an event belongs to, and how a place of source code reads. */
import type { Moment } from '@perdure/core/client';
import type { HistoryEvent } from '@perdure/core/history';

/**
 * The moment at which code first knew of an event, or that caused it. Code sees the world between workflow tasks only, so most events have none of their own.
 *
 * @returns the moment's index; -1 while no workflow task has seen it
 */
export function momentOf(moments: readonly Moment[], { eventId, attributes }: HistoryEvent): number {
  const caused = 'workflowTaskCompletedEventId' in attributes ? attributes.workflowTaskCompletedEventId : undefined;
  if (caused !== undefined) return firstFrom(moments, (moment) => moment.eventId >= caused);
  return firstFrom(moments, (moment) => moment.eventId >= eventId);
}

/** `isPast` has to become true once, and stay so. */
function firstFrom(moments: readonly Moment[], isPast: (moment: Moment) => boolean): number {
  let [low, high] = [0, moments.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isPast(moments[middle] as Moment)) high = middle;
    else low = middle + 1;
  }
  return low < moments.length ? low : -1;
}

/** The last event that had happened at a moment: its commands' events, which stand behind it, included. */
export function lastEventOf(moment: Moment, events: readonly HistoryEvent[]): number {
  let last = moment.eventId;
  for (let index = last; index < events.length; index += 1) {
    const event = events[index] as HistoryEvent;
    if (!('workflowTaskCompletedEventId' in event.attributes) || event.attributes.workflowTaskCompletedEventId !== moment.eventId) break;
    last = event.eventId;
  }
  return last;
}

type Frame = Moment['stacks'][number]['locations'][number];

/** `workflows.ts:41`, as far as it is known. */
export function placeInWords({ file_path: path, line, column }: Frame): string {
  const file = path?.replace(/[?#].*$/, '').replace(/^.*\//, '') ?? 'unknown file';
  return line === undefined ? file : column === undefined ? `${file}:${line}` : `${file}:${line}:${column}`;
}

const COMMAND_WORDS: Readonly<Record<string, string>> = {
  startTimer: 'started a timer',
  cancelTimer: 'cancelled timer',
  scheduleActivity: 'scheduled activity',
  scheduleLocalActivity: 'ran local activity',
  requestCancelActivity: 'asked to cancel activity',
  requestCancelLocalActivity: 'cancelled local activity',
  startChildWorkflowExecution: 'started child',
  cancelChildWorkflowExecution: 'cancelled a child',
  signalExternalWorkflowExecution: 'sent signal',
  cancelSignalWorkflow: 'took back a signal',
  requestCancelExternalWorkflowExecution: 'asked to cancel workflow',
  setPatchMarker: 'took patch',
  recordMarker: 'recorded',
  upsertWorkflowSearchAttributes: 'set search attributes',
  modifyWorkflowProperties: 'set memo',
  updateResponse: 'answered an update:',
  completeWorkflowExecution: 'completed the workflow',
  failWorkflowExecution: 'failed the workflow:',
  cancelWorkflowExecution: 'ended the workflow as cancelled',
  continueAsNewWorkflowExecution: 'continued as new',
};

export function commandInWords({ type, subject }: Moment['commands'][number], duration: (ms: number) => string): string {
  const words = COMMAND_WORDS[type] ?? type;
  if (type === 'startTimer') return `${words} of ${duration(Number(subject))}`;
  return subject === '' ? words : `${words} ${subject}`;
}
