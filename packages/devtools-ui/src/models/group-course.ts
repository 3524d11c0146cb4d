/** How groups other than activities stand, and their segments: one function for each kind, from the group's events and what is known of the run. */
import type { Failure, WirePayloads } from '@perdure/core/common';
import { CLOSE_EVENTS, type EventAttributes, type EventType, type HistoryEvent } from '@perdure/core/history';
import type { PendingTimer, PendingWorkflowTask } from '../backend/shapes.ts';
import type { Group, GroupStatus, Segment } from './group.ts';
import { localActivityFacts, markerSubject } from './markers.ts';

/** What a course says of its group. What is absent has the value of a group without it. */
export interface Course {
  readonly status: GroupStatus;
  readonly subject: string;
  readonly segments: readonly Segment[];
  readonly end?: number;
  readonly expectedEnd?: number;
  readonly failure?: Failure;
  readonly result?: WirePayloads;
  readonly run?: NonNullable<Group['run']>;
  readonly start?: number;
}

/** When the run closed, if it did. */
type RunEnd = number | undefined;

type EventOf<T extends EventType> = Extract<HistoryEvent, { readonly type: T }>;

const find = <T extends EventType>(events: readonly HistoryEvent[], ...types: readonly T[]): EventOf<T> | undefined =>
  events.find((event): event is EventOf<T> => (types as readonly string[]).includes(event.type));

const timeOf = (events: readonly HistoryEvent[]): number => events[0]?.eventTime ?? 0;

const upTo = (end: number | undefined): { readonly end?: number } => (end === undefined ? {} : { end });

const point = (start: number, status: GroupStatus): Segment => ({ kind: 'point', status, start, end: start });

const RUN_STATUS: Readonly<Record<(typeof CLOSE_EVENTS)[number], GroupStatus>> = {
  WorkflowExecutionCompleted: 'completed',
  WorkflowExecutionFailed: 'failed',
  WorkflowExecutionTimedOut: 'timed out',
  WorkflowExecutionCanceled: 'cancelled',
  WorkflowExecutionTerminated: 'terminated',
  WorkflowExecutionContinuedAsNew: 'continued',
};

export function workflowCourse(events: readonly HistoryEvent[]): Course {
  const started = find(events, 'WorkflowExecutionStarted');
  const closed = find(events, ...CLOSE_EVENTS);
  const start = timeOf(events);
  const end = closed?.eventTime;
  const status = closed ? RUN_STATUS[closed.type] : 'running';
  const begins = start + (started?.attributes.firstWorkflowTaskBackoff ?? 0);
  const delay: Segment[] = begins > start ? [{ kind: 'waiting', status: 'timer', start, end: end === undefined ? begins : Math.min(begins, end) }] : [];
  const runs: Segment[] = end === undefined || end > begins || begins === start ? [{ kind: 'running', status, start: begins, ...upTo(end) }] : [];
  const failure = closed?.type === 'WorkflowExecutionFailed' || closed?.type === 'WorkflowExecutionContinuedAsNew' ? closed.attributes.failure : undefined;
  const result = closed?.type === 'WorkflowExecutionCompleted' ? closed.attributes.result : undefined;
  return {
    status,
    subject: started?.attributes.workflowType ?? 'workflow',
    segments: [...delay, ...runs],
    ...upTo(end),
    ...(failure ? { failure } : {}),
    ...(result ? { result } : {}),
  };
}

export function workflowTaskCourse(events: readonly HistoryEvent[], pending: PendingWorkflowTask | undefined, runEnd: RunEnd): Course {
  const scheduled = timeOf(events);
  const started = find(events, 'WorkflowTaskStarted');
  const closed = find(events, 'WorkflowTaskCompleted', 'WorkflowTaskFailed', 'WorkflowTaskTimedOut');
  const end = closed?.eventTime ?? runEnd;
  const startedAt = started?.eventTime ?? (end === undefined ? pending?.startedTime : undefined);
  const status = taskStatus(closed?.type, end !== undefined, startedAt !== undefined);
  const failure = closed?.type === 'WorkflowTaskFailed' ? closed.attributes.failure : undefined;
  const subject = closed?.type === 'WorkflowTaskFailed' ? closed.attributes.cause : '';
  const segments: Segment[] =
    startedAt === undefined
      ? [{ kind: 'queued', status, start: scheduled, ...upTo(end) }]
      : [
          { kind: 'queued', status: 'queued', start: scheduled, end: startedAt },
          { kind: 'running', status, start: startedAt, ...upTo(end) },
        ];
  return { status, subject, segments, ...upTo(end), ...(failure ? { failure } : {}) };
}

