/**
 * How much the clients of one namespace may take of what all namespaces share. What the engine begins by itself (children, the next run of a chain)
 * is never refused here: it counts among the open runs, and refusing it would break what was promised.
 */
import type { Millis } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';
import { ServiceError } from '../common/service-error.ts';
import { Budgets } from './budgets.ts';

export interface NamespaceLimits {
  /** Runs that are open at once. */
  readonly openRuns: number;
  /** Runs that clients start, each second; so many at once when it was calm before. */
  readonly startsPerSecond: number;
  /** Signals that clients send, each second; so many at once when it was calm before. */
  readonly signalsPerSecond: number;
}

/** None: who has one namespace alone would only limit itself. */
export const NO_NAMESPACE_LIMITS: NamespaceLimits = {
  openRuns: Number.POSITIVE_INFINITY,
  startsPerSecond: Number.POSITIVE_INFINITY,
  signalsPerSecond: Number.POSITIVE_INFINITY,
};

export interface NamespaceTotalsOptions {
  readonly clock: Clock;
  readonly limits: NamespaceLimits;
  /** Runs of a namespace that are open, all that was decided before included. */
  readonly countOpen: (namespace: string) => Promise<number>;
}

/** Open runs, as far as they have to be known: how many may be opened before they are counted again. */
interface Room {
  left: number;
  countedAt: Millis;
  /** Since the count began. */
  opened: number;
  counting: Promise<void> | undefined;
}

/** A namespace that is full is counted again at most once in so many ms. */
const RECOUNT: Millis = 1_000;

export class NamespaceTotals {
  readonly #options: NamespaceTotalsOptions;
  readonly #starts: Budgets;
  readonly #signals: Budgets;
  readonly #rooms = new Map<string, Room>();

  constructor(options: NamespaceTotalsOptions) {
    const { clock, limits } = options;
    this.#options = options;
    this.#starts = new Budgets(clock, perSecond(limits.startsPerSecond));
    this.#signals = new Budgets(clock, perSecond(limits.signalsPerSecond));
  }

  /** Counts the open runs where that is needed, so that `expectStart` can tell. */
  async prepare(namespace: string): Promise<void> {
    const { clock, limits } = this.#options;
    if (limits.openRuns === Number.POSITIVE_INFINITY) return;
    const room = this.#roomOf(namespace);
    const isFresh = Math.abs(clock.now() - room.countedAt) < RECOUNT; // the clock may go back
    if (room.left > 0 || (isFresh && !room.counting)) return;
    room.counting ??= this.#count(namespace, room).finally(() => {
      room.counting = undefined;
    });
    await room.counting;
  }

  /** @throws {ServiceError} `ResourceExhausted`, when a client would start too much */
  expectStart(namespace: string): void {
    const { limits } = this.#options;
    const retryAfter = this.#starts.retryAfter(namespace);
    if (retryAfter > 0) throw tooOften(namespace, 'startsPerSecond', 'starts', limits.startsPerSecond, retryAfter);
    if (limits.openRuns === Number.POSITIVE_INFINITY || this.#roomOf(namespace).left > 0) return;
    throw new ServiceError(
      'ResourceExhausted',
      `namespace "${namespace}" has ${limits.openRuns} open runs, as many as it may have; wait until some have ended, or end them, and ask again`,
      { details: { namespace, limit: 'openRuns', allowed: limits.openRuns, retryable: true } },
    );
  }

  /** A client has started a run. */
  started(namespace: string): void {
    this.#starts.spend(namespace);
    if (this.#options.limits.openRuns === Number.POSITIVE_INFINITY) return;
    const room = this.#roomOf(namespace);
    room.left--;
    room.opened++;
  }

  /** Counts a signal of a client. @throws {ServiceError} `ResourceExhausted`, with the milliseconds after which it may be sent */
  admitSignal(namespace: string): void {
    const retryAfter = this.#signals.retryAfter(namespace);
    if (retryAfter > 0) throw tooOften(namespace, 'signalsPerSecond', 'signals', this.#options.limits.signalsPerSecond, retryAfter);
    this.#signals.spend(namespace);
  }

  /** What is opened meanwhile may be counted twice, and never not at all. */
  async #count(namespace: string, room: Room): Promise<void> {
    const { clock, limits, countOpen } = this.#options;
    room.opened = 0;
    const open = await countOpen(namespace);
    room.left = limits.openRuns - open - room.opened;
    room.countedAt = clock.now();
  }

  #roomOf(namespace: string): Room {
    const known = this.#rooms.get(namespace);
    if (known) return known;
    const room: Room = { left: 0, countedAt: Number.NEGATIVE_INFINITY, opened: 0, counting: undefined };
    this.#rooms.set(namespace, room);
    return room;
  }
}

const perSecond = (times: number): { readonly burst: number; readonly interval: Millis } => ({ burst: Math.max(1, times), interval: 1_000 / times });

function tooOften(namespace: string, limit: keyof NamespaceLimits, what: string, allowed: number, retryAfter: Millis): ServiceError {
  return new ServiceError(
    'ResourceExhausted',
    `namespace "${namespace}" has more ${what} than its ${allowed} a second; try again in ${Math.ceil(retryAfter)} ms with the same request id`,
    { details: { namespace, limit, allowed, retryAfter, retryable: true } },
  );
}
