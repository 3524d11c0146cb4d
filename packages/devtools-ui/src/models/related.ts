/** Which events an event has to do with: what asked for it, what came of it, and which activation of the code is between. */
import type { HistoryEvent } from '@perdure/core/history';
import type { RunGroups } from './groups.ts';

export interface RelatedEvent {
  readonly relation: 'scheduled by' | 'started by' | 'completed by' | 'asked for in' | 'told to the code in' | 'asked for';
  readonly eventId: number;
}

/** In the order in which they are worth a jump; without doubles. */
export function relatedEvents(groups: RunGroups, eventId: number): RelatedEvent[] {
  const event = groups.event(eventId);
  const group = groups.groupOf(eventId);
  if (!event || !group) return [];
  const related: RelatedEvent[] = [];
  const add = (relation: RelatedEvent['relation'], id: number | undefined): void => {
    if (id !== undefined && id !== eventId && groups.event(id) && !related.some((each) => each.eventId === id)) related.push({ relation, eventId: id });
  };
  if (group.kind !== 'workflow') {
    const [first] = group.events;
    const last = group.events.at(-1);
    add('scheduled by', first?.eventId);
    if (group.kind !== 'workflow task') add('started by', group.events.find(({ type }) => type.endsWith('Started') && type !== 'TimerStarted')?.eventId);
    if (group.end !== undefined && !group.isLeft) add('completed by', last?.eventId);
  }
  add('asked for in', askedForIn(event) ?? askedForIn(group.events[0]));
  if (group.kind !== 'workflow task') add('told to the code in', activationAfter(groups, event));
  if (event.type === 'WorkflowTaskCompleted') for (const id of commandsOf(groups, event)) add('asked for', id);
  return related;
}

/** The completion of the workflow task whose code asked for this. */
export const askedForIn = (event: HistoryEvent | undefined): number | undefined =>
  event && 'workflowTaskCompletedEventId' in event.attributes ? event.attributes.workflowTaskCompletedEventId : undefined;

const TOLD =
  /^(ActivityTask(Completed|Failed|TimedOut|Canceled)|TimerFired|ChildWorkflow|StartChildWorkflowExecutionFailed|External|SignalExternal.*Failed|RequestCancelExternal.*Failed|WorkflowExecution(Signaled|CancelRequested|UpdateA))/;

/** The start of the workflow task that told the code of an event: the first after it. Absent for what the code is not told. */
export function activationAfter(groups: RunGroups, event: HistoryEvent): number | undefined {
  if (!TOLD.test(event.type)) return undefined;
  for (let id = event.eventId + 1; ; id += 1) {
    const later = groups.event(id);
    if (!later) return undefined;
    if (later.type === 'WorkflowTaskStarted') return later.eventId;
  }
}

/** The events that the commands of a workflow task became: they follow its completion at once. */
export function commandsOf(groups: RunGroups, completed: HistoryEvent): number[] {
  const ids: number[] = [];
  for (let id = completed.eventId + 1; ; id += 1) {
    const next = groups.event(id);
    if (askedForIn(next) !== completed.eventId) return ids;
    ids.push(id);
  }
}
