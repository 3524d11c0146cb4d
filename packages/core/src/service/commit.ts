/**
 * Group commit behind an output gate. What was decided is in memory at once; the runs it changed collect, and one commit writes them all.
 * While it is under way the next batch collects. When it has resolved, and not before, what it caused may leave.
 */
import type { Epoch, Millis } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';
import type { Store } from '../storage/store.ts';
import { CommitFigures } from './commit-figures.ts';
import type { LoadedRun } from './loaded-run.ts';
import { type Rows, writeRun } from './run-rows.ts';

/** The runs that are written together. */
export class Batch {
  readonly runs: Set<LoadedRun> = new Set();
  readonly effects: (() => void)[] = [];
  /** Settles with the commit. */
  readonly done: Promise<void>;
  resolve!: () => void;
  reject!: (error: unknown) => void;

  constructor() {
    this.done = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.done.catch(() => {}); // a batch that nobody waits for may fail; the service learns it by `onFailed`
  }
}

const DONE: Promise<void> = Promise.resolve();

export interface CommitsOptions {
  readonly store: Store;
  readonly epoch: Epoch;
  readonly clock: Clock;
  /** How long a batch waits at most for workflow tasks that were handed out ahead of it, in ms; 0: not at all. */
  readonly aheadWindow: Millis;
  /** The batch is in the store; called before its waiters continue. */
  readonly onCommitted: (batch: Batch) => void;
  /** The commit failed: nothing of these runs may be used any more. @returns what their waiters are rejected with */
  readonly onFailed: (runs: readonly LoadedRun[], error: unknown) => unknown;
}

export class Commits {
  /** Of what it has written. */
  readonly figures: CommitFigures;
  readonly #options: CommitsOptions;
  #collecting = new Batch();
  #underWay: Batch | undefined = undefined;
  #isScheduled = false;
  #isHeld = false;
  /** Runs of the collecting batch whose workflow task is out. What it decides can still come into this batch, which saves a commit. */
  readonly #ahead = new Set<LoadedRun>();
  #cancelWindow: (() => void) | undefined = undefined;

  constructor(options: CommitsOptions) {
    this.#options = options;
    this.figures = new CommitFigures(options.clock.now());
  }

  /** The batch that gets what is decided now. */
  get collecting(): Batch {
    return this.#collecting;
  }

  /** Something of the run is to be written. */
  add(run: LoadedRun): void {
    this.#collecting.runs.add(run);
    run.batch = this.#collecting;
    this.#schedule();
  }

  /** Resolves when all that was decided for the run so far is in the store; rejects when it will never be. */
  durable(run: LoadedRun): Promise<void> {
    return run.batch?.done ?? DONE;
  }

  /** Calls `effect` as soon as all that was decided for the run so far is in the store; never if that fails. */
  whenDurable(run: LoadedRun, effect: () => void): void {
    if (run.batch) run.batch.effects.push(effect);
    else effect();
  }

  /** The workflow task of the run was handed out, ahead of the commit. */
  sentAhead(run: LoadedRun): void {
    if (this.#options.aheadWindow > 0 && run.batch === this.#collecting) this.#ahead.add(run);
  }

  /** The workflow task that was out has been answered. */
  cameBack(run: LoadedRun): void {
    if (this.#ahead.delete(run) && this.#ahead.size === 0) this.#schedule();
  }

  /** Lets what is queued wait, until `release`. */
  hold(): void {
    this.#isHeld = true;
    this.#ahead.clear();
    this.#closeWindow();
  }

  release(): void {
    this.#isHeld = false;
    this.#schedule();
  }

  /** Resolves when nothing is left to write, or when writing has failed. */
  async drain(): Promise<void> {
    this.#ahead.clear();
    this.#schedule();
    for (let batch = this.#pending; batch; batch = this.#pending) await batch.done.catch(() => {}); // `onFailed` has it
  }

  /** Rejects all that waits; nothing is written any more. */
  abandon(error: unknown): void {
    this.hold();
    const batches = [this.#underWay, this.#collecting];
    this.#underWay = undefined;
    this.#collecting = new Batch();
    for (const batch of batches) batch?.reject(error);
  }

  get #pending(): Batch | undefined {
    return this.#underWay ?? (this.#collecting.runs.size > 0 && !this.#isHeld ? this.#collecting : undefined);
  }

  /** In a microtask, so that what is decided in one go is written together. */
  #schedule(): void {
    if (this.#isScheduled || !this.#canFlush) return;
    this.#isScheduled = true;
    void DONE.then(() => {
      this.#isScheduled = false;
      if (!this.#canFlush) return;
      if (this.#ahead.size === 0) this.#flush();
      else this.#cancelWindow ??= this.#options.clock.setTimer(this.#options.aheadWindow, () => this.#flush());
    });
  }

  get #canFlush(): boolean {
    return !this.#underWay && !this.#isHeld && this.#collecting.runs.size > 0;
  }

  #flush(): void {
    this.#closeWindow();
    if (!this.#canFlush) return;
    const batch = this.#collecting;
    this.#collecting = new Batch();
    this.#ahead.clear();
    this.#underWay = batch;
    const beganAt = this.#options.clock.now();
    this.#write(batch).then(
      () => this.#committed(batch, beganAt),
      (error: unknown) => this.#failed(batch, error),
    );
  }

  #closeWindow(): void {
    this.#cancelWindow?.();
    this.#cancelWindow = undefined;
  }

  #write(batch: Batch): Promise<void> {
    const rows: Rows = { puts: [], deletes: [] };
    try {
      for (const run of batch.runs) writeRun(run, rows);
    } catch (error) {
      return Promise.reject(error);
    }
    if (rows.puts.length === 0 && rows.deletes.length === 0) return DONE;
    return this.#options.store.commit(rows, this.#options.epoch);
  }

  #committed(batch: Batch, beganAt: Millis): void {
    if (this.#underWay !== batch) return; // abandoned
    this.#underWay = undefined;
    let events = 0;
    for (const run of batch.runs) {
      events += run.flushedEventId - run.committedEventId;
      run.committedEventId = run.flushedEventId;
      if (run.batch === batch) run.batch = undefined;
    }
    const now = this.#options.clock.now();
    this.figures.add(now, events, now - beganAt);
    this.#options.onCommitted(batch);
    for (const effect of batch.effects) effect();
    batch.resolve();
    this.#schedule();
  }

  /** What collected meanwhile may stand on what failed, so it fails too. */
  #failed(batch: Batch, error: unknown): void {
    if (this.#underWay !== batch) return; // abandoned
    const next = this.#collecting;
    this.#underWay = undefined;
    this.#collecting = new Batch();
    this.hold();
    const answer = this.#options.onFailed([...new Set([...batch.runs, ...next.runs])], error);
    batch.reject(answer);
    next.reject(answer);
  }
}
