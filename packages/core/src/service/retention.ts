/**
 * Removes closed runs when the retention of their namespace is over. Nothing is written for it: lists hold closed runs in the order in
 * which they closed, so the oldest one of a namespace says when there is something to do. A changed retention is true of runs that have
 * closed before as well.
 */
import type { Millis } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';
import type { Key, Store } from '../storage/store.ts';
import type { ClosedRun, Erasure } from './erasure.ts';
import { readNamespaces } from './namespaces.ts';

export interface RetentionOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** A clock may jump: at least this often it is looked at, in ms. */
  readonly longestWait: Millis;
  readonly erasure: Erasure;
  /** A deletion that an earlier engine began: it is to go on. */
  readonly onDeleted: (namespace: string) => void;
  /** The store was read and written, or could not be: then it is tried again. */
  readonly onDone: () => void;
  readonly onFailed: (error: unknown) => void;
}

/** Runs that are removed by one commit. */
const BATCH = 100;
/** After a failure, or when somebody still reads all that could be removed, in ms. */
const RETRY: Millis = 1_000;

interface Schedule {
  readonly retention: Millis;
  /** Nothing of the namespace is to be removed before. */
  next: Millis;
}

export class Retention {
  readonly #options: RetentionOptions;
  readonly #schedules = new Map<string, Schedule>();
  #timer: { readonly at: Millis; readonly cancel: () => void } | undefined = undefined;
  #isStarted = false;
  #isStopped = false;
  #isAtWork = false;

  constructor(options: RetentionOptions) {
    this.#options = options;
  }

  /** Learns what is wanted of each namespace; what is over is removed behind. */
  start(): void {
    void this.#work();
  }

  /** Closed runs of the namespace are kept so long from now on; 0: for ever. */
  set(namespace: string, retention: Millis): void {
    if (retention > 0) this.#schedules.set(namespace, { retention, next: 0 });
    else this.#schedules.delete(namespace);
    this.#place();
  }

  forget(namespace: string): void {
    this.#schedules.delete(namespace);
  }

  /** A run was closed, and its commit is in the store. */
  closed(namespace: string, closedAt: Millis): void {
    const schedule = this.#schedules.get(namespace);
    if (!schedule) return;
    schedule.next = Math.min(schedule.next, closedAt + schedule.retention);
    this.#place();
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  #place(): void {
    if (this.#isStopped || this.#isAtWork || !this.#isStarted) return;
    let at = Number.POSITIVE_INFINITY;
    for (const { next } of this.#schedules.values()) at = Math.min(at, next);
    this.#wakeAt(at);
  }

  #wakeAt(at: Millis): void {
    if (this.#timer?.at === at || this.#isStopped) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    if (at === Number.POSITIVE_INFINITY) return;
    const { clock, longestWait } = this.#options;
    const delay = Math.min(Math.max(0, at - clock.now()), longestWait);
    this.#timer = { at, cancel: clock.setTimer(delay, () => void this.#work()) };
  }

  async #work(): Promise<void> {
    const { clock, onDone, onFailed } = this.#options;
    this.#timer = undefined;
    this.#isAtWork = true;
    let failed = false;
    try {
      if (!this.#isStarted) await this.#begin();
      for (const [namespace, schedule] of this.#schedules) if (schedule.next <= clock.now()) await this.#sweep(namespace, schedule);
      onDone();
    } catch (error) {
      failed = true;
      onFailed(error);
    }
    this.#isAtWork = false;
    if (failed) this.#wakeAt(clock.now() + RETRY);
    else this.#place();
  }

  async #begin(): Promise<void> {
    for (const { name, state, retention } of await readNamespaces(this.#options.store)) {
      if (state === 'DELETED') this.#options.onDeleted(name);
      else this.set(name, retention);
    }
    this.#isStarted = true;
  }

  async #sweep(namespace: string, schedule: Schedule): Promise<void> {
    try {
      await this.#removeDue(namespace, schedule);
    } catch (error) {
      schedule.next = 0; // it is not known any more
      throw error;
    }
  }

  async #removeDue(namespace: string, schedule: Schedule): Promise<void> {
    const { store, clock, erasure } = this.#options;
    const { retention } = schedule;
    while (!this.#isStopped && this.#schedules.get(namespace) === schedule) {
      schedule.next = Number.POSITIVE_INFINITY; // what closes meanwhile lowers it
      const oldest = await store.range('visibility', { prefix: [namespace, 1], reverse: true, limit: BATCH, onDamaged: () => {} });
      const now = clock.now();
      const due = oldest.filter(([key]) => closedAtOf(key) + retention <= now);
      const erased = due.length > 0 ? await erasure.erase(due as unknown as readonly ClosedRun[]) : 0;
      if (erased > 0) continue;
      const first = oldest[0]?.[0];
      const next = first ? closedAtOf(first) + retention : Number.POSITIVE_INFINITY;
      schedule.next = Math.min(schedule.next, due.length > 0 ? now + RETRY : next);
      return;
    }
  }
}

const closedAtOf = ([, , negated]: Key): Millis => -(negated as number);
