/** What each key of the timeline does. */
import type { RunRef } from '../backend/backend.ts';
import { type Group, isProblem } from '../models/group.ts';
import { eventOf } from './bar-words.ts';
import type { Bar } from './bars.ts';
import { causesOf } from './causes.ts';
import type { KeyAct } from './keys.ts';
import type { Row } from './lanes.ts';
import type { TimelineModel } from './use-timeline.ts';

/** Where the keyboard is: on a row, or on one of its bars. By their keys. */
export interface Active {
  readonly row: string;
  readonly bar?: string;
}

export interface KeyContext {
  readonly timeline: TimelineModel;
  readonly active: Active | undefined;
  readonly barsOf: (row: number) => readonly Bar[];
  /** Rows in sight. */
  readonly page: number;
  /** @param index of a row that is to come to sight */
  readonly setActive: (active: Active, index?: number) => void;
  readonly select: (eventId: number, opens: boolean, run?: RunRef) => void;
  readonly unselect: () => void;
  readonly goTo: (group: Group) => void;
}

const ZOOM = 1.5;
const PAN_SHARE = 0.15;

/** @returns whether the key did something here; if not, it is for whatever is around the timeline */
export function perform(act: KeyAct, context: KeyContext): boolean {
  const { timeline, page } = context;
  const { store, state, rows } = timeline;
  const at = rows.findIndex(({ key }) => key === context.active?.row);
  switch (act) {
    case 'row up':
      return toRow(context, at - 1);
    case 'row down':
      return toRow(context, at + 1);
    case 'first row':
      return toRow(context, 0);
    case 'last row':
      return toRow(context, rows.length - 1);
    case 'page up':
      return toRow(context, at - page);
    case 'page down':
      return toRow(context, at + page);
    case 'bar right':
      return right(context, at);
    case 'bar left':
      return left(context, at);
    case 'zoom in':
      store.zoom(ZOOM, focusX(context, at));
      return true;
    case 'zoom out':
      store.zoom(1 / ZOOM, focusX(context, at));
      return true;
    case 'pan left':
      store.pan(-state.width * PAN_SHARE);
      return true;
    case 'pan right':
      store.pan(state.width * PAN_SHARE);
      return true;
    case 'fit':
      store.fit();
      return true;
    case 'live':
      store.goLive();
      return true;
    case 'zoom to selection':
      return zoomTo(context, at);
    case 'open':
    case 'select':
      return select(context, at, act === 'open');
    case 'related before':
    case 'related after':
      return related(context, act === 'related before');
    case 'next problem':
      return problem(context, 1);
    case 'previous problem':
      return problem(context, -1);
    case 'back':
      return back(context);
  }
}

function toRow({ timeline: { rows }, setActive }: KeyContext, wanted: number): boolean {
  const index = Math.min(rows.length - 1, Math.max(0, wanted));
  const row = rows[index];
  if (row) setActive({ row: row.key }, index);
  return true;
}

/** Bars that can be stood on, in the order of time. */
const stops = (context: KeyContext, at: number): Bar[] =>
  context
    .barsOf(at)
    .filter(({ shape }) => shape !== 'expected')
    .sort((a, b) => a.x - b.x);

function right(context: KeyContext, at: number): boolean {
  const { timeline, active, setActive } = context;
  const row = timeline.rows[at];
  if (row?.is !== 'lane' || !active) return true;
  if (active.bar === undefined && row.child && !row.isExpanded && timeline.children) {
    timeline.children.toggle(row.key, row.child);
    return true;
  }
  const bars = stops(context, at);
  const next = bars[bars.findIndex(({ key }) => key === active.bar) + 1];
  if (next) setActive({ row: row.key, bar: next.key });
  return true;
}

function left(context: KeyContext, at: number): boolean {
  const { timeline, active, setActive } = context;
  const row = timeline.rows[at];
  if (row?.is !== 'lane' || !active) return true;
  if (active.bar !== undefined) {
    const bars = stops(context, at);
    const before = bars[bars.findIndex(({ key }) => key === active.bar) - 1];
    setActive({ row: row.key, ...(before ? { bar: before.key } : {}) });
    return true;
  }
  if (row.child && row.isExpanded) timeline.children?.toggle(row.key, row.child);
  else {
    const parent = timeline.rows.slice(0, at).findLastIndex(({ level }) => level < row.level);
    if (parent >= 0) setActive({ row: (timeline.rows[parent] as Row).key }, parent);
  }
  return true;
}

const activeBar = (context: KeyContext, at: number): Bar | undefined => context.barsOf(at).find(({ key }) => key === context.active?.bar);

/** Keys zoom around the bar that they are on, so that it stays in sight; without one around the middle, or now. */
function focusX(context: KeyContext, at: number): number | undefined {
  const bar = activeBar(context, at);
  return bar && Math.min(Math.max(0, bar.x + bar.width / 2), context.timeline.state.width);
}

function activeGroup(context: KeyContext, at: number): Group | undefined {
  const row = context.timeline.rows[at];
  return activeBar(context, at)?.group ?? (row?.is === 'lane' ? row.lane.run.groups.groups[row.lane.members[0] ?? 0] : undefined);
}

function zoomTo(context: KeyContext, at: number): boolean {
  const { store, selected, now } = context.timeline;
  const group = activeBar(context, at)?.group ?? selected ?? activeGroup(context, at);
  if (group) store.show({ start: group.start, end: Math.max(group.end ?? now, group.start + 1) }, 0.1);
  return true;
}

function select(context: KeyContext, at: number, opens: boolean): boolean {
  const row = context.timeline.rows[at];
  if (row?.is !== 'lane') return true;
  const bar = activeBar(context, at);
  const group = activeGroup(context, at);
  const eventId = bar ? eventOf(bar) : group?.events[0]?.eventId;
  if (eventId !== undefined) context.select(eventId, opens, row.lane.run.ref);
  return true;
}

function related(context: KeyContext, isBefore: boolean): boolean {
  const { selected, lanes } = context.timeline;
  if (!selected) return false;
  const { before, after } = causesOf(lanes.groups, selected);
  const target = isBefore ? before.at(-1) : after[0];
  if (target) context.goTo(target);
  return true;
}

function problem(context: KeyContext, direction: 1 | -1): boolean {
  const { lanes, selected } = context.timeline;
  const problems = lanes.groups.groups.filter(({ status }) => isProblem(status));
  const target =
    direction === 1 ? problems.find(({ id }) => id > (selected?.id ?? 0)) : problems.findLast(({ id }) => id < (selected?.id ?? Number.POSITIVE_INFINITY));
  if (target) context.goTo(target);
  return true;
}

function back({ timeline: { store, state, selected }, unselect }: KeyContext): boolean {
  if (store.back()) return true;
  if (!state.isFit) {
    store.fit();
    return true;
  }
  if (selected) unselect();
  return selected !== undefined;
}
