/** Sends answers to the engine: again while it cannot be reached, not at all when it no longer wants them. */
import type { Clock } from '../common/clock.ts';
import type { Logger } from '../common/logger.ts';
import { isServiceError, type ServiceErrorCode } from '../common/service-error.ts';

/** The pauses between tries double from the first to the last. */
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 10_000;

const TRANSIENT: ReadonlySet<ServiceErrorCode> = new Set(['Unavailable', 'DeadlineExceeded', 'ResourceExhausted', 'Fenced', 'StorageUnavailable']);

export const isTransient = (error: unknown): boolean => isServiceError(error) && TRANSIENT.has(error.code);

export const pauseAfter = (failures: number): number => Math.min(FIRST_PAUSE * 2 ** (failures - 1), LONGEST_PAUSE);

/** Waits on the clock; ends early when `signal` aborts. */
export function pause(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = (): void => {
      signal?.removeEventListener('abort', stop);
      resolve();
    };
    const takeBack = clock.setTimer(ms, done);
    const stop = (): void => {
      takeBack();
      resolve();
    };
    signal?.addEventListener('abort', stop, { once: true });
  });
}

export interface AnswerOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Names the answer in the log. */
  readonly what: string;
  readonly signal?: AbortSignal;
}

/**
 * @returns whether the engine took the answer
 * @throws what is neither transient nor `NotFound`
 */
export async function deliver(send: () => Promise<unknown>, { clock, logger, what, signal }: AnswerOptions): Promise<boolean> {
  for (let failures = 1; ; failures++) {
    try {
      await send();
      return true;
    } catch (error) {
      if (isServiceError(error, 'NotFound')) {
        logger.debug(`The engine no longer waits for ${what}: ${error.message}`);
        return false;
      }
      if (!isTransient(error) || signal?.aborted) throw error;
      logger.debug(`The engine cannot be reached with ${what}; trying again`, { error });
      await pause(clock, pauseAfter(failures), signal);
    }
  }
}