function taskStatus(closed: HistoryEvent['type'] | undefined, isEnded: boolean, isStarted: boolean): GroupStatus {
  if (closed === 'WorkflowTaskCompleted') return 'completed';
  if (closed === 'WorkflowTaskFailed') return 'failed';
  if (closed === 'WorkflowTaskTimedOut') return 'timed out';
  if (isEnded) return 'cancelled';
  return isStarted ? 'running' : 'queued';
}

export function timerCourse(events: readonly HistoryEvent[], pending: PendingTimer | undefined, runEnd: RunEnd): Course {
  const started = find(events, 'TimerStarted');
  const fired = find(events, 'TimerFired');
  const cancelled = find(events, 'TimerCanceled');
  const start = timeOf(events);
  const end = (fired ?? cancelled)?.eventTime ?? runEnd;
  const status: GroupStatus = fired ? 'completed' : end === undefined ? 'timer' : 'cancelled';
  const firesAt = pending?.fireTime ?? (started ? start + started.attributes.startToFireTimeout : undefined);
  return {
    status,
    subject: (started ?? fired ?? cancelled)?.attributes.timerId ?? '',
    segments: [{ kind: 'waiting', status, start, ...upTo(end) }],
    ...upTo(end),
    ...(firesAt === undefined ? {} : { expectedEnd: firesAt }),
  };
}

const CHILD_CLOSED = [
  'ChildWorkflowExecutionCompleted',
  'ChildWorkflowExecutionFailed',
  'ChildWorkflowExecutionCanceled',
  'ChildWorkflowExecutionTimedOut',
  'ChildWorkflowExecutionTerminated',
] as const;
const CHILD_STATUS: Readonly<Record<(typeof CHILD_CLOSED)[number], GroupStatus>> = {
  ChildWorkflowExecutionCompleted: 'completed',
  ChildWorkflowExecutionFailed: 'failed',
  ChildWorkflowExecutionCanceled: 'cancelled',
  ChildWorkflowExecutionTimedOut: 'timed out',
  ChildWorkflowExecutionTerminated: 'terminated',
};

export function childCourse(events: readonly HistoryEvent[], runEnd: RunEnd): Course {
  const initiated = find(events, 'StartChildWorkflowExecutionInitiated');
  const refused = find(events, 'StartChildWorkflowExecutionFailed');
  const started = find(events, 'ChildWorkflowExecutionStarted');
  const closed = find(events, ...CHILD_CLOSED);
  const start = timeOf(events);
  const end = (closed ?? refused)?.eventTime ?? runEnd;
  const status = closed ? CHILD_STATUS[closed.type] : refused ? 'failed' : end === undefined ? (started ? 'running' : 'queued') : leftChild(initiated);
  const execution = (started ?? closed)?.attributes.workflowExecution;
  const workflowId = execution?.workflowId ?? initiated?.attributes.workflowId ?? refused?.attributes.workflowId;
  const segments: Segment[] = started
    ? [
        { kind: 'queued', status: 'queued', start, end: started.eventTime },
        { kind: 'running', status, start: started.eventTime, ...upTo(end) },
      ]
    : [{ kind: 'queued', status, start, ...upTo(end) }];
  const failure = closed?.type === 'ChildWorkflowExecutionFailed' ? closed.attributes.failure : undefined;
  const result = closed?.type === 'ChildWorkflowExecutionCompleted' ? closed.attributes.result : undefined;
  return {
    status,
    subject: (initiated ?? refused ?? started ?? closed)?.attributes.workflowType ?? '',
    segments,
    ...upTo(end),
    ...(failure ? { failure } : {}),
    ...(result ? { result } : {}),
    ...(workflowId === undefined ? {} : { run: { workflowId, ...(execution?.runId === undefined ? {} : { runId: execution.runId }) } }),
  };
}

/** What its parent's close asked of a child that was still there. */
function leftChild(initiated: HistoryEvent<'StartChildWorkflowExecutionInitiated'> | undefined): GroupStatus {
  const policy = initiated?.attributes.parentClosePolicy;
  if (policy === 'ABANDON') return 'continued';
  return policy === 'TERMINATE' ? 'terminated' : 'cancelled';
}

type External =
  | 'SignalExternalWorkflowExecutionInitiated'
  | 'SignalExternalWorkflowExecutionFailed'
  | 'ExternalWorkflowExecutionSignaled'
  | 'RequestCancelExternalWorkflowExecutionInitiated'
  | 'RequestCancelExternalWorkflowExecutionFailed'
  | 'ExternalWorkflowExecutionCancelRequested';

