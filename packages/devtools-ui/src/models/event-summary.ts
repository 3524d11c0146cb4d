/** What an event is about: its group, by which it is marked, and its facts in one line. Derived from the event alone. */

import type { Failure, WirePayload, WirePayloads } from '@perdure/core/common';
import type { EventAttributes, HistoryEvent } from '@perdure/core/history';
import { formatDuration } from './duration.ts';
import { payloadsText } from './payload-text.ts';
import { visibleText } from './visible-text.ts';

export type EventGroup = 'workflow' | 'workflow task' | 'activity' | 'timer' | 'child' | 'signal' | 'update' | 'marker';
export type EventTone = 'plain' | 'done' | 'failed' | 'stopped';

/** @param subject the name of what the event belongs to, which an earlier event gave: an activity's type */
type Describe<T extends keyof EventAttributes> = (attributes: EventAttributes[T], subject: string) => string;

/** The facts that are worth a line: of every type of event, so that a new one is not forgotten here. */
const FACTS: { readonly [T in keyof EventAttributes]: Describe<T> } = {
  WorkflowExecutionStarted: ({ workflowType, input }) => call(workflowType, input),
  WorkflowExecutionCompleted: ({ result }) => resultText(result),
  WorkflowExecutionFailed: ({ failure }) => failureText(failure),
  WorkflowExecutionTerminated: ({ reason }) => reason ?? '',
  WorkflowExecutionContinuedAsNew: ({ newExecutionRunId }) => `run ${newExecutionRunId}`,
  WorkflowExecutionSignaled: ({ signalName, input }) => call(signalName, input),
  WorkflowExecutionCancelRequested: ({ cause }) => cause ?? '',
  WorkflowExecutionTimedOut: ({ retryState }) => words(retryState),
  WorkflowExecutionCanceled: ({ details }) => resultText(details),
  WorkflowExecutionOptionsUpdated: ({ attachedRequestId }) => (attachedRequestId ? `request ${attachedRequestId} attached` : ''),
  WorkflowTaskScheduled: ({ attempt }) => (attempt > 1 ? `attempt ${attempt}` : ''),
  WorkflowTaskStarted: () => '',
  WorkflowTaskCompleted: () => '',
  WorkflowTaskFailed: ({ cause, failure }) => (failure ? failureText(failure) : words(cause)),
  WorkflowTaskTimedOut: ({ timeoutType }) => words(timeoutType),
  ActivityTaskScheduled: ({ activityType, input }) => call(activityType, input),
  ActivityTaskStarted: ({ attempt, lastFailure }, subject) => join(subject, `attempt ${attempt}${lastFailure ? `, after: ${failureText(lastFailure)}` : ''}`),
  ActivityTaskCompleted: ({ result }, subject) => join(subject, resultText(result)),
  ActivityTaskFailed: ({ failure }, subject) => join(subject, failureText(failure)),
  ActivityTaskTimedOut: ({ failure }, subject) => join(subject, failureText(failure)),
  ActivityTaskCanceled: (_, subject) => subject,
  ActivityTaskCancelRequested: (_, subject) => subject,
  TimerStarted: ({ timerId, startToFireTimeout }) => `timer ${timerId}, ${formatDuration(startToFireTimeout)}`,
  TimerFired: ({ timerId }) => `timer ${timerId}`,
  TimerCanceled: ({ timerId }) => `timer ${timerId}`,
  MarkerRecorded: ({ markerName }) => markerName,
  UpsertWorkflowSearchAttributes: ({ searchAttributes }) => mapText(searchAttributes),
  WorkflowPropertiesModified: ({ upsertedMemo }) => mapText(upsertedMemo),
  WorkflowExecutionUpdateAdmitted: ({ request }) => call(request.input.name, request.input.args),
  WorkflowExecutionUpdateAccepted: ({ acceptedRequest, protocolInstanceId }) =>
    acceptedRequest ? call(acceptedRequest.input.name, acceptedRequest.input.args) : protocolInstanceId,
  WorkflowExecutionUpdateCompleted: ({ outcome }) => ('failure' in outcome ? failureText(outcome.failure) : resultText(outcome.success)),
  StartChildWorkflowExecutionInitiated: ({ workflowType, workflowId }) => `${workflowType} as ${workflowId}`,
  StartChildWorkflowExecutionFailed: ({ workflowId, cause }) => `${workflowId}: ${cause}`,
  ChildWorkflowExecutionStarted: ({ workflowExecution }) => workflowExecution.workflowId,
  ChildWorkflowExecutionCompleted: ({ workflowExecution, result }) => join(workflowExecution.workflowId, resultText(result)),
  ChildWorkflowExecutionFailed: ({ workflowExecution, failure }) => join(workflowExecution.workflowId, failureText(failure)),
  ChildWorkflowExecutionCanceled: ({ workflowExecution }) => workflowExecution.workflowId,
  ChildWorkflowExecutionTimedOut: ({ workflowExecution }) => workflowExecution.workflowId,
  ChildWorkflowExecutionTerminated: ({ workflowExecution }) => workflowExecution.workflowId,
  SignalExternalWorkflowExecutionInitiated: ({ signalName, workflowExecution, input }) => `${call(signalName, input)} to ${workflowExecution.workflowId}`,
  SignalExternalWorkflowExecutionFailed: ({ workflowExecution, cause }) => `${workflowExecution.workflowId}: ${words(cause)}`,
  ExternalWorkflowExecutionSignaled: ({ workflowExecution }) => workflowExecution.workflowId,
  RequestCancelExternalWorkflowExecutionInitiated: ({ workflowExecution, reason }) => join(workflowExecution.workflowId, reason ?? ''),
  RequestCancelExternalWorkflowExecutionFailed: ({ workflowExecution, cause }) => `${workflowExecution.workflowId}: ${words(cause)}`,
  ExternalWorkflowExecutionCancelRequested: ({ workflowExecution }) => workflowExecution.workflowId,
};

