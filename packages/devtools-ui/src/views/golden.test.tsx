import { beforeAll, expect, test } from 'vitest';
import { summarize } from '../models/event-summary.ts';
import { goldenRuns } from '../models/groups.test-kit.ts';
import { draw, loadViews, opened } from './drawn.test-kit.tsx';
import { WorkflowsView } from './list/workflows-view.tsx';
import { EventDetails } from './run/details.ts';
import { RUN_TABS } from './run/run-tabs.ts';
import { RunView } from './run/run-view.tsx';

/** What an activity's events are of, the event that scheduled it says; steps of the code and a cancelled run say all by their type. */
const SILENT: readonly string[] = [
  'ActivityTaskCancelRequested',
  'ActivityTaskCanceled',
  'WorkflowExecutionCanceled',
  'WorkflowTaskCompleted',
  'WorkflowTaskScheduled',
  'WorkflowTaskStarted',
];

/** Of each type of event so many are drawn in full. */
const ENOUGH = 12;
const drawn = new Map<string, number>();
const runs = [...goldenRuns()].filter(({ events }) => events.length > 0);

beforeAll(loadViews);

test('there are golden histories to open', () => {
  expect(runs.length).toBeGreaterThan(200);
});

for (const run of runs)
  test(`every view of ${run.name} ${run.runId} can be drawn`, async () => {
    const devtools = await opened(run);
    const page = devtools.store.getState().session?.store.getState().page;
    if (!page) throw new Error('the run is not open');
    const state = page.store.getState();
    expect({ events: state.events.length, isCaughtUp: state.isCaughtUp, error: state.error }).toEqual({
      events: run.events.length,
      isCaughtUp: true,
      error: undefined,
    });
    expect(draw(devtools, <WorkflowsView />)).toContain('pd-run');
    for (const { id } of RUN_TABS) {
      devtools.navigation.adjust({ tab: id });
      expect(draw(devtools, <RunView page={page} />), id).toContain('role="tabpanel"');
    }
    devtools.navigation.adjust({ tab: 'events', view: { as: 'groups' } });
    expect(draw(devtools, <RunView page={page} />)).toContain('role="treegrid"');
    for (const { eventId, type } of run.events) {
      const seen = drawn.get(type) ?? 0;
      drawn.set(type, seen + 1);
      if (seen >= ENOUGH) continue;
      const details = draw(devtools, <EventDetails page={page} eventId={eventId} />);
      expect(details).toContain(type);
      expect(details, `${type} shows a payload as it is stored`).not.toContain('json/plain');
    }
  });

test('every type of event that a server has recorded has words of its own', () => {
  const types = new Set<string>(runs.flatMap(({ events }) => events.map(({ type }) => type)));
  const words = runs.flatMap(({ events }) => events.map((event) => [event.type, summarize(event)] as const));
  expect(types.size).toBeGreaterThan(35);
  expect([...new Set(words.filter(([, { title }]) => !/^[A-Z][a-z]+( [a-z]+)+$/.test(title)).map(([type]) => type))]).toEqual([]);
  const silent = new Set(types);
  for (const [type, { facts }] of words) if (facts !== '') silent.delete(type);
  // These have nothing to say beside what they are, or what they belong to says it.
  expect([...silent].sort()).toEqual(SILENT);
});
