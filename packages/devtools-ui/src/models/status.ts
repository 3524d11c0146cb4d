/** Every status a run can show: the one table from which badge, colour, icon and words derive. */
import type { WorkflowExecutionStatusName } from '@perdure/core/client';

export type Tone = 'running' | 'queued' | 'waiting' | 'backing off' | 'completed' | 'failed' | 'cancelled' | 'terminated' | 'continued';

export interface StatusLook {
  readonly label: string;
  readonly tone: Tone;
}

const STATUSES: Readonly<Record<WorkflowExecutionStatusName, StatusLook>> = {
  RUNNING: { label: 'Running', tone: 'running' },
  COMPLETED: { label: 'Completed', tone: 'completed' },
  FAILED: { label: 'Failed', tone: 'failed' },
  CANCELLED: { label: 'Cancelled', tone: 'cancelled' },
  TERMINATED: { label: 'Terminated', tone: 'terminated' },
  CONTINUED_AS_NEW: { label: 'Continued as new', tone: 'continued' },
  TIMED_OUT: { label: 'Timed out', tone: 'failed' },
};

export const statusLook = (status: WorkflowExecutionStatusName): StatusLook => STATUSES[status];

/** One path each in a box of 16 by 16, drawn with the stroke of the text: shape tells the tone where colour does not. */
export const TONE_ICONS: Readonly<Record<Tone, string>> = {
  running: 'M8 2.5a5.5 5.5 0 1 1-5.5 5.5M7.2 8a.8.8 0 1 0 1.6 0a.8.8 0 1 0-1.6 0',
  queued: 'M8 2.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 0 1 0-11',
  waiting: 'M2.5 4h11v8h-11zM2.5 4.5l5.5 4.5l5.5-4.5',
  'backing off': 'M13 8a5 5 0 1 1-1.6-3.7M13 2v3h-3',
  completed: 'M3 8.5l3.5 3.5L13 5',
  failed: 'M4 4l8 8M12 4l-8 8',
  cancelled: 'M8 2.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 0 1 0-11M4.2 11.8l7.6-7.6',
  terminated: 'M4 4h8v8h-8z',
  continued: 'M3 8h10M9 4l4 4l-4 4',
};
