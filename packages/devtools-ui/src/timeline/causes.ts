/** What led to a group, and what came of it, by the activations of the code between: the arrows of the timeline. */
import type { Group } from '../models/group.ts';
import type { RunGroups } from '../models/groups.ts';
import { activationAfter, askedForIn, commandsOf } from '../models/related.ts';

export interface Causes {
  /** What the code was told right before it asked for the group. */
  readonly before: readonly Group[];
  /** What the code asked for when it was told of the group's end. */
  readonly after: readonly Group[];
}

/** No more arrows than these in each direction: the nearest are kept. */
const MOST = 12;

export function causesOf(groups: RunGroups, group: Group): Causes {
  return { before: before(groups, group).slice(-MOST), after: after(groups, group).slice(0, MOST) };
}

function before(groups: RunGroups, group: Group): Group[] {
  const completed = groups.event(askedForIn(group.events[0]) ?? 0);
  if (completed?.type !== 'WorkflowTaskCompleted') return [];
  const found = new Map<number, Group>();
  // Back to the activation before: what ended since was told in this one.
  for (let id = completed.attributes.startedEventId - 1; id > 0; id -= 1) {
    const event = groups.event(id);
    if (!event || event.type === 'WorkflowTaskStarted') break;
    const owner = groups.groupOf(id);
    if (owner && owner.id !== group.id && activationAfter(groups, event) === completed.attributes.startedEventId) found.set(owner.id, owner);
  }
  return [...found.values()].reverse();
}

function after(groups: RunGroups, group: Group): Group[] {
  const last = group.events.at(-1);
  if (group.isLeft || group.end === undefined || !last) return [];
  const started = groups.event(activationAfter(groups, last) ?? 0);
  const completed = started && groups.groupOf(started.eventId)?.events.find(({ type }) => type === 'WorkflowTaskCompleted');
  if (!completed) return [];
  const found = commandsOf(groups, completed).flatMap((id) => groups.groupOf(id) ?? []);
  return [...new Map(found.filter(({ id }) => id !== group.id).map((each) => [each.id, each])).values()];
}