export function externalCourse(events: readonly HistoryEvent[], runEnd: RunEnd): Course {
  const done = find(events, 'ExternalWorkflowExecutionSignaled', 'ExternalWorkflowExecutionCancelRequested');
  const refused = find(events, 'SignalExternalWorkflowExecutionFailed', 'RequestCancelExternalWorkflowExecutionFailed');
  const initiated = find(events, 'SignalExternalWorkflowExecutionInitiated');
  const target = (events[0] as HistoryEvent<External> | undefined)?.attributes.workflowExecution;
  const end = (done ?? refused)?.eventTime ?? runEnd;
  const status: GroupStatus = done ? 'completed' : refused ? 'failed' : end === undefined ? 'running' : 'cancelled';
  return {
    status,
    subject: initiated?.attributes.signalName ?? '',
    segments: [{ kind: 'running', status, start: timeOf(events), ...upTo(end) }],
    ...upTo(end),
    ...(target ? { run: target } : {}),
  };
}

export function updateCourse(events: readonly HistoryEvent[], runEnd: RunEnd): Course {
  const admitted = find(events, 'WorkflowExecutionUpdateAdmitted');
  const accepted = find(events, 'WorkflowExecutionUpdateAccepted');
  const completed = find(events, 'WorkflowExecutionUpdateCompleted');
  const end = completed?.eventTime ?? runEnd;
  const outcome = completed?.attributes.outcome;
  const failure = outcome && 'failure' in outcome ? outcome.failure : undefined;
  const status: GroupStatus = outcome ? (failure ? 'failed' : 'completed') : end === undefined ? (accepted ? 'running' : 'queued') : 'cancelled';
  const start = timeOf(events);
  const isQueued = admitted !== undefined && accepted !== undefined && accepted.eventTime > start;
  const request = admitted?.attributes.request ?? accepted?.attributes.acceptedRequest;
  return {
    status,
    subject: request?.input.name ?? completed?.attributes.meta.updateId ?? accepted?.attributes.protocolInstanceId ?? '',
    segments: [
      ...(isQueued ? [{ kind: 'queued', status: 'queued', start, end: accepted.eventTime } as const] : []),
      { kind: accepted || completed ? 'running' : 'queued', status, start: isQueued ? accepted.eventTime : start, ...upTo(end) },
    ],
    ...upTo(end),
    ...(failure ? { failure } : {}),
    ...(outcome && 'success' in outcome ? { result: outcome.success } : {}),
  };
}

/** Of what happens at once: signals received, cancel requests, side effects, patches, search attributes, markers. */
export function momentCourse(events: readonly HistoryEvent[]): Course {
  const [event] = events;
  const at = timeOf(events);
  const isMessage = event?.type === 'WorkflowExecutionSignaled';
  const status: GroupStatus = isMessage ? 'waiting' : event?.type === 'WorkflowExecutionCancelRequested' ? 'cancelled' : 'completed';
  return { status, subject: momentSubject(event), segments: [point(at, status)], end: at };
}

function momentSubject(event: HistoryEvent | undefined): string {
  switch (event?.type) {
    case 'WorkflowExecutionSignaled':
      return event.attributes.signalName;
    case 'WorkflowExecutionCancelRequested':
      return event.attributes.cause ?? '';
    case 'MarkerRecorded':
      return markerSubject(event.attributes);
    case 'UpsertWorkflowSearchAttributes':
      return Object.keys(event.attributes.searchAttributes).join(', ');
    case 'WorkflowPropertiesModified':
      return Object.keys(event.attributes.upsertedMemo ?? {}).join(', ');
    default:
      return event?.type ?? '';
  }
}

/** Ran in the worker while a workflow task was open; its marker was recorded when that task ended. */
export function localActivityCourse(events: readonly HistoryEvent[]): Course {
  const marker = find(events, 'MarkerRecorded');
  if (!marker) return momentCourse(events);
  const { attributes, eventTime: end } = marker as HistoryEvent<'MarkerRecorded'> & { readonly attributes: EventAttributes['MarkerRecorded'] };
  const { activityType, attempt, scheduledAt, backoff, result } = localActivityFacts(attributes);
  const { failure } = attributes;
  const status: GroupStatus = backoff !== undefined ? 'backing off' : failure ? 'failed' : 'completed';
  const start = Math.min(scheduledAt ?? end, end);
  return {
    status,
    subject: activityType,
    start,
    end,
    segments: [{ kind: start < end ? 'running' : 'point', status, start, end, ...(attempt === undefined ? {} : { attempt }) }],
    ...(failure ? { failure } : {}),
    ...(result ? { result } : {}),
  };
}
