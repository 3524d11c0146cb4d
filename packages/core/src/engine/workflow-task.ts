/**
 * The workflow task: the turn in which workflow code runs.
 *
 *     none ──(news)──▶ scheduled ──(a worker takes it)──▶ started ──▶ completed | failed | timed out ──▶ none
 *                          ▲                                              │ no news: again, later, attempt + 1
 *                          └──────────────────────────────────────────────┘
 *
 * Only a first attempt writes its events as they come. Later attempts are notes: their events are written when one completes,
 * so that a workflow that cannot make progress does not fill its history.
 */
import type { Millis } from '../common/brand.ts';
import type { HistoryEvent, WorkflowTaskFailedCause } from '../history/events.ts';
import type { EngineCommands, WorkflowTaskRef } from './command.ts';
import { applyCommands } from './commands.ts';
import { type Collection, type Draft, note, record } from './draft.ts';
import { isTooMuchHeld, releaseHeld } from './held.ts';
import type { NoteAttributes, NoteType } from './input.ts';
import { CommandRefused, deny } from './refused.ts';
import { isOpen, type RunState, type WorkflowTaskMode, type WorkflowTaskState } from './run-state.ts';

/** The pause before the second attempt; each further one doubles it. */
export const FIRST_RETRY_DELAY: Millis = 500;
/** The longest pause between attempts. */
export const LONGEST_RETRY_DELAY: Millis = 600_000;
/** So long a worker may put off the end of a task by asking for another one, while local activities run, in ms. Temporal's limit. */
export const LONGEST_HEARTBEAT: Millis = 30 * 60_000;
/** Nine tenths of the updates that a run may have. */
const SUGGEST_UPDATES = 1_800;

type Started = Extract<WorkflowTaskState, { phase: 'started' }>;

/** Something is new to the workflow: schedules a task unless one is there. A retry that still waits gives way to a task with events. */
export function scheduleWorkflowTask(draft: Draft): void {
  const { workflowTask, firstTaskNotBefore } = draft.state;
  if (workflowTask.phase === 'started') return;
  if (firstTaskNotBefore !== undefined && firstTaskNotBefore > draft.now) return;
  if (workflowTask.phase === 'scheduled') {
    if (workflowTask.mode === 'written') return;
    withdraw(draft, workflowTask.mode);
  }
  recordScheduled(draft, 1, draft.now);
}

/** An update waits to be delivered: with the task that is there, or with one for updates alone. */
export function requestUpdateTask(draft: Draft): void {
  const { workflowTask, firstTaskNotBefore } = draft.state;
  if (isOpen(draft.state) && workflowTask.phase === 'none' && firstTaskNotBefore === undefined) note(draft, 'UpdateTaskScheduled', { at: draft.now });
}

/** Starts the first task of a run that waits for it, before its time. */
export function scheduleFirstTaskAtOnce(draft: Draft): void {
  if (draft.state.firstTaskNotBefore === undefined) scheduleWorkflowTask(draft);
  else recordScheduled(draft, 1, draft.now);
}

export const isFirstTaskDue = ({ state, now }: Draft): boolean => state.firstTaskNotBefore !== undefined && state.firstTaskNotBefore <= now;

export function startWorkflowTask(draft: Draft, { identity, requestId }: EngineCommands['StartWorkflowTask']): void {
  const { workflowTask, historySize, lastEventId, updates } = draft.state;
  if (workflowTask.phase !== 'scheduled' || workflowTask.notBefore > draft.now) return deny('NotFound', 'no workflow task of this run is waiting for a worker');
  if (workflowTask.mode === 'retry') return note(draft, 'WorkflowTaskRetryStarted', { startedAt: draft.now, identity, requestId });
  if (workflowTask.mode === 'updates') return note(draft, 'UpdateTaskStarted', { at: draft.now, identity, requestId });
  const { historyEvents, historyBytes } = draft.limits;
  const suggestContinueAsNew = lastEventId >= historyEvents.suggest || historySize >= historyBytes.suggest || updates.size >= SUGGEST_UPDATES;
  const attributes = { scheduledEventId: workflowTask.scheduledEventId, identity, requestId, historySizeBytes: historySize };
  record(draft, 'WorkflowTaskStarted', suggestContinueAsNew ? { ...attributes, suggestContinueAsNew } : attributes);
}

export function redeliverWorkflowTask(draft: Draft, { identity, requestId }: EngineCommands['RedeliverWorkflowTask']): void {
  if (draft.state.workflowTask.phase !== 'started') return deny('NotFound', 'no workflow task of this run is under way');
  note(draft, 'WorkflowTaskRedelivered', { at: draft.now, identity, requestId });
}

