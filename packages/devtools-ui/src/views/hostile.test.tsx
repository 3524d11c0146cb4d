import type { HistoryEvent, HistoryRun } from '@perdure/core/history';
import { beforeAll, expect, test } from 'vitest';
import { groupText, titleText } from '../models/group-words.ts';
import { goldenRuns } from '../models/groups.test-kit.ts';
import { MISLEADING } from '../models/visible-text.ts';
import { barLabel } from '../timeline/bar-words.ts';
import { laneTitle, RunLanes } from '../timeline/lanes.ts';
import { draw, loadViews, opened } from './drawn.test-kit.tsx';
import { WorkflowsView } from './list/workflows-view.tsx';
import { EventDetails } from './run/details.ts';
import { RUN_TABS } from './run/run-tabs.ts';
import { RunView } from './run/run-view.tsx';

/** In each text that is put in, so that it is found wherever it comes out. */
const MARK = 'x-hostile';
const TAGS = ['img', 'svg', 'iframe', 'script', 'a', 'style', 'math', 'object', 'input', 'details', 'video', 'form'];
const REST = [
  ...['onerror', 'onload', 'onclick', 'ontoggle', 'onfocus autofocus'].map((handler) => `${handler}="alert('${MARK}')"`),
  ...['src', 'href', 'xlink:href', 'srcdoc', 'action', 'data'].map((attribute) => `${attribute}="javascript:alert(&quot;${MARK}&quot;)"`),
];
const BEFORE = ['', '">', "'>", '</span>', '<!--', ']]>', '`', '{{', '[a](javascript:alert(1))'];
/** Characters that turn or hide what is around them. */
const HIDING = ['\u202e', '\u2066', '\u200f', '\u200b', '\u0000', '\u001b[31m', '\u0085', '\ufeff', '\u061c'];
const VECTORS = BEFORE.flatMap((before) => TAGS.flatMap((tag) => REST.map((rest) => `${before}<${tag} ${rest}>`)))
  .filter((_, index) => index % 2 === 0)
  .map((vector, index) => `${vector}${HIDING[index % HIDING.length]}z`);

/** The same text becomes the same one wherever it stands: ids go on naming what they named. */
const poisoned = (text: string): string => {
  let hash = 0;
  for (const character of text) hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) >>> 0;
  return `${text}${VECTORS[hash % VECTORS.length]}`;
};

/** Every text that somebody else wrote, names of fields in payloads included; what the engine itself writes (types, states, encodings) stays. */
function poison(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return key === 'encoding' || /^[A-Z_]+$/.test(value) ? value : poisoned(value);
  if (Array.isArray(value)) return value.map((each) => poison(each, key));
  if (typeof value !== 'object' || value === null) return value;
  if ('encoding' in value && 'data' in value && String(value.encoding).startsWith('json/') && typeof value.data === 'string')
    return { ...value, data: JSON.stringify(poisonJson(JSON.parse(value.data))) };
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, poison(each, name)]));
}

function poisonJson(value: unknown): unknown {
  if (typeof value === 'string') return poisoned(value);
  if (Array.isArray(value)) return value.map(poisonJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [poisoned(name), poisonJson(each)]));
}

const poisonRun = (run: HistoryRun): HistoryRun => ({
  ...run,
  workflowId: poisoned(run.workflowId || 'workflow'),
  runId: poisoned(run.runId || 'run'),
  events: run.events.map((event) => ({ ...event, attributes: poison(event.attributes) }) as HistoryEvent),
});

/** Histories that have between them each type of event. */
const runs: [name: string, run: HistoryRun][] = [];
const types = new Set<string>();
for (const run of goldenRuns()) {
  const before = types.size;
  for (const { type } of run.events) types.add(type);
  if (types.size > before) runs.push([run.name, poisonRun(run)]);
}

/** What is wrong with markup: an element or a handler that came out of a text, an address that runs, a character that misleads. */
function wrongIn(markup: string): string[] {
  const elements = markup.replace(/"[^"]*"/g, '""'); // in texts, quotes are written as &quot;
  return [
    ...(elements.match(new RegExp(`<[^>]*${MARK}`, 'g')) ?? []),
    ...(markup.match(/\s(on\w+|srcdoc)="/g) ?? []),
    ...(markup.match(/\s(href|src|action|xlink:href)="(?!#|https?:|data:image)[^"]*/g) ?? []),
    // An id of an element is read by nobody.
    ...(markup.replace(/\s(id|aria-activedescendant)="[^"]*"/g, '').match(new RegExp(`.{0,80}${MISLEADING.source}`, 'gu')) ?? []),
  ];
}

beforeAll(loadViews);

test('S6: there are more than five hundred hostile texts, and histories with each type of event', () => {
  expect(VECTORS.length).toBeGreaterThan(500);
  expect(types.size).toBeGreaterThan(35);
});

test.each(runs)('S6: hostile texts in all that is in %s stay texts, and hide nothing', async (_, run) => {
  const devtools = await opened(run);
  const page = devtools.store.getState().session?.store.getState().page;
  if (!page) throw new Error('the run is not open');
  const drawn = [draw(devtools, <WorkflowsView />)];
  for (const { id } of RUN_TABS) {
    devtools.navigation.adjust({ tab: id });
    drawn.push(draw(devtools, <RunView page={page} />));
  }
  devtools.navigation.adjust({ tab: 'events', view: { as: 'groups' } });
  drawn.push(draw(devtools, <RunView page={page} />));
  for (const { eventId } of run.events) drawn.push(draw(devtools, <EventDetails page={page} eventId={eventId} />));
  expect(drawn.join('')).toContain(MARK);
  expect([...new Set(drawn.flatMap(wrongIn))]).toEqual([]);
  // The timeline draws what it is told when it knows its width.
  const { groups } = page.store.getState();
  const now = Date.UTC(2026, 11, 1);
  const lanes = new RunLanes(groups).lanes.flatMap((lane) => Object.values(laneTitle(lane)));
  const bars = groups.groups.flatMap((group) => [titleText(group), groupText(group, now), barLabel(group, now)]);
  expect([...lanes, ...bars].filter((words) => words.search(MISLEADING) >= 0)).toEqual([]);
});
