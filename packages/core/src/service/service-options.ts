/** What an engine is made of. */
import type { Epoch, Millis } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';
import type { Rng } from '../common/rng.ts';
import type { SearchAttributeTypes } from '../common/search-attribute-types.ts';
import type { Limits } from '../engine/limits.ts';
import type { LimitWarning } from '../protocol/limit-warning.ts';
import type { Store } from '../storage/store.ts';
import type { NamespaceLimits } from './namespace-totals.ts';
import type { WorkflowIdReuse } from './start-storms.ts';

export interface ServiceOptions {
  /** Stays open when the service stops: who opened it closes it. */
  readonly store: Store;
  readonly clock: Clock;
  readonly rng: Rng;
  /** Watches over a worker where the host can: calls `onLost` when it is gone. @returns a function that ends the watch */
  readonly watchWorker?: (workerId: string, onLost: () => void) => () => void;
  /** The service has ended by itself: another writer took over, or the store failed for good. */
  readonly onFailure?: (reason: Error) => void;
  /** How much heap may be taken by runs that wait for nothing but time or a signal, in bytes. Default 1 MiB. */
  readonly idleBytes?: number;
  /**
   * How long a commit may wait for workflow tasks that were handed out ahead of it, so that what they decide is in it: fewer commits for
   * about a workflow task's time of delay. In ms; 0, the default, writes at once.
   */
  readonly aheadWindow?: Millis;
  /** The clock is looked at least this often while something waits for time, since it may jump. Default a minute. */
  readonly longestAlarmDelay?: Millis;
  /** How long a query waits for its answer. Default ten seconds. */
  readonly queryDeadline?: Millis;
  /** How often a workflow id may be used again by clients. Default twenty times at once, and then once a second. */
  readonly workflowIdReuse?: WorkflowIdReuse;
  /** What runs may have at most, where it is not what Temporal's server has. For tests: all engines of a database should have the same. */
  readonly limits?: Partial<Limits>;
  /** What the clients of each namespace may take. By default there are no such limits. */
  readonly namespaceLimits?: Partial<NamespaceLimits>;
  /** A run has come near to a limit. Told once per run and kind while the run is in memory. Default: a line of the console. */
  readonly onWarning?: (warning: LimitWarning) => void;
  /** The search attributes that workflows may set, by name. Default those of a Temporal development server: CustomKeywordField and so on. */
  readonly searchAttributes?: SearchAttributeTypes;
}

/** The same for the one who does the work, with nothing left open. */
export interface ShardOptions {
  readonly store: Store;
  readonly epoch: Epoch;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly idleBytes: number;
  readonly aheadWindow: Millis;
  readonly longestAlarmDelay: Millis;
  readonly queryDeadline: Millis;
  readonly workflowIdReuse: WorkflowIdReuse;
  readonly limits: Limits;
  readonly namespaceLimits: NamespaceLimits;
  readonly onWarning: (warning: LimitWarning) => void;
  readonly searchAttributeTypes: SearchAttributeTypes;
  readonly watchWorker: ((workerId: string, onLost: () => void) => () => void) | undefined;
  readonly onFailure: (reason: Error) => void;
}
