/** What stands beside a bar, and what is said of it where there is room for a sentence. */
import { formatClock, formatDuration } from '../models/duration.ts';
import { failureText } from '../models/event-summary.ts';
import type { Group } from '../models/group.ts';
import { groupText, segmentText, statusWords, titleText } from '../models/group-words.ts';
import { payloadsText } from '../models/payload-text.ts';
import { wordsText } from '../models/words.ts';
import type { Bar } from './bars.ts';

/** A sentence: what the bar is of, what it shows, and what went wrong there. */
export function barText(bar: Bar, now: number): string {
  const { group, segment, count, shape } = bar;
  if (count > 1) return `${count} × ${titleText(group)} and others close together from ${formatClock(segment.start)}: zoom in to tell them apart`;
  if (group.segments.length === 1 || shape === 'expected') return groupText(group, now);
  const failure = group.attempts.find(({ attempt }) => attempt === segment.attempt)?.failure;
  const isFailed = failure && (segment.status === 'failed' || segment.status === 'timed out');
  return `${titleText(group)}: ${segmentText(segment, now)}${isFailed ? `: ${failureText(failure)}` : ''}`;
}

/** The event that a bar leads to: that which ended the group for its last segment, else that which began it. */
export function eventOf({ group, segment }: Bar): number {
  const isLast = segment === group.segments.at(-1);
  return ((isLast && !group.isLeft ? group.events.at(-1) : undefined) ?? group.events[0])?.eventId ?? group.id;
}

/** A few words beside a group's bars; none where the bars say all. */
export function barLabel(group: Group, now: number): string {
  const { kind, status, end, start, expectedEnd, attempts, failure, retry } = group;
  if (kind === 'timer') return end === undefined ? wordsText(statusWords(group), now) : '';
  if (end === undefined) {
    if (status === 'backing off' && expectedEnd !== undefined) return `attempt ${retry?.attempt ?? ''} ${wordsText([{ is: 'until', at: expectedEnd }], now)}`;
    const details = attempts.at(-1)?.heartbeatDetails;
    return details ? `♥ ${payloadsText(details)}` : '';
  }
  if (failure && (status === 'failed' || status === 'timed out')) return failureText(failure);
  return kind === 'child' && !group.isLeft ? formatDuration(end - start) : '';
}
