/** The rows of the timeline: one for each activity, timer and child, and one for all signals, markers or updates of a name. Grows with its run. */

import type { RunRef } from '../backend/backend.ts';
import type { Group } from '../models/group.ts';
import type { GroupKind } from '../models/group-rules.ts';
import { type GroupTitle, titleOf } from '../models/group-words.ts';
import type { RunGroups } from '../models/groups.ts';
import { visibleText } from '../models/visible-text.ts';

export interface Lane {
  /** Unique in the timeline. */
  readonly key: string;
  readonly kind: GroupKind;
  /** Whose run it is: that of the timeline, or of a child that was opened in place. */
  readonly run: RunLanes;
  /** The places of its groups in those of its run. */
  readonly members: readonly number[];
}

/** Those of which there may be many that mean the same share a row. */
const SHARED: ReadonlySet<GroupKind> = new Set(['signal', 'cancel request', 'update', 'local activity', 'side effect', 'patch', 'marker', 'attributes']);

interface GrowingLane extends Lane {
  readonly members: number[];
}

export class RunLanes {
  readonly groups: RunGroups;
  readonly ref: RunRef | undefined;
  readonly #key: string;
  readonly #lanes: GrowingLane[] = [];
  readonly #byKey = new Map<string, GrowingLane>();
  #seen = 0;

  /** @param key of the timeline: tells the lanes of several runs apart */
  constructor(groups: RunGroups, key = '', ref?: RunRef) {
    this.groups = groups;
    this.#key = key;
    this.ref = ref;
  }

  /** The same array for ever: it grows in place when its run has. */
  get lanes(): readonly Lane[] {
    const all = this.groups.groups;
    for (; this.#seen < all.length; this.#seen += 1) this.#add(all[this.#seen] as Group, this.#seen);
    return this.#lanes;
  }

  membersOf(lane: Lane): Group[] {
    const all = this.groups.groups;
    return lane.members.map((index) => all[index] as Group);
  }

  /** The lane that a group is in. */
  laneOf(group: Group): Lane | undefined {
    return this.lanes.length === 0 ? undefined : this.#byKey.get(this.#laneKey(group));
  }

  #add(group: Group, index: number): void {
    const key = this.#laneKey(group);
    const known = this.#byKey.get(key);
    if (known) {
      known.members.push(index);
      return;
    }
    const lane: GrowingLane = { key, kind: group.kind === 'workflow task' ? 'workflow' : group.kind, run: this, members: [index] };
    this.#byKey.set(key, lane);
    this.#lanes.push(lane);
  }

  /** Workflow tasks are marks on the row of their run. */
  #laneKey({ kind, subject, id }: Group): string {
    if (kind === 'workflow' || kind === 'workflow task') return `${this.#key}/workflow`;
    return SHARED.has(kind) ? `${this.#key}/${kind} ${subject}` : `${this.#key}/${id}`;
  }
}

/** What a row is called: what its first group is, with how many there are. */
export function laneTitle(lane: Lane): GroupTitle {
  const all = lane.run.groups.groups;
  const first = all[lane.members[0] ?? 0] as Group;
  if (lane.kind === 'workflow') return first.kind === 'workflow' ? { what: 'workflow', name: visibleText(first.subject) } : { what: 'workflow', name: '' };
  if (lane.kind === 'child') return { what: 'child', name: visibleText(first.subject) };
  if (!SHARED.has(lane.kind)) return titleOf(first);
  const { what, name } = titleOf(first);
  return { ...(what === undefined ? {} : { what }), name, ...(lane.members.length > 1 ? { more: `×${lane.members.length}` } : {}) };
}

/** How an opened child stands in the timeline. */
export type ChildState =
  | { readonly state: 'loading' }
  | { readonly state: 'open'; readonly lanes: RunLanes; readonly isTruncated: boolean }
  | { readonly state: 'failed'; readonly message: string };

export type Row =
  | { readonly is: 'lane'; readonly key: string; readonly level: number; readonly lane: Lane; readonly child?: RunRef; readonly isExpanded?: boolean }
  /** Something about the rows above it. */
  | { readonly is: 'notice'; readonly key: string; readonly level: number; readonly text: string };

/** Children within children are opened so deep. */
export const DEEPEST = 5;
/** No more rows than these; what is left out is said. */
export const MOST_ROWS = 50_000;

/** All rows, from top to bottom. Costs as many steps as there are rows, and nothing for what has not been opened. */
export function rowsOf(run: RunLanes, children: ReadonlyMap<string, ChildState>): Row[] {
  const rows: Row[] = [];
  addRows(rows, run, children, 1);
  if (rows.length <= MOST_ROWS) return rows;
  const left = rows.length - MOST_ROWS;
  return [...rows.slice(0, MOST_ROWS), { is: 'notice', key: 'rest', level: 1, text: `${left} more rows are left out: close children to see them` }];
}

function addRows(rows: Row[], run: RunLanes, children: ReadonlyMap<string, ChildState>, level: number): void {
  const all = run.groups.groups;
  for (const lane of run.lanes) {
    const child = lane.kind === 'child' ? childOf(all[lane.members[0] as number], run.ref) : undefined;
    const state = child && children.get(lane.key);
    rows.push({ is: 'lane', key: lane.key, level, lane, ...(child && level < DEEPEST ? { child, isExpanded: state !== undefined } : {}) });
    if (!state) continue;
    if (state.state === 'open') {
      addRows(rows, state.lanes, children, level + 1);
      if (state.isTruncated)
        rows.push({ is: 'notice', key: `${lane.key} more`, level: level + 1, text: 'this child has more events: open it as a run of its own to see them' });
    } else rows.push({ is: 'notice', key: `${lane.key} state`, level: level + 1, text: state.state === 'loading' ? 'reading…' : state.message });
  }
}

function childOf(group: Group | undefined, ref: RunRef | undefined): RunRef | undefined {
  if (!group?.run || group.segments.every(({ kind }) => kind === 'queued')) return undefined;
  const [initiated] = group.events;
  const namespace = initiated?.type === 'StartChildWorkflowExecutionInitiated' ? initiated.attributes.namespace : undefined;
  return { namespace: namespace ?? ref?.namespace ?? 'default', ...group.run };
}
