/** Every status that a run, an activity, a timer or a child can show: the one table from which badge, bar, icon, chip and words derive. */
import type { RunStatus } from '../backend/shapes.ts';
import type { IconName } from '../theme/icons.ts';

export type Tone =
  | 'running'
  | 'queued'
  | 'timer'
  | 'waiting'
  | 'backing off'
  | 'completed'
  | 'failed'
  | 'timed out'
  | 'cancelled'
  | 'terminated'
  | 'continued'
  | 'paused'
  | 'past';

/** How a bar is drawn where colour cannot be seen, too. */
export type Pattern =
  | 'solid'
  | 'thin line'
  | 'outlined'
  | 'dotted'
  | 'hatched'
  | 'end cap'
  | 'open end'
  | 'grey'
  | 'square end'
  | 'arrow end'
  | 'hatched still'
  | 'frame';

export interface ToneLook {
  readonly tone: Tone;
  /** For chips, legends and those who hear the page. */
  readonly label: string;
  /** What it means, in one sentence. */
  readonly words: string;
  readonly icon: IconName;
  readonly pattern: Pattern;
  readonly border: 'dashed' | 'solid' | 'double';
  /** The custom properties of its text and of its bar. */
  readonly ink: `--pd-${string}`;
  readonly fill: `--pd-${string}`;
}

const look = (
  tone: Tone,
  label: string,
  words: string,
  icon: IconName,
  pattern: Pattern,
  border: ToneLook['border'],
  colour: string = tone.replace(' ', '-'),
): ToneLook => ({ tone, label, words, icon, pattern, border, ink: `--pd-${colour}`, fill: `--pd-${colour}-fill` });

export const TONES: Readonly<Record<Tone, ToneLook>> = {
  running: look('running', 'Running', 'Code is at work, or waits for something', 'running', 'solid', 'dashed'),
  queued: look('queued', 'Queued', 'It stands in line for a worker', 'queued', 'thin line', 'dashed'),
  timer: look('timer', 'Waiting for time', 'A timer has not fired yet', 'hourglass', 'outlined', 'dashed'),
  waiting: look('waiting', 'Waiting for a message', 'A person or another workflow has to send something', 'envelope', 'dotted', 'dashed'),
  'backing off': look('backing off', 'Backing off', 'An attempt has failed, and the next one is to come', 'retry', 'hatched', 'dashed'),
  completed: look('completed', 'Completed', 'It ended with a result', 'tick', 'solid', 'solid', 'done'),
  failed: look('failed', 'Failed', 'It ended with a failure', 'cross', 'end cap', 'solid'),
  'timed out': look('timed out', 'Timed out', 'It took longer than it was given', 'clock', 'open end', 'solid'),
  cancelled: look('cancelled', 'Cancelled', 'It was asked to stop, and did', 'slashed', 'grey', 'solid', 'stopped'),
  terminated: look('terminated', 'Terminated', 'It was stopped, and its code was not asked', 'stop', 'square end', 'solid'),
  continued: look('continued', 'Continued as new', 'It went on as a new run with a fresh history', 'arrowRight', 'arrow end', 'solid'),
  paused: look('paused', 'Paused', 'It goes on when somebody lets it', 'pause', 'hatched still', 'double'),
  past: look('past', 'In the past', 'What is shown is not how it is now', 'rewind', 'frame', 'double'),
};

export interface StatusLook {
  readonly label: string;
  readonly tone: Tone;
}

const STATUS_TONES: Readonly<Record<RunStatus, Tone>> = {
  RUNNING: 'running',
  COMPLETED: 'completed',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
  TERMINATED: 'terminated',
  CONTINUED_AS_NEW: 'continued',
  TIMED_OUT: 'timed out',
};

export const statusLook = (status: RunStatus): StatusLook => TONES[STATUS_TONES[status]];

/** Temporal's names of the statuses in queries, in the order in which counts are shown. */
export const QUERY_STATUSES: Readonly<Record<RunStatus, string>> = {
  RUNNING: 'Running',
  COMPLETED: 'Completed',
  FAILED: 'Failed',
  TIMED_OUT: 'TimedOut',
  CANCELLED: 'Canceled',
  TERMINATED: 'Terminated',
  CONTINUED_AS_NEW: 'ContinuedAsNew',
};
