/**
 * The life of an engine in a worker: it stands for election, leads, and stands again when it has lost the database or its storage. What an
 * engine consists of is given by the caller; here is only when one runs.
 */
import type { Millis } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';
import type { StoreStatus } from '../common/durability.ts';
import { isServiceError, ServiceError } from '../common/service-error.ts';
import type { EngineStatus, WorkflowService } from '../protocol/workflow-service.ts';
import type { Caller } from '../transport/call.ts';
import { standForElection } from '../transport/leader.ts';
import { createGate, type Gate } from './gate.ts';

export interface RunningEngine {
  readonly service: WorkflowService;
  /** Ends all that was started, also when a part of it has failed. */
  stop(): Promise<void>;
}

export interface EngineHostOptions {
  readonly database: string;
  /**
   * Starts an engine; called only while this worker leads.
   *
   * @param onFailure to be called when the engine cannot go on: it lost the database (`Fenced`), or its storage
   */
  readonly start: (onFailure: (reason: Error) => void) => Promise<RunningEngine>;
  readonly clock: Clock;
  readonly closedStore: StoreStatus;
  readonly onStatus: (status: EngineStatus) => void;
  readonly locks?: LockManager;
}

export interface EngineHost {
  readonly call: Caller;
  /** Resolves when the engine has ended and the lock is free. Idempotent. */
  stop(): Promise<void>;
}

/** Waits before the next attempt after a failure; after the last one the engine stays down. */
const PAUSES: readonly Millis[] = [1_000, 4_000, 16_000];
/** An engine that ran this long has earned a new series of attempts. */
const HEALTHY_AFTER: Millis = 60_000;

export function runEngineHost(options: EngineHostOptions): EngineHost {
  const { database, clock } = options;
  const gate = createGate(options);
  const stopping = new AbortController();

  async function run(): Promise<void> {
    let failures = 0;
    while (!stopping.signal.aborted) {
      const startedAt = clock.now();
      const reason = await leadOnce(options, gate, stopping.signal);
      if (stopping.signal.aborted || isServiceError(reason, 'Fenced')) continue;
      if (clock.now() - startedAt > HEALTHY_AFTER) failures = 0;
      const pause = isWorthAnotherAttempt(reason) ? PAUSES[failures++] : undefined;
      gate.fail(describeFailure(reason, database, pause));
      if (pause === undefined) return;
      await sleep(clock, pause, stopping.signal);
    }
  }

  const running = run();
  return {
    call: gate.call,
    stop() {
      stopping.abort();
      gate.fail(new ServiceError('Unavailable', `the engine of database "${database}" has been stopped`));
      return running;
    },
  };
}

/** @returns why the engine runs no more */
async function leadOnce({ database, start, locks }: EngineHostOptions, gate: Gate, stopping: AbortSignal): Promise<unknown> {
  let reason: unknown;
  const candidate = {
    onWaiting: () =>
      gate.wait('follower', `another tab holds the database "${database}": its engine is the one that runs, and this one takes over when it ends`),
    async lead(deposed: AbortSignal) {
      gate.wait('leader', `the database "${database}" is being opened`);
      const failure = new AbortController();
      const engine = await start((error) => failure.abort(error));
      const over = AbortSignal.any([failure.signal, deposed, stopping]);
      if (!over.aborted) {
        gate.open(engine.service);
        await new Promise((resolve) => over.addEventListener('abort', resolve));
      }
      reason = failure.signal.aborted ? failure.signal.reason : new ServiceError('Fenced', `another tab has taken the database "${database}" over`);
      if (!stopping.aborted) gate.wait('follower', `the engine of this tab has stopped: ${messageOf(reason)}`);
      await engine.stop();
    },
  };
  try {
    await standForElection(database, candidate, { signal: stopping, locks });
  } catch (error) {
    reason ??= error;
  }
  return reason;
}

const isWorthAnotherAttempt = (reason: unknown): boolean =>
  !isServiceError(reason) || reason.code === 'StorageUnavailable' || reason.code === 'Unavailable' || reason.code === 'Internal';

function describeFailure(reason: unknown, database: string, pause: Millis | undefined): ServiceError {
  const next = pause === undefined ? 'It is not tried again: reload the page once the cause is removed' : `It is tried again in ${pause} ms`;
  const message = `the engine of database "${database}" does not run: ${messageOf(reason)}. ${next}`;
  return new ServiceError(isServiceError(reason) ? reason.code : 'Internal', message, { cause: reason });
}

function sleep(clock: Clock, ms: Millis, stopping: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      cancel();
      stopping.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.setTimer(ms, end);
    stopping.addEventListener('abort', end);
  });
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
