import { CLOSE_EVENTS } from '@perdure/core/history';
import { describe, expect, test } from 'vitest';
import { isOpen } from './group.ts';
import { EVENT_TYPES } from './group-rules.ts';
import { groupText, segmentText } from './group-words.ts';
import { goldenRuns } from './groups.test-kit.ts';
import { RunGroups } from './groups.ts';
import { relatedEvents } from './related.ts';

const runs = [...goldenRuns()];
const seen = new Set<string>();

describe('every history that a Temporal server recorded', () => {
  test.each(runs.map((run) => [`${run.name} ${run.workflowId} ${run.runId}`, run] as const))('%s has a group and words for each event', (_, { events }) => {
    const groups = new RunGroups();
    for (const event of events) groups.append([event]);
    const all = groups.groups;
    expect(all.flatMap((group) => group.events.map(({ eventId }) => eventId as number)).sort((a, b) => a - b)).toEqual(events.map(({ eventId }) => eventId));
    for (const group of all) {
      expect(groupText(group, group.start)).toMatch(/^\S.*: \S/);
      expect(group.segments.length).toBeGreaterThan(0);
      let cursor = group.start;
      for (const segment of group.segments) {
        expect(segment.start).toBeGreaterThanOrEqual(cursor);
        expect(segment.end ?? segment.start).toBeGreaterThanOrEqual(segment.start);
        expect(segmentText(segment, segment.start)).not.toBe('');
        cursor = segment.end ?? segment.start;
      }
      if (group.end !== undefined) expect(group.end).toBeGreaterThanOrEqual(group.start);
    }
    for (const event of events) {
      seen.add(event.type);
      for (const { eventId } of relatedEvents(groups, event.eventId)) expect(groups.event(eventId)).toBeDefined();
    }
    const isClosed = (CLOSE_EVENTS as readonly string[]).includes(events.at(-1)?.type ?? '');
    expect(all.some(isOpen)).toBe(!isClosed);
    const atOnce = new RunGroups();
    atOnce.append(events);
    expect(atOnce.groups).toEqual(all);
  });

  test('together they have nearly every event type; the rest is tested by hand', () => {
    expect(EVENT_TYPES.filter((type) => !seen.has(type))).toEqual([
      'WorkflowExecutionOptionsUpdated',
      'WorkflowTaskTimedOut',
      'ChildWorkflowExecutionTerminated',
    ]);
  });
});
