/** Which group an event belongs to: whether it opens one, and of what kind, or which earlier event it goes with. Each event type stands here once. */
import type { EventAttributes, EventType, HistoryEvent } from '@perdure/core/history';
import { markerKind } from './markers.ts';

/** What a group is about. */
export type GroupKind =
  | 'workflow'
  | 'workflow task'
  | 'activity'
  | 'local activity'
  | 'timer'
  | 'child'
  | 'external signal'
  | 'external cancel'
  | 'signal'
  | 'cancel request'
  | 'update'
  | 'side effect'
  | 'patch'
  | 'marker'
  | 'attributes';

/** The wide category by which a group is coloured at its edge and filtered. */
export type GroupCategory = 'workflow' | 'workflow task' | 'activity' | 'timer' | 'child' | 'signal' | 'update' | 'marker';

export const CATEGORY_OF: Readonly<Record<GroupKind, GroupCategory>> = {
  workflow: 'workflow',
  'workflow task': 'workflow task',
  activity: 'activity',
  'local activity': 'activity',
  timer: 'timer',
  child: 'child',
  'external signal': 'signal',
  'external cancel': 'signal',
  signal: 'signal',
  'cancel request': 'signal',
  update: 'update',
  'side effect': 'marker',
  patch: 'marker',
  marker: 'marker',
  attributes: 'marker',
};

/** `opens`: the event is the first of a new group. `joins`: it goes with the group of that event; if that is not known it opens one itself. */
export type Belonging = { readonly opens: GroupKind } | { readonly joins: number | undefined; readonly kind: GroupKind };

type Rules = { readonly [T in EventType]: (attributes: EventAttributes[T]) => Belonging };

const opens = (kind: GroupKind) => (): Belonging => ({ opens: kind });
const ofRun = (): Belonging => ({ joins: 1, kind: 'workflow' });
const ofScheduled =
  (kind: GroupKind) =>
  ({ scheduledEventId }: { readonly scheduledEventId: number }): Belonging => ({ joins: scheduledEventId, kind });
const ofInitiated =
  (kind: GroupKind) =>
  ({ initiatedEventId }: { readonly initiatedEventId: number }): Belonging => ({ joins: initiatedEventId, kind });
const ofTimer = ({ startedEventId }: { readonly startedEventId: number }): Belonging => ({ joins: startedEventId, kind: 'timer' });

const RULES: Rules = {
  WorkflowExecutionStarted: opens('workflow'),
  WorkflowExecutionCompleted: ofRun,
  WorkflowExecutionFailed: ofRun,
  WorkflowExecutionTimedOut: ofRun,
  WorkflowExecutionCanceled: ofRun,
  WorkflowExecutionTerminated: ofRun,
  WorkflowExecutionContinuedAsNew: ofRun,
  WorkflowExecutionOptionsUpdated: ofRun,
  WorkflowExecutionSignaled: opens('signal'),
  WorkflowExecutionCancelRequested: opens('cancel request'),
  WorkflowTaskScheduled: opens('workflow task'),
  WorkflowTaskStarted: ofScheduled('workflow task'),
  WorkflowTaskCompleted: ofScheduled('workflow task'),
  WorkflowTaskTimedOut: ofScheduled('workflow task'),
  WorkflowTaskFailed: ofScheduled('workflow task'),
  ActivityTaskScheduled: opens('activity'),
  ActivityTaskStarted: ofScheduled('activity'),
  ActivityTaskCompleted: ofScheduled('activity'),
  ActivityTaskFailed: ofScheduled('activity'),
  ActivityTaskTimedOut: ofScheduled('activity'),
  ActivityTaskCancelRequested: ofScheduled('activity'),
  ActivityTaskCanceled: ofScheduled('activity'),
  TimerStarted: opens('timer'),
  TimerFired: ofTimer,
  TimerCanceled: ofTimer,
  MarkerRecorded: ({ markerName }) => ({ opens: markerKind(markerName) }),
  UpsertWorkflowSearchAttributes: opens('attributes'),
  WorkflowPropertiesModified: opens('attributes'),
  StartChildWorkflowExecutionInitiated: opens('child'),
  StartChildWorkflowExecutionFailed: ofInitiated('child'),
  ChildWorkflowExecutionStarted: ofInitiated('child'),
  ChildWorkflowExecutionCompleted: ofInitiated('child'),
  ChildWorkflowExecutionFailed: ofInitiated('child'),
  ChildWorkflowExecutionCanceled: ofInitiated('child'),
  ChildWorkflowExecutionTimedOut: ofInitiated('child'),
  ChildWorkflowExecutionTerminated: ofInitiated('child'),
  SignalExternalWorkflowExecutionInitiated: opens('external signal'),
  SignalExternalWorkflowExecutionFailed: ofInitiated('external signal'),
  ExternalWorkflowExecutionSignaled: ofInitiated('external signal'),
  RequestCancelExternalWorkflowExecutionInitiated: opens('external cancel'),
  RequestCancelExternalWorkflowExecutionFailed: ofInitiated('external cancel'),
  ExternalWorkflowExecutionCancelRequested: ofInitiated('external cancel'),
  WorkflowExecutionUpdateAdmitted: opens('update'),
  // Which admission it follows is known by the update's id alone: `RunGroups` looks it up.
  WorkflowExecutionUpdateAccepted: opens('update'),
  WorkflowExecutionUpdateCompleted: ({ acceptedEventId }) => ({ joins: acceptedEventId, kind: 'update' }),
};

/** A type that this version does not know is a marker of its own, so that nothing of a newer history is lost from sight. */
export function belongingOf(event: HistoryEvent): Belonging {
  const rule = RULES[event.type] as ((attributes: HistoryEvent['attributes']) => Belonging) | undefined;
  return rule?.(event.attributes) ?? { opens: 'marker' };
}

/** The id of an update, where the event says it. */
export function updateIdOf(event: HistoryEvent): string | undefined {
  if (event.type === 'WorkflowExecutionUpdateAdmitted') return event.attributes.request.meta.updateId;
  if (event.type !== 'WorkflowExecutionUpdateAccepted') return undefined;
  return event.attributes.acceptedRequest?.meta.updateId ?? event.attributes.protocolInstanceId;
}

/** Every event type there is, for tests that go through all of them. */
export const EVENT_TYPES = Object.keys(RULES) as readonly EventType[];
