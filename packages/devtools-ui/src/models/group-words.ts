/** A group in words: what it is called, and how it stands or ended, for labels, tables, tooltips and screen readers alike. */

import { formatClock, formatDuration } from './duration.ts';
import { failureText } from './event-summary.ts';
import type { Group, GroupStatus, Segment } from './group.ts';
import type { GroupKind } from './group-rules.ts';
import { payloadsText } from './payload-text.ts';
import { visibleText } from './visible-text.ts';
import { name, text, type Words, wordsText } from './words.ts';

/** How a group is called: "timer" `3 h`, with what tells it from others of its name apart. */
export interface GroupTitle {
  /** Absent where the name says it: an activity is called by its type. */
  readonly what?: string;
  readonly name: string;
  /** "4 attempts", "as order-1", "#2". */
  readonly more?: string;
}

const WHAT: Readonly<Record<GroupKind, string>> = {
  workflow: 'workflow',
  'workflow task': 'workflow task',
  activity: 'activity',
  'local activity': 'local activity',
  timer: 'timer',
  child: 'child',
  'external signal': 'signal sent',
  'external cancel': 'cancel',
  signal: 'signal',
  'cancel request': 'cancel request',
  update: 'update',
  'side effect': 'side effect',
  patch: 'patch',
  marker: 'marker',
  attributes: 'attributes',
};

export function titleOf(group: Group): GroupTitle {
  const { what, name, more } = titleParts(group);
  return { ...(what !== undefined && { what }), name: visibleText(name), ...(more !== undefined && { more: visibleText(more) }) };
}

function titleParts(group: Group): GroupTitle {
  const { kind, subject, retry, run } = group;
  switch (kind) {
    case 'activity':
      return { name: subject, ...more(attemptsText(group)) };
    case 'timer':
      return timerTitle(group);
    case 'child':
      return { what: 'child', name: subject, ...more(run ? `as ${run.workflowId}` : '') };
    case 'external signal':
      return { what: 'signal', name: subject, ...more(run ? `to ${run.workflowId}` : '') };
    case 'external cancel':
      return { what: 'cancel', name: run?.workflowId ?? '' };
    case 'workflow task':
      return { what: 'workflow task', name: group.activation === undefined ? '' : `${group.activation}` };
    default:
      return { what: WHAT[kind], name: subject, ...(retry ? more(attemptsText(group)) : {}) };
  }
}

const more = (words: string): { readonly more?: string } => (words === '' ? {} : { more: words });

/** A timer that the code did not name is called by its length: ids that are only numbers mean nothing to people. */
function timerTitle({ subject, start, expectedEnd }: Group): GroupTitle {
  if (!/^\d*$/.test(subject)) return { what: 'timer', name: subject };
  return { what: 'timer', name: expectedEnd === undefined ? subject : formatDuration(expectedEnd - start), ...more(subject === '' ? '' : `#${subject}`) };
}

function attemptsText({ retry, end }: Group): string {
  if (!retry) return '';
  const { attempt, maximumAttempts, source } = retry;
  if (end !== undefined) return attempt > 1 ? `${attempt} attempts` : '';
  return source === 'description' ? `attempt ${attempt} of ${maximumAttempts === 0 ? '∞' : maximumAttempts}` : '';
}

/** "timer 3 h #2", as one text. */
export const titleText = (group: Group): string => {
  const { what, name: called, more: rest } = titleOf(group);
  return [what, called, rest].filter(Boolean).join(' ');
};

const ENDED: Readonly<Record<GroupStatus, string>> = {
  queued: 'queued',
  running: 'running',
  timer: 'waiting',
  waiting: 'received',
  'backing off': 'backing off',
  completed: 'completed',
  failed: 'failed',
  'timed out': 'timed out',
  cancelled: 'cancelled',
  terminated: 'terminated',
  continued: 'continued as new',
  unknown: 'not known',
};