/**
 * Carries out the commands of a completed task, all or none. A command that cannot be carried out fails the task instead.
 *
 * @returns why the commands were refused, if they were
 */
export function completeWorkflowTask(
  draft: Draft,
  command: EngineCommands['CompleteWorkflowTask'],
): { cause: WorkflowTaskFailedCause; message: string } | undefined {
  const task = expectStarted(draft.state, command.task);
  if (leavesNoTrace(draft, task, command)) {
    note(draft, 'UpdateTaskDropped', {});
    return undefined;
  }
  const heartbeatSince = heartbeatOf(draft.state, task, command);
  if (heartbeatSince !== undefined && draft.now - heartbeatSince >= LONGEST_HEARTBEAT) {
    timeOutTask(draft, task);
    return undefined;
  }
  const before = { state: { ...draft.state }, inputs: draft.inputs.length, owned: [...draft.owned] };
  try {
    const { identity, sdkMetadata } = command;
    if (task.mode !== 'written') recordAttempt(draft, task);
    const { eventId } = record(draft, 'WorkflowTaskCompleted', {
      scheduledEventId: task.scheduledEventId,
      startedEventId: task.startedEventId,
      identity,
      ...(sdkMetadata ? { sdkMetadata } : {}),
    });
    const { startedEventId } = task;
    const { searchAttributeTypes } = command;
    const { refusedCloses } = before.state;
    const context = { workflowTaskCompletedEventId: eventId, startedEventId, identity, refusedCloses, searchAttributeTypes, consequences: [] };
    applyCommands(draft, command.commands, context, command.forceCreateNewWorkflowTask === true);
    if (heartbeatSince !== undefined) note(draft, 'WorkflowTaskHeartbeat', { since: heartbeatSince });
    return undefined;
  } catch (error) {
    if (!(error instanceof CommandRefused)) throw error;
    rollBack(draft, before);
    const { failedCause: cause, message } = error;
    failTask(draft, task, { cause, failure: { message, serverFailureInfo: {} }, identity: command.identity });
    return { cause, message };
  }
}

export function failWorkflowTask(draft: Draft, { task: ref, cause, failure, identity }: EngineCommands['FailWorkflowTask']): void {
  failTask(draft, expectStarted(draft.state, ref), { cause, failure, identity });
}

/** Ends a task whose worker has not answered in time. */
export function timeOutWorkflowTask(draft: Draft): void {
  const { workflowTask: task, workflowTaskTimeout } = draft.state;
  if (task.phase === 'started' && draft.now >= task.deliveredAt + workflowTaskTimeout) timeOutTask(draft, task);
}

function timeOutTask(draft: Draft, task: Started): void {
  if (task.mode === 'updates') recordAttempt(draft, task);
  if (task.mode !== 'retry') {
    const { scheduledEventId, startedEventId } = task;
    record(draft, 'WorkflowTaskTimedOut', { scheduledEventId, startedEventId, timeoutType: 'START_TO_CLOSE' });
  }
  tryAgain(draft, task, task.attempt === 1 ? 0 : retryDelay(task.attempt));
}

/**
 * Ends a started task because the run closes from outside, or because too much waits for its end.
 *
 * @param identity of who ends it, where the history names one
 */
export function forceCloseTask(draft: Draft, identity?: string): void {
  const { workflowTask: task } = draft.state;
  if (task.phase !== 'started') return;
  const { scheduledEventId, startedEventId } = task;
  const named = identity === undefined ? {} : { identity };
  if (task.mode === 'written') record(draft, 'WorkflowTaskFailed', { scheduledEventId, startedEventId, cause: 'FORCE_CLOSE_COMMAND', ...named });
  else withdraw(draft, task.mode);
  releaseHeld(draft);
}

/** Ends the running task when more waits for its end than may. */
export function boundHeld(draft: Draft): void {
  if (!isTooMuchHeld(draft.state)) return;
  forceCloseTask(draft);
  scheduleWorkflowTask(draft);
}

export function nextWorkflowTaskDeadline({ workflowTask: task, workflowTaskTimeout, firstTaskNotBefore }: RunState, now: Millis): Millis {
  if (task.phase === 'started') return task.deliveredAt + workflowTaskTimeout;
  if (task.phase === 'scheduled') return task.notBefore > now ? task.notBefore : Number.POSITIVE_INFINITY;
  return firstTaskNotBefore ?? Number.POSITIVE_INFINITY;
}

