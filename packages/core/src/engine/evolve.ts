/** The only writer of a run's state: folds one input into a draft. Each machine folds its own events and notes. */
import type { HistoryEvent } from '../history/events.ts';
import { foldActivityEvent, foldActivityNote } from './activity.ts';
import { foldChildEvent } from './child.ts';
import type { Draft } from './draft.ts';
import { own } from './draft.ts';
import { foldClose, foldRequested, foldStarted } from './execution.ts';
import { foldHeld } from './held.ts';
import type { Input, Note } from './input.ts';
import { isEvent } from './input.ts';
import { mergePayloads } from './payload-map.ts';
import type { RunState } from './run-state.ts';
import { sizeOf, sizeOfValue } from './size.ts';
import { foldHeldTimerDropped, foldTimerEvent } from './timer.ts';
import { foldUpdateEvent } from './update.ts';
import { foldWorkflowTaskEvent, foldWorkflowTaskNote } from './workflow-task.ts';

export function evolve(draft: Draft, input: Input): void {
  if (isEvent(input)) foldEvent(draft, input);
  else foldNote(draft, input);
}

function foldEvent(draft: Draft, event: HistoryEvent): void {
  const { state } = draft;
  state.lastEventId = event.eventId;
  state.lastEventAt = Math.max(state.lastEventAt, event.eventTime);
  state.historySize += sizeOf(event);
  switch (event.type) {
    case 'WorkflowExecutionStarted':
      return foldStarted(draft, event);
    case 'WorkflowExecutionSignaled':
    case 'WorkflowExecutionCancelRequested':
      return foldRequested(draft, event);
    case 'WorkflowTaskScheduled':
    case 'WorkflowTaskStarted':
    case 'WorkflowTaskCompleted':
    case 'WorkflowTaskFailed':
    case 'WorkflowTaskTimedOut':
      return foldWorkflowTaskEvent(draft, event);
    case 'ActivityTaskScheduled':
    case 'ActivityTaskCancelRequested':
    case 'ActivityTaskCompleted':
    case 'ActivityTaskFailed':
    case 'ActivityTaskTimedOut':
    case 'ActivityTaskCanceled':
      return foldActivityEvent(draft, event);
    case 'TimerStarted':
    case 'TimerFired':
    case 'TimerCanceled':
      return foldTimerEvent(draft, event);
    case 'StartChildWorkflowExecutionInitiated':
    case 'StartChildWorkflowExecutionFailed':
    case 'ChildWorkflowExecutionStarted':
    case 'ChildWorkflowExecutionCompleted':
    case 'ChildWorkflowExecutionFailed':
    case 'ChildWorkflowExecutionCanceled':
    case 'ChildWorkflowExecutionTimedOut':
    case 'ChildWorkflowExecutionTerminated':
      return foldChildEvent(draft, event);
    case 'WorkflowExecutionUpdateAccepted':
    case 'WorkflowExecutionUpdateCompleted':
      return foldUpdateEvent(draft, event);
    case 'UpsertWorkflowSearchAttributes':
      state.searchAttributes = mergePayloads(state.searchAttributes, event.attributes.searchAttributes);
      return;
    case 'WorkflowPropertiesModified':
      state.memo = mergePayloads(state.memo, event.attributes.upsertedMemo ?? {});
      return;
    case 'WorkflowExecutionCompleted':
    case 'WorkflowExecutionFailed':
    case 'WorkflowExecutionTimedOut':
    case 'WorkflowExecutionCanceled':
    case 'WorkflowExecutionTerminated':
    case 'WorkflowExecutionContinuedAsNew':
      return foldClose(draft, event);
    default:
      return; // markers, and what only the workflow reads
  }
}

function foldNote(draft: Draft, input: Note): void {
  switch (input.note) {
    case 'EventHeld':
      return foldHeld(draft, input.attributes);
    case 'HeldEventsReleased':
      Object.assign(draft.state, { held: [], heldBytes: 0 } satisfies Partial<RunState>);
      return;
    case 'HeldTimerDropped':
      return foldHeldTimerDropped(draft, input.attributes.timerId);
    case 'LimitExceeded':
      draft.state.excess = input.attributes;
      return;
    case 'RequestSeen':
      own(draft, 'requestIds').set(input.attributes.requestId, true);
      return;
    case 'WorkflowTaskRetryScheduled':
    case 'WorkflowTaskRetryStarted':
    case 'WorkflowTaskRedelivered':
    case 'WorkflowTaskHeartbeat':
    case 'WorkflowTaskRetryWithdrawn':
    case 'UpdateTaskScheduled':
    case 'UpdateTaskStarted':
    case 'UpdateTaskDropped':
      return foldWorkflowTaskNote(draft, input);
    case 'ActivityAttemptStarted':
    case 'ActivityAttemptEnded':
    case 'ActivityAttemptHastened':
    case 'ActivityHeartbeatRecorded':
      draft.state.noteBytes += sizeOfValue(input.attributes);
      return foldActivityNote(draft, input);
  }
}