/** How a group stands, as parts: "running for 3 s", "retrying in 12 s after: Away", "completed after 312 ms: 42". */
export function statusWords(group: Group): Words {
  const { kind, status, start, end, expectedEnd, failure, retry } = group;
  if (end === undefined) {
    const after = failure ? [text(', after'), text(':'), { is: 'failure', text: failureText(failure) } as const] : [];
    if (status === 'backing off') return [text(`attempt ${retry?.attempt ?? ''} retrying`), { is: 'until', at: expectedEnd ?? start }, ...after];
    if (kind === 'timer' && expectedEnd !== undefined)
      return [text('fires'), name(formatClock(expectedEnd).slice(0, 8)), text(','), { is: 'until', at: expectedEnd }];
    return [text(`${ENDED[status]} for`), { is: 'since', at: currentStart(group) }, ...after];
  }
  const moment = pointWords(group);
  if (moment) return moment;
  const done = group.isLeft ? leftText(group) : kind === 'timer' && status === 'completed' ? 'fired' : ENDED[status];
  const took = text(`${done} after ${formatDuration(end - start)}`);
  if (failure && status !== 'completed') return [took, text(':'), { is: 'failure', text: failureText(failure) }];
  const result = resultText(group);
  return result === '' ? [took] : [took, text(':'), text(result)];
}

/** Of what happens at once and carries something. */
function pointWords({ kind, events, status, failure, subject, segments }: Group): Words | undefined {
  const [event] = events;
  if (kind === 'local activity' && segments[0]?.kind === 'point')
    return failure ? [text('failed'), text(':'), { is: 'failure', text: failureText(failure) }] : [text('completed')];
  switch (event?.type) {
    case 'WorkflowExecutionSignaled': {
      const input = payloadsText(event.attributes.input);
      return [text('received'), ...fromWhom(event.attributes), ...(input === '' ? [] : [text(':'), text(input)])];
    }
    case 'WorkflowExecutionCancelRequested':
      return [text('cancellation requested'), ...fromWhom(event.attributes), ...(subject === '' ? [] : [text(':'), text(subject)])];
    case 'MarkerRecorded':
      return kind === 'local activity' ? undefined : [text('recorded')];
    case 'UpsertWorkflowSearchAttributes':
      return [text('search attributes set')];
    case 'WorkflowPropertiesModified':
      return [text('memo set')];
    default:
      return kind === 'marker' ? [text(ENDED[status])] : undefined;
  }
}

function fromWhom({
  externalWorkflowExecution: from,
  identity,
}: {
  readonly externalWorkflowExecution?: { readonly workflowId: string };
  readonly identity?: string;
}): Words {
  if (from) return [text('from'), name(from.workflowId)];
  return identity === undefined || identity === '' ? [] : [text('from'), name(identity)];
}

function leftText({ kind, status, run }: Group): string {
  if (kind === 'child' && status === 'continued') return `left to run on as ${run?.workflowId ?? 'its own'}; this run ended`;
  return 'still open when the run ended';
}

const currentStart = ({ segments, start }: Group): number => {
  const last = segments.at(-1);
  return last && last.end === undefined ? last.start : start;
};

const resultText = ({ result }: Group): string => payloadsText(result?.filter(({ encoding }) => encoding !== 'binary/null'));

/** "timer 3 h #2: fires 15:45:40, in 2 h 55 m". */
export const groupText = (group: Group, now: number): string => `${titleText(group)}: ${wordsText(statusWords(group), now)}`;

/** A stretch of a group, in words: "attempt 2, running, 340 ms". */
export function segmentText(segment: Segment, now: number): string {
  const { kind, status, start, end, attempt, lastAttempt, isEndComputed, heartbeats } = segment;
  if (kind === 'point') return `at ${formatClock(start)}`;
  const length = `${formatDuration((end ?? Math.max(now, start)) - start)}${end === undefined ? ' so far' : ''}${isEndComputed ? ', its end computed from the retry policy' : ''}`;
  if (kind === 'unknown') return `${rangeText(attempt, lastAttempt)}: the history does not tell when they ran, ${length}`;
  const which = attempt === undefined ? '' : `attempt ${attempt}, `;
  const beats = heartbeats && heartbeats.length > 0 ? `, ${heartbeats.length} ${heartbeats.length === 1 ? 'heartbeat' : 'heartbeats'} seen` : '';
  const what = kind === 'running' ? (end === undefined ? 'running' : ENDED[status]) : kind === 'waiting' ? 'waiting' : kind;
  return `${which}${what}, ${length}${beats}`;
}

const rangeText = (first = 1, last = first): string => (first === last ? `attempt ${first}` : `attempts ${first} to ${last}`);