const GROUPS: readonly (readonly [RegExp, EventGroup])[] = [
  [/^WorkflowTask/, 'workflow task'],
  [/^Activity/, 'activity'],
  [/^Timer/, 'timer'],
  [/Child/, 'child'],
  [/Signal|External/, 'signal'],
  [/^WorkflowExecutionUpdate/, 'update'],
  [/^Marker|^Upsert|^WorkflowProperties/, 'marker'],
];

export interface EventSummary {
  readonly group: EventGroup;
  readonly tone: EventTone;
  /** The type in words: "Activity task scheduled". */
  readonly title: string;
  readonly facts: string;
}

/** @param scheduled the event that an activity's event belongs to, if it is known */
export function summarize(event: HistoryEvent, scheduled?: HistoryEvent): EventSummary {
  const facts = FACTS[event.type] as ((attributes: HistoryEvent['attributes'], subject: string) => string) | undefined;
  const subject = scheduled?.type === 'ActivityTaskScheduled' ? scheduled.attributes.activityType : '';
  return {
    group: GROUPS.find(([pattern]) => pattern.test(event.type))?.[1] ?? 'workflow',
    tone: toneOf(event.type),
    title: inWords(event.type),
    facts: visibleText(facts?.(event.attributes, subject) ?? ''),
  };
}

/** The message of a failure and of what is at its root. */
export function failureText(failure: Failure): string {
  let root = failure;
  while (root.cause) root = root.cause;
  return visibleText(root === failure || root.message === failure.message ? failure.message : `${failure.message}: ${root.message}`);
}

function toneOf(type: HistoryEvent['type']): EventTone {
  if (/Failed$|TimedOut$/.test(type)) return 'failed';
  if (/Canceled$|Terminated$|CancelRequested$/.test(type)) return 'stopped';
  return /Completed$|Fired$/.test(type) ? 'done' : 'plain';
}

function inWords(type: string): string {
  const words = type.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Nothing for a result that is none. */
const resultText = (result: WirePayloads | undefined): string => payloadsText(result?.filter(({ encoding }) => encoding !== 'binary/null'));

const join = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(' · ');

const mapText = (map: Readonly<Record<string, WirePayload>> | undefined): string =>
  Object.entries(map ?? {})
    .map(([key, payload]) => `${key}: ${payloadsText([payload])}`)
    .join(', ');

/** "MAXIMUM_ATTEMPTS_REACHED" as words. */
const words = (name: string): string => name.toLowerCase().replaceAll('_', ' ');

const call = (name: string, input: WirePayloads | undefined): string => `${name}(${payloadsText(input)})`;
