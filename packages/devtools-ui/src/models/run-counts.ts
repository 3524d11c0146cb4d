/** What the tabs of a run count. */
import type { DescribedRun } from '../backend/shapes.ts';
import type { Group } from './group.ts';
import type { RunGroups } from './groups.ts';

const KINDS: ReadonlySet<Group['kind']> = new Set<Group['kind']>(['signal', 'update', 'external signal', 'cancel request', 'external cancel']);

export const messagesOf = ({ groups }: { readonly groups: RunGroups }): readonly Group[] => groups.groups.filter(({ kind }) => KINDS.has(kind));

export const pendingCount = (described: DescribedRun | undefined): number =>
  described
    ? described.pendingActivities.length + described.pendingTimers.length + described.pendingChildren.length + (described.pendingWorkflowTask ? 1 : 0)
    : 0;
