/**
 * Keeps starts of one workflow id from coming in a storm: a loop that starts a workflow as soon as it has ended, or replaces it over and over.
 * An id may be used again so many times at once, and then once per interval. What the engine starts by itself (the next run of a chain, a
 * child) and requests that find their run are not counted; an id that is new to the engine is not either.
 */
import type { Millis } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';
import { ServiceError } from '../common/service-error.ts';
import { idName } from './loaded-run.ts';

export interface WorkflowIdReuse {
  /** So many times an id may be used again at once. `Infinity`: always. */
  readonly burst: number;
  /** So often it may after that, in ms. */
  readonly interval: Millis;
}

/** The interval is Temporal's `WorkflowIdReuseMinimalInterval`. */
export const DEFAULT_REUSE: WorkflowIdReuse = { burst: 20, interval: 1_000 };

/** Ids that are looked through for those that are calm again, with each one that is added. */
const SWEEP = 2;

export class StartStorms {
  readonly #clock: Clock;
  readonly #reuse: WorkflowIdReuse;
  /** When all uses of an id so far are paid for, at one per interval; only ids that are not calm are here, in turn. */
  readonly #paidAt = new Map<string, Millis>();

  constructor(clock: Clock, reuse: WorkflowIdReuse) {
    this.#clock = clock;
    this.#reuse = reuse;
  }

  get size(): number {
    return this.#paidAt.size;
  }

  /** @throws {ServiceError} `ResourceExhausted` with the milliseconds after which the id may be used again */
  expectCalm(namespace: string, workflowId: string): void {
    const { burst, interval } = this.#reuse;
    const now = this.#clock.now();
    const retryAfter = this.#paid(idName(namespace, workflowId), now) - now - (burst - 1) * interval;
    if (!(retryAfter > 0)) return;
    throw new ServiceError(
      'ResourceExhausted',
      `workflow "${workflowId}" was started again too often: after ${burst} times at once, an id may be used once in ${interval} ms; try again in ${retryAfter} ms, or use another id`,
      { details: { workflowId, retryAfter, retryable: true } },
    );
  }

  /** The id is used again. */
  count(namespace: string, workflowId: string): void {
    const { burst, interval } = this.#reuse;
    if (burst === Number.POSITIVE_INFINITY) return;
    const id = idName(namespace, workflowId);
    const now = this.#clock.now();
    const paidAt = this.#paid(id, now) + interval;
    this.#paidAt.delete(id);
    this.#sweep(now);
    this.#paidAt.set(id, paidAt);
  }

  /** Never later than a full burst takes: the clock may go back. */
  #paid(id: string, now: Millis): Millis {
    const { burst, interval } = this.#reuse;
    return Math.min(Math.max(this.#paidAt.get(id) ?? now, now), now + burst * interval);
  }

  /** Forgets ids that are calm again. One that is not goes to the end, so that all are looked at in turn. */
  #sweep(now: Millis): void {
    let looked = 0;
    for (const [id, paidAt] of this.#paidAt) {
      if (looked++ === SWEEP) return;
      this.#paidAt.delete(id);
      if (paidAt > now) this.#paidAt.set(id, paidAt);
    }
  }
}