/** The events that a task would have if it were written: what its worker is shown at the end of the history. */
export function transientEvents(state: RunState): HistoryEvent[] {
  const { workflowTask: task } = state;
  if (task.phase !== 'started' || task.mode === 'written') return [];
  const { scheduledEventId, startedEventId, attempt, identity, requestId } = task;
  return [
    {
      eventId: scheduledEventId,
      eventTime: task.scheduledAt,
      type: 'WorkflowTaskScheduled',
      attributes: { taskQueue: state.taskQueue, startToCloseTimeout: state.workflowTaskTimeout, attempt },
    },
    {
      eventId: startedEventId,
      eventTime: task.startedAt,
      type: 'WorkflowTaskStarted',
      attributes: { scheduledEventId, identity, requestId, historySizeBytes: state.historySize },
    },
  ];
}

export function foldWorkflowTaskEvent(
  draft: Draft,
  event: HistoryEvent<'WorkflowTaskScheduled' | 'WorkflowTaskStarted' | 'WorkflowTaskCompleted' | 'WorkflowTaskFailed' | 'WorkflowTaskTimedOut'>,
): void {
  const { state } = draft;
  switch (event.type) {
    case 'WorkflowTaskScheduled':
      state.firstTaskNotBefore = undefined;
      state.workflowTask = {
        phase: 'scheduled',
        mode: 'written',
        attempt: event.attributes.attempt,
        scheduledEventId: event.eventId,
        scheduledAt: event.eventTime,
        notBefore: event.eventTime,
      };
      return;
    case 'WorkflowTaskStarted': {
      const { identity = '', requestId = '' } = event.attributes;
      state.workflowTask = begin(state.workflowTask, event.eventId, event.eventTime, identity, requestId);
      return;
    }
    case 'WorkflowTaskCompleted':
      state.previousStartedEventId = event.attributes.startedEventId;
      Object.assign(state, { refusedCloses: 0, wasCutOff: false, heartbeatSince: undefined } satisfies Partial<RunState>);
      state.workflowTask = { phase: 'none' };
      return;
    case 'WorkflowTaskFailed':
      if (event.attributes.cause === 'UNHANDLED_COMMAND') state.refusedCloses++;
      else if (event.attributes.cause === 'FORCE_CLOSE_COMMAND') state.wasCutOff = true;
      state.workflowTask = { phase: 'none' };
      return;
    default:
      Object.assign(state, { workflowTask: { phase: 'none' }, heartbeatSince: undefined } satisfies Partial<RunState>);
  }
}

export function foldWorkflowTaskNote<T extends NoteType>(
  draft: Draft,
  { note: type, attributes }: { readonly note: T; readonly attributes: NoteAttributes[T] },
): void {
  const { state } = draft;
  if (type === 'WorkflowTaskRetryScheduled') {
    const { attempt, scheduledAt, notBefore } = attributes as NoteAttributes['WorkflowTaskRetryScheduled'];
    state.workflowTask = { phase: 'scheduled', mode: 'retry', attempt, scheduledEventId: state.lastEventId + 1, scheduledAt, notBefore };
  } else if (type === 'WorkflowTaskRetryStarted') {
    const { startedAt, identity, requestId } = attributes as NoteAttributes['WorkflowTaskRetryStarted'];
    state.workflowTask = begin(state.workflowTask, state.lastEventId + 2, startedAt, identity, requestId);
  } else if (type === 'WorkflowTaskHeartbeat') {
    state.heartbeatSince = (attributes as NoteAttributes['WorkflowTaskHeartbeat']).since;
  } else if (type === 'WorkflowTaskRedelivered') {
    const { at, identity, requestId } = attributes as NoteAttributes['WorkflowTaskRedelivered'];
    const task = state.workflowTask as Started;
    state.workflowTask = { ...task, deliveredAt: at, redeliveries: task.redeliveries + 1, identity, requestId };
  } else if (type === 'UpdateTaskScheduled') {
    const { at } = attributes as NoteAttributes['UpdateTaskScheduled'];
    state.workflowTask = { phase: 'scheduled', mode: 'updates', attempt: 1, scheduledEventId: state.lastEventId + 1, scheduledAt: at, notBefore: at };
  } else if (type === 'UpdateTaskStarted') {
    const { at, identity, requestId } = attributes as NoteAttributes['UpdateTaskStarted'];
    state.workflowTask = begin(state.workflowTask, state.lastEventId + 2, at, identity, requestId);
  } else {
    if (type === 'WorkflowTaskRetryWithdrawn' && 'isRefusedClose' in attributes) state.refusedCloses++;
    state.workflowTask = { phase: 'none' };
  }
  state.lastEventAt = Math.max(state.lastEventAt, lastTimeOf(state.workflowTask));
}

/** Of a task whose events may be written later, with the times that they have: what follows comes after these, even if the clock is set back. */
const lastTimeOf = (task: WorkflowTaskState): Millis => (task.phase === 'started' ? task.deliveredAt : task.phase === 'scheduled' ? task.scheduledAt : 0);

