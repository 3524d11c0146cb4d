/** What an engine tells of itself to those who look after it: its workers, its commits, and the tabs that it serves. */
import type { Millis } from '../common/brand.ts';

export interface EngineInfo {
  /** Those that polled and were not lost or shut down since, the latest poll first; a hundred at most. */
  readonly workers: readonly WorkerInfo[];
  readonly commits: CommitFigures;
  /** The tabs of the database, the leader first; absent of an engine that has no tabs, as in tests. */
  readonly tabs?: readonly TabInfo[];
  /** The id of the tab that asked, among `tabs`. */
  readonly thisTab?: string;
}

export interface WorkerInfo {
  readonly workerId: string;
  readonly identity: string;
  /** What it polls for. */
  readonly polls: readonly WorkerPoll[];
  readonly lastPollTime: Millis;
  readonly workflowTasksUnderWay: number;
  readonly activityTasksUnderWay: number;
}

export interface WorkerPoll {
  readonly kind: 'workflow' | 'activity';
  readonly namespace: string;
  readonly taskQueue: string;
}

/** Of the commits that wrote what was decided on runs. */
export interface CommitFigures {
  /** The seconds that `commits` and `events` are of: 60, or less of an engine that is younger. */
  readonly seconds: number;
  readonly commits: number;
  readonly events: number;
  /** How long commits took, in ms, of the last 512; absent before the first. */
  readonly latency?: { readonly count: number; readonly p50: Millis; readonly p99: Millis };
}

export interface TabInfo {
  readonly id: string;
  readonly role: 'leader' | 'follower';
  /** When it began to lead, or to follow this leader. */
  readonly since: Millis;
  /** When it was last heard of; absent of one that has not answered yet. */
  readonly lastHeard?: Millis;
  readonly isVisible?: boolean;
  /** Of the library that the tab has loaded. */
  readonly version?: string;
}
