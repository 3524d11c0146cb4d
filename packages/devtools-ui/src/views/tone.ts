/** How a group stands, as a tone of the one table of statuses. */
import type { GroupStatus } from '../models/group.ts';
import type { GroupCategory } from '../models/group-rules.ts';
import type { Tone } from '../models/status.ts';
import type { RunWait } from '../models/waits.ts';
import type { IconName } from '../theme/icons.ts';

export const toneOf = (status: GroupStatus): Tone => (status === 'unknown' ? 'queued' : status);

/** What is waited for tells more than how it stands: a message looks like a message. */
export const toneOfWait = ({ on, status }: RunWait): Tone =>
  on === 'message' || on === 'code' ? 'waiting' : on === 'timer' || on === 'start' ? 'timer' : toneOf(status);

export const CATEGORY_ICONS: Readonly<Record<GroupCategory, IconName>> = {
  workflow: 'workflow',
  'workflow task': 'workflow',
  activity: 'activity',
  timer: 'hourglass',
  child: 'child',
  signal: 'envelope',
  update: 'update',
  marker: 'marker',
};
