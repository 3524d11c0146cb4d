/** What a run waits for, in words, what matters most first: the answer to "why is it not moving?". */
import type { DescribedRun, PendingActivity, PendingTimer, PendingWorkflowTask, Wait } from '../backend/shapes.ts';
import { formatDuration } from './duration.ts';
import { failureText } from './event-summary.ts';
import type { Group, GroupStatus } from './group.ts';
import type { RunGroups } from './groups.ts';
import { name, text, type WordPart, type Words, wordsText } from './words.ts';

export interface RunWait {
  readonly on: 'damage' | 'start' | 'workflow task' | 'activity' | 'child' | 'update' | 'external' | 'timer' | 'message' | 'code';
  readonly status: GroupStatus;
  /** "timer `reminder`, fires in 3 h 12 m". Without "waiting on". */
  readonly words: Words;
  /** The event by which it began, where there is one: that of its group. */
  readonly eventId?: number;
  /** When it will go on by itself, in ms since the epoch. */
  readonly until?: number;
}

/** What is known of a run besides its description; each makes the words better. */
export interface WaitSources {
  readonly groups?: RunGroups | undefined;
  /** Where the code waits, of the enhanced stack trace or of the run's last moment. */
  readonly places?: readonly Wait[] | undefined;
  /** In ms since the epoch, by the clock that the run goes by. */
  readonly now: number;
}

/** Nothing for a run that has closed. */
export function waitsOf(run: DescribedRun, { groups, places, now }: WaitSources): RunWait[] {
  const { summary } = run;
  if (summary.damage !== undefined)
    return [{ on: 'damage', status: 'failed', words: [text('its history is damaged'), text(':'), { is: 'failure', text: summary.damage }] }];
  if (summary.status !== 'RUNNING') return [];
  // Only a start that was put off is waited for: clocks may differ by a little, and of any other run it would be told that it is yet to start.
  if (summary.executionTime > summary.startTime && summary.executionTime > now && !run.pendingWorkflowTask)
    return [{ on: 'start', status: 'timer', words: [text('its start'), { is: 'until', at: summary.executionTime }], until: summary.executionTime }];
  const waits = [
    ...taskWaits(run.pendingWorkflowTask, groups, now),
    ...run.pendingActivities.map(activityWait),
    ...run.pendingChildren.map(childWait),
    ...(groups?.openGroups() ?? []).flatMap(messageWait),
    ...[...run.pendingTimers].sort((a, b) => a.fireTime - b.fireTime).map(timerWait),
  ].sort((a, b) => rank(a) - rank(b));
  if (waits.length > 0) return run.pendingTimers.length === waits.length ? [...elsewhere(places, run), ...waits] : waits;
  return (places ?? []).length > 0 ? (places ?? []).map(codeWait) : [nothingPending(run)];
}

/** "waiting on timer `reminder`, in 3 h 12 m" as plain text, with how many more there are; empty for no waits. */
export function waitsText(waits: readonly RunWait[], now: number): string {
  const [first] = waits;
  if (!first) return '';
  const more = waits.length > 1 ? `, and ${waits.length - 1} more` : '';
  return first.on === 'damage' ? wordsText(first.words, now) : `waiting on ${wordsText(first.words, now)}${more}`;
}

const ORDER: readonly RunWait['on'][] = ['damage', 'start', 'workflow task', 'activity', 'child', 'update', 'external', 'message', 'code', 'timer'];

/** What retries is told before what is merely under way. */
const rank = ({ on, status }: RunWait): number => ORDER.indexOf(on) * 2 + (status === 'backing off' || status === 'failed' ? 0 : 1);

function taskWaits(task: PendingWorkflowTask | undefined, groups: RunGroups | undefined, now: number): RunWait[] {
  if (!task) return [];
  const failing = groups?.failingTask();
  const because: Words = failing ? [text(', because'), text(':'), { is: 'failure', text: taskFailure(failing) }] : [];
  const eventId = failing ? { eventId: failing.id } : {};
  const what = text('workflow task');
  if (task.state === 'BACKING_OFF') {
    const until = task.notBefore ?? now;
    const words: Words = [what, text(`attempt ${task.attempt}, retrying`), { is: 'until', at: until }, ...because];
    return [{ on: 'workflow task', status: 'backing off', words, until, ...eventId }];
  }
  const isRetry = task.attempt > 1;
  const since = task.state === 'STARTED' ? (task.startedTime ?? task.scheduledTime) : task.scheduledTime;
  const doing = task.state === 'STARTED' ? 'in the worker for' : 'not picked up by a worker for';
  const words: Words = [what, text(`${isRetry ? `attempt ${task.attempt}, ` : ''}${doing}`), { is: 'since', at: since }, ...(isRetry ? because : [])];
  return [{ on: 'workflow task', status: isRetry ? 'backing off' : task.state === 'STARTED' ? 'running' : 'queued', words, ...eventId }];
}