/** A token is good for one delivery of one task: run, events, start and request must all agree. */
function expectStarted({ workflowTask: task }: RunState, ref: WorkflowTaskRef): Started {
  const isCurrent =
    task.phase === 'started' &&
    task.scheduledEventId === ref.scheduledEventId &&
    task.startedEventId === ref.startedEventId &&
    task.startedAt === ref.startedAt &&
    task.attempt === ref.attempt &&
    task.requestId === ref.requestId;
  return isCurrent ? task : deny('NotFound', 'this workflow task is no longer under way: it was answered, timed out or was given to another worker');
}

function failTask(draft: Draft, task: Started, { cause, failure, identity }: Pick<EngineCommands['FailWorkflowTask'], 'cause' | 'failure' | 'identity'>): void {
  const { scheduledEventId, startedEventId } = task;
  if (task.mode === 'updates') recordAttempt(draft, task);
  if (task.mode !== 'retry') record(draft, 'WorkflowTaskFailed', { scheduledEventId, startedEventId, cause, failure, identity });
  tryAgain(draft, task, retryDelay(task.attempt), cause === 'UNHANDLED_COMMAND');
}

/** After a task without success: with the events that were held, in a fresh task; else with the same ones, later. */
function tryAgain(draft: Draft, task: Started, delay: Millis, isRefusedClose = false): void {
  const hasNews = draft.state.held.length > 0;
  if (hasNews && task.mode === 'retry') note(draft, 'WorkflowTaskRetryWithdrawn', isRefusedClose ? { isRefusedClose } : {});
  releaseHeld(draft);
  if (hasNews) recordScheduled(draft, 1, draft.now);
  else note(draft, 'WorkflowTaskRetryScheduled', { attempt: task.attempt + 1, scheduledAt: draft.now, notBefore: draft.now + delay });
}

/** Since when the worker puts off the end of its task: from the schedule of the first one. Undefined for a task that has done something. */
const heartbeatOf = (state: RunState, task: Started, { commands, forceCreateNewWorkflowTask }: EngineCommands['CompleteWorkflowTask']): Millis | undefined =>
  forceCreateNewWorkflowTask && commands.length === 0 ? (state.heartbeatSince ?? task.scheduledAt) : undefined;

/** A task whose events are not written gives way. */
const withdraw = (draft: Draft, mode: WorkflowTaskMode): void => note(draft, mode === 'updates' ? 'UpdateTaskDropped' : 'WorkflowTaskRetryWithdrawn', {});

/** A task for updates that were all rejected, while nothing else came: as if it had never been. */
const leavesNoTrace = ({ state }: Draft, { mode }: Started, { commands, forceCreateNewWorkflowTask }: EngineCommands['CompleteWorkflowTask']): boolean =>
  mode === 'updates' && state.held.length === 0 && !forceCreateNewWorkflowTask && commands.every(({ type }) => type === 'RejectUpdate');

const retryDelay = (failedAttempt: number): Millis => Math.min(FIRST_RETRY_DELAY * 2 ** (failedAttempt - 1), LONGEST_RETRY_DELAY);

/** Writes the events of a task that were held back, with the times they had. */
function recordAttempt(draft: Draft, task: Started): void {
  recordScheduled(draft, task.attempt, task.scheduledAt);
  const { identity, requestId, scheduledEventId } = task;
  record(draft, 'WorkflowTaskStarted', { scheduledEventId, identity, requestId, historySizeBytes: draft.state.historySize }, task.startedAt);
}

function recordScheduled(draft: Draft, attempt: number, at: Millis): void {
  const { taskQueue, workflowTaskTimeout } = draft.state;
  record(draft, 'WorkflowTaskScheduled', { taskQueue, startToCloseTimeout: workflowTaskTimeout, attempt }, at);
}

function begin(task: WorkflowTaskState, startedEventId: number, startedAt: Millis, identity: string, requestId: string): WorkflowTaskState {
  if (task.phase === 'none') return task;
  const { mode, attempt, scheduledEventId, scheduledAt } = task;
  return {
    phase: 'started',
    mode,
    attempt,
    scheduledEventId,
    startedEventId,
    scheduledAt,
    startedAt,
    deliveredAt: startedAt,
    redeliveries: 0,
    identity,
    requestId,
  };
}

function rollBack(draft: Draft, before: { readonly state: RunState; readonly inputs: number; readonly owned: readonly Collection[] }): void {
  draft.state = before.state;
  draft.opens = undefined;
  draft.sends = [];
  draft.inputs.length = before.inputs;
  draft.owned.clear();
  for (const name of before.owned) draft.owned.add(name);
}
