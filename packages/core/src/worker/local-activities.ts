/** What a workflow host needs of the place where local activities run. */
import type { Millis, RunId } from '../common/brand.ts';
import type { LocalActivityCommand, LocalActivityResult } from './local-activity-machine.ts';

/** The run that a local activity belongs to. */
export interface LocalActivityOwner {
  readonly namespace: string;
  readonly workflowId: string;
  readonly runId: RunId;
  readonly workflowType: string;
  readonly taskQueue: string;
  /** Back-offs longer than this become timers of the workflow's, unless the activity sets its own threshold. */
  readonly workflowTaskTimeout: Millis;
}

export interface LocalActivityRunner {
  /**
   * Runs it, attempts and back-offs included, and calls `onEnd` once. Never throws.
   *
   * @param now by the workflow's clock, which is the engine's: the worker's own measures, and tells no time
   * @returns asks it to stop; it may still end in another way
   */
  run(
    owner: LocalActivityOwner,
    command: LocalActivityCommand,
    now: Millis,
    onEnd: (result: LocalActivityResult) => void,
  ): (reason: 'CANCELLED' | 'WORKER_SHUTDOWN') => void;
}
