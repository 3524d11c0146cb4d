/** What is drawn in a row: its segments in pixels, cut at the edges of sight, never thinner than can be seen, and merged where they would lie on each other. */
import type { Group, GroupStatus, Segment } from '../models/group.ts';
import type { Lane } from './lanes.ts';
import type { TimeMap } from './time-map.ts';
import { rightEdge, type Viewport, xOf } from './viewport.ts';

export interface Bar {
  /** Unique in its row, and the same while it can be seen. */
  readonly key: string;
  /** `merged`: several that are too close to be told apart. `task`: a workflow task. `run`: the run itself. `expected`: what is still to come of it. */
  readonly shape: Segment['kind'] | 'merged' | 'task' | 'run' | 'expected';
  readonly status: GroupStatus;
  /** Of its left edge. */
  readonly x: number;
  readonly width: number;
  /** What it is of; of merged ones the first. */
  readonly group: Group;
  /** Of merged ones the first. */
  readonly segment: Segment;
  /** How many it stands for. */
  readonly count: number;
  /** Its beginning or end lies out of sight. */
  readonly isCutLeft: boolean;
  readonly isCutRight: boolean;
  /** Of what still waits for a known moment: the share that is over, from 0 to 1. */
  readonly share?: number;
  /** Places of its heartbeats, from its left edge. */
  readonly beats?: readonly number[];
}

/** Nothing is drawn thinner. */
export const LEAST_PX = 3;
/** The width of a mark for what has no length. */
export const POINT_PX = 14;
/** Points nearer to each other than this are merged. */
const POINTS_APART_PX = 11;
/** What is merged is cut here, so that zooming in has something to take apart. */
const MOST_MERGED_PX = 120;
/** What is cut at an edge of sight goes on for so long beyond it. */
const OVERHANG_PX = 8;

export interface Scene {
  readonly map: TimeMap;
  readonly view: Viewport;
  /** Of the plot, in pixels. */
  readonly width: number;
  readonly now: number;
}

export function barsOf(lane: Lane, scene: Scene): Bar[] {
  const all = lane.run.groups.groups;
  const { view, map, width, now } = scene;
  const from = view.start;
  const to = rightEdge(map, view, width);
  const merge = new Merger();
  const expected: Bar[] = [];
  for (const index of lane.members) {
    const group = all[index] as Group;
    const end = group.end ?? Math.max(now, group.expectedEnd ?? now);
    if (group.start > to || (end < from && group.segments[0]?.kind !== 'point')) continue;
    for (const segment of group.segments) merge.add(barOf(group, segment, scene));
    const rest = expectedBar(group, scene);
    if (rest) expected.push(rest);
  }
  return [...expected, ...merge.done()];
}

function barOf(group: Group, segment: Segment, { map, view, width, now }: Scene): Bar | undefined {
  const { kind, start, heartbeats, attempt } = segment;
  const end = segment.end ?? (group.kind === 'timer' ? Math.max(now, group.expectedEnd ?? now) : Math.max(start, now));
  const [left, right] = [xOf(map, view, start), xOf(map, view, end)];
  const isPoint = kind === 'point';
  if (isPoint ? right < -POINT_PX || left > width + POINT_PX : right < 0 || left > width) return undefined;
  // Most work is picked up at once: a line of queueing that cannot be seen would only cover what it leads to.
  const isTask = group.kind === 'workflow task';
  if (kind === 'queued' && group.segments.length > 1 && (isTask || right - left < 1)) return undefined;
  const x = isPoint ? left - POINT_PX / 2 : Math.max(left, -OVERHANG_PX);
  const bar = {
    key: `${group.id}:${attempt ?? 0}${kind}`,
    shape: isTask ? 'task' : group.kind === 'workflow' && kind === 'running' ? 'run' : kind,
    status: segment.status,
    x,
    width: isPoint ? POINT_PX : Math.max(LEAST_PX, Math.min(right, width + OVERHANG_PX) - x),
    group,
    segment,
    count: 1,
    isCutLeft: left < 0,
    isCutRight: right > width,
  } as const;
  const share = shareOf(group, segment, now);
  const beats = heartbeats?.map((at) => xOf(map, view, at) - x).filter((at) => at >= 0);
  return { ...bar, ...(share === undefined ? {} : { share }), ...(beats && beats.length > 0 ? { beats } : {}) };
}

function shareOf({ kind, status, expectedEnd }: Group, { kind: shape, start, end }: Segment, now: number): number | undefined {
  if (kind !== 'timer' || shape !== 'waiting') return undefined;
  if (end !== undefined) return status === 'completed' ? 1 : 0;
  return expectedEnd === undefined || expectedEnd <= start ? 0 : Math.min(1, Math.max(0, (now - start) / (expectedEnd - start)));
}

/** From now on until what is foreseen: an attempt's next try. A timer's bar goes there by itself. */
function expectedBar(group: Group, { map, view, width, now }: Scene): Bar | undefined {
  const last = group.segments.at(-1);
  if (group.kind === 'timer' || group.end !== undefined || group.expectedEnd === undefined || !last || group.expectedEnd <= now) return undefined;
  const [left, right] = [xOf(map, view, Math.max(now, last.start)), xOf(map, view, group.expectedEnd)];
  if (right < 0 || left > width) return undefined;
  const x = Math.max(left, -OVERHANG_PX);
  const end = Math.min(right, width + OVERHANG_PX);
  if (end - x < LEAST_PX) return undefined;
  return {
    key: `${group.id}:expected`,
    shape: 'expected',
    status: last.status,
    x,
    width: end - x,
    group,
    segment: last,
    count: 1,
    isCutLeft: left < 0,
    isCutRight: right > width,
  };
}

/** How bad a status is: of several in one place, the worst is shown. */
const WORSE: readonly GroupStatus[] = [
  'unknown',
  'queued',
  'completed',
  'continued',
  'cancelled',
  'waiting',
  'timer',
  'running',
  'backing off',
  'terminated',
  'timed out',
  'failed',
];
const worseOf = (a: GroupStatus, b: GroupStatus): GroupStatus => (WORSE.indexOf(b) > WORSE.indexOf(a) ? b : a);

/** Puts together what is thinner than can be seen and lies side by side. Bars come in the order of their starts. */
class Merger {
  readonly #bars: Bar[] = [];
  #merged: { -readonly [K in keyof Bar]: Bar[K] } | undefined;
  #lastX = 0;

  add(bar: Bar | undefined): void {
    if (!bar) return;
    if (bar.width > LEAST_PX && bar.shape !== 'point' && bar.shape !== 'task') {
      this.#bars.push(bar);
      return;
    }
    const apart = bar.shape === 'point' ? POINTS_APART_PX : LEAST_PX;
    const merged = this.#merged;
    if (!merged || bar.width > POINT_PX || merged.width > MOST_MERGED_PX || bar.x > this.#lastX + apart) {
      if (merged) this.#bars.push(merged);
      this.#merged = { ...bar };
    } else {
      if (merged.count === 1) merged.key += '+';
      if (merged.shape !== 'task') merged.shape = 'merged';
      merged.status = worseOf(merged.status, bar.status);
      merged.width = Math.max(merged.x + merged.width, bar.x + bar.width) - merged.x;
      merged.count += bar.count;
    }
    this.#lastX = Math.max(bar.x, this.#lastX);
  }

  done(): Bar[] {
    if (this.#merged) this.#bars.push(this.#merged);
    return this.#bars;
  }
}
