/**
 * Keeps starts of one workflow id from coming in a storm: a loop that starts a workflow as soon as it has ended, or replaces it over and over.
 * An id may be used again so many times at once, and then once per interval. What the engine starts by itself (the next run of a chain, a
 * child) and requests that find their run are not counted; an id that is new to the engine is not either.
 */
import type { Millis } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';
import { ServiceError } from '../common/service-error.ts';
import { Budgets } from './budgets.ts';
import { idName } from './loaded-run.ts';

export interface WorkflowIdReuse {
  /** So many times an id may be used again at once. `Infinity`: always. */
  readonly burst: number;
  /** So often it may after that, in ms. */
  readonly interval: Millis;
}

/** The interval is Temporal's `WorkflowIdReuseMinimalInterval`. */
export const DEFAULT_REUSE: WorkflowIdReuse = { burst: 20, interval: 1_000 };

export class StartStorms {
  readonly #reuse: WorkflowIdReuse;
  readonly #budgets: Budgets;

  constructor(clock: Clock, reuse: WorkflowIdReuse) {
    this.#reuse = reuse;
    this.#budgets = new Budgets(clock, reuse);
  }

  get size(): number {
    return this.#budgets.size;
  }

  /** @throws {ServiceError} `ResourceExhausted` with the milliseconds after which the id may be used again */
  expectCalm(namespace: string, workflowId: string): void {
    const { burst, interval } = this.#reuse;
    const retryAfter = this.#budgets.retryAfter(idName(namespace, workflowId));
    if (retryAfter === 0) return;
    throw new ServiceError(
      'ResourceExhausted',
      `workflow "${workflowId}" was started again too often: after ${burst} times at once, an id may be used once in ${interval} ms; try again in ${retryAfter} ms, or use another id`,
      { details: { workflowId, retryAfter, retryable: true } },
    );
  }

  /** The id is used again. */
  count(namespace: string, workflowId: string): void {
    this.#budgets.spend(idName(namespace, workflowId));
  }
}