function taskFailure({ failure, subject, status }: Group): string {
  if (failure) return failureText(failure);
  return status === 'timed out' ? 'the worker did not answer in time' : subject.toLowerCase().replaceAll('_', ' ');
}

function activityWait(activity: PendingActivity): RunWait {
  const { state, activityType, attempt, maximumAttempts, nextAttemptScheduleTime, lastFailure, lastStartedTime, scheduledTime, scheduledEventId } = activity;
  const after: Words = lastFailure ? [text(', after'), text(':'), { is: 'failure', text: failureText(lastFailure) }] : [];
  const which = attempt > 1 ? ` attempt ${attempt} of ${maximumAttempts === 0 ? '∞' : maximumAttempts}` : '';
  const subject: Words = [text('activity'), name(activityType), ...(which === '' ? [] : [text(which.trim())])];
  const base = { on: 'activity', eventId: scheduledEventId } as const;
  if (state === 'BACKING_OFF') {
    const until = nextAttemptScheduleTime ?? scheduledTime;
    return { ...base, status: 'backing off', until, words: [...subject, text('retrying'), { is: 'until', at: until }, ...after] };
  }
  if (state === 'SCHEDULED') return { ...base, status: 'queued', words: [...subject, text(', not picked up by a worker for'), since(activity), ...after] };
  const doing = state === 'CANCEL_REQUESTED' ? ', asked to cancel, running for' : ', running for';
  return { ...base, status: 'running', words: [...subject, text(doing), { is: 'since', at: lastStartedTime ?? scheduledTime }, ...after] };
}

/** A later attempt stands in line since some time that nobody recorded; the last start is the best that is known. */
const since = ({ attempt, lastStartedTime, scheduledTime }: PendingActivity): WordPart => ({
  is: 'since',
  at: attempt > 1 ? (lastStartedTime ?? scheduledTime) : scheduledTime,
});

function childWait({ workflowId, workflowType, runId, initiatedEventId }: DescribedRun['pendingChildren'][number]): RunWait {
  const words: Words = [text('child'), name(workflowType), text('as'), name(workflowId), ...(runId === undefined ? [text(', which has not started')] : [])];
  return { on: 'child', status: runId === undefined ? 'queued' : 'running', words, eventId: initiatedEventId };
}

/** What the description does not list, but the history shows to be open. */
function messageWait({ id, kind, status, subject, run, start }: Group): RunWait[] {
  const age: WordPart = { is: 'since', at: start };
  if (kind === 'update') return [{ on: 'update', status, eventId: id, words: [text('update'), name(subject), text(', whose handler has run for'), age] }];
  const to = name(run?.workflowId ?? '');
  if (kind === 'external signal')
    return [{ on: 'external', status, eventId: id, words: [text('signal'), name(subject), text('to'), to, text(', under way for'), age] }];
  if (kind === 'external cancel') return [{ on: 'external', status, eventId: id, words: [text('cancellation of'), to, text(', under way for'), age] }];
  return [];
}

function timerWait({ timerId, startTime, fireTime, startedEventId }: PendingTimer): RunWait {
  const called = /^\d*$/.test(timerId) ? formatDuration(fireTime - startTime) : timerId;
  return {
    on: 'timer',
    status: 'timer',
    until: fireTime,
    eventId: startedEventId,
    words: [text('timer'), name(called), text(', fires'), { is: 'until', at: fireTime }],
  };
}

/** Code waits at more places than there are timers: something else may wake the run too, though nobody can tell which of the places that is. */
const elsewhere = (places: readonly Wait[] | undefined, { pendingTimers }: DescribedRun): RunWait[] =>
  (places ?? []).length > pendingTimers.length ? [codeWait({ frames: [] })] : [];

function codeWait({ frames }: Wait): RunWait {
  const [place] = frames;
  const words: Words = [text('a signal, an update or a condition'), ...(place ? [text('at'), { is: 'place', place } as const] : [])];
  return { on: 'code', status: 'waiting', words };
}

function nothingPending({ cancelRequested }: DescribedRun): RunWait {
  const words = [text(cancelRequested ? 'its code, which was asked to cancel' : 'a signal, an update or a condition: nothing else is pending')];
  return { on: 'message', status: 'waiting', words };
}
