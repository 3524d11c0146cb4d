/**
 * One writer's part of the world: the runs in memory and all that surrounds them, wired together. What is asked of a run comes in by
 * `apply`; everything else follows from the state that results.
 */
import type { SearchAttributeTypes } from '../common/search-attribute-types.ts';
import { isServiceError, ServiceError } from '../common/service-error.ts';
import type { EngineCommand } from '../engine/command.ts';
import type { Input } from '../engine/input.ts';
import type { Limits } from '../engine/limits.ts';
import type { RunState } from '../engine/run-state.ts';
import type { Transition } from '../engine/transition.ts';
import type { WorkerPoll } from '../protocol/engine-info.ts';
import type { PollRequest } from '../protocol/workflow-service.ts';
import type { Store } from '../storage/store.ts';
import { isStoreGone } from './admission.ts';
import { Alarm } from './alarm.ts';
import { type Batch, Commits } from './commit.ts';
import { Decisions } from './decisions.ts';
import { Erasure } from './erasure.ts';
import { warnOfLimits } from './limit-warnings.ts';
import type { LoadedRun } from './loaded-run.ts';
import { Matcher } from './matcher.ts';
import { NamespaceRemoval } from './namespace-removal.ts';
import { NamespaceTotals } from './namespace-totals.ts';
import { Queries } from './queries.ts';
import type { Reach } from './reach.ts';
import { Recovery } from './recovery.ts';
import { Rescan } from './rescan.ts';
import { Retention } from './retention.ts';
import type { RunName } from './rows.ts';
import { Runs } from './runs.ts';
import { Salvage } from './salvage.ts';
import type { ShardOptions } from './service-options.ts';
import { StartStorms } from './start-storms.ts';
import { Starts } from './starts.ts';
import { TimePassage } from './time-passage.ts';
import { tellWorkers } from './told-workers.ts';
import { Updates } from './updates.ts';
import { countExecutions } from './visibility.ts';
import { Changes, HistoryWaiters, WorkerCommands } from './waiters.ts';
import { Workers } from './workers.ts';

export class Shard {
  readonly runs: Runs;
  readonly decisions: Decisions;
  readonly starts: Starts;
  readonly commits: Commits;
  readonly matcher: Matcher;
  readonly alarm: Alarm;
  readonly passage: TimePassage;
  readonly queries: Queries;
  readonly updates: Updates;
  readonly histories: HistoryWaiters = new HistoryWaiters();
  readonly changes: Changes = new Changes();
  readonly commands: WorkerCommands = new WorkerCommands();
  readonly workers: Workers;
  readonly recovery: Recovery;
  readonly rescan: Rescan;
  readonly erasure: Erasure;
  readonly retention: Retention;
  readonly salvage: Salvage;
  readonly removal: NamespaceRemoval;
  readonly totals: NamespaceTotals;
  readonly #options: ShardOptions;
  /** Why it does nothing any more. */
  #end: { readonly state: 'stopped' | 'failed'; readonly error: ServiceError } | undefined = undefined;
  /** What went wrong with a single run, in words: the others go on. */
  #problem: string | undefined = undefined;

  constructor(options: ShardOptions) {
    const { store, epoch, clock, rng } = options;
    const apply = (run: LoadedRun, command: EngineCommand): Transition => this.decisions.apply(run, command);
    const durable = (run: LoadedRun): Promise<void> => this.commits.durable(run);
    this.#options = options;
    this.commits = new Commits({
      store,
      epoch,
      clock,
      aheadWindow: options.aheadWindow,
      onCommitted: (batch) => this.#committed(batch),
      onFailed: (runs, error) => this.#commitFailed(runs, error),
    });
    this.runs = new Runs({
      store,
      idleBytes: options.idleBytes,
      isUnsure: () => this.recovery.isUnderWay,
      isDue: (run) => run.wakeAt <= clock.now(),
      onLoaded: (run) => this.#loaded(run),
      onGone: (run) => {
        this.alarm.release(run);
        run.wakeWaiting();
      },
      onSettle: (run) => this.#settle(run),
    });
    const attempt = (run: LoadedRun, command: EngineCommand, reach: Reach): Transition | undefined => this.decisions.attempt(run, command, reach);
    this.totals = new NamespaceTotals({ clock, limits: options.namespaceLimits, countOpen: (namespace) => this.#countOpen(namespace) });
    this.starts = new Starts({
      clock,
      rng,
      runs: this.runs,
      attempt,
      durable,
      storms: new StartStorms(clock, options.workflowIdReuse),
      totals: this.totals,
      turn: (act) => this.decisions.turn(act),
    });
    this.decisions = new Decisions({
      clock,
      rng,
      limits: options.limits,
      runs: this.runs,
      expectRunning: () => this.expectRunning(),
      startChild: (parent, send, reach) => this.starts.startChild(parent, send, reach),
      onChanged: (run, before, inputs) => this.#changed(run, before, inputs),
      onTaskCompleted: (run, command) => this.updates.taskCompleted(run, command),
      onFollowed: (run, next) => this.updates.follow(run, next),
      onDecided: (run) => this.#offer(run),
    });
    this.updates = new Updates({ apply, durable, release: (run) => this.runs.release(run) });
    this.matcher = new Matcher({
      clock,
      rng,
      apply,
      durable,
      collecting: () => this.commits.collecting,
      updatesFor: (run) => this.updates.deliverTo(run),
      onTaskSent: (run) => this.commits.sentAhead(run),
    });
    this.queries = new Queries({
      clock,
      rng,
      deadline: options.queryDeadline,
      offer: (query) => this.matcher.offerQuery(query),
      durable,
      release: (run) => this.runs.release(run),
    });
    this.recovery = new Recovery({
      store,
      clock,
      load: (name) => this.load(name),
      onReloaded: (runs) => {
        for (const run of runs) this.changes.add(run);
        this.changes.flush();
      },
      onRecovered: () => this.commits.release(),
      onGivenUp: (error) => this.fail(error),
      onDamaged: () => this.rescan.start(),
    });
    this.alarm = new Alarm({
      store,
      clock,
      longestWait: options.longestAlarmDelay,
      load: (name) => this.load(name),
      passTime: (run) => this.passage.passTime(run),
      settled: () => this.#settled(),
      onRead: () => this.recovery.succeeded(),
      onFailed: (error) => this.recovery.failed(error),
      onDamaged: () => this.rescan.start(),
    });
    this.rescan = new Rescan({
      store,
      load: (name) => this.load(name),
      onFound: (run) => this.#foundAnew(run),
      settled: () => this.#settled(),
      onFailed: (error) => this.recovery.failed(error),
    });
    this.passage = new TimePassage({
      clock,
      runs: this.runs,
      alarm: this.alarm,
      attempt,
      isOver: () => this.#end !== undefined,
      onPassed: (run) => this.#offer(run),
      onReadFailed: (error) => this.recovery.failed(error),
      onProblem: (problem) => {
        this.#problem = problem;
      },
    });
    const onFailed = (error: unknown): void => this.#upkeepFailed(error);
    this.removal = new NamespaceRemoval({
      store,
      epoch,
      clock,
      runs: this.runs,
      drain: () => this.commits.drain(),
      onRemoved: (run, error) => this.#removed(run, error),
      end: () => this.#end?.error,
      onFailed,
    });
    this.erasure = new Erasure({ store, epoch, runs: this.runs, isUnsure: () => this.recovery.isUnderWay });
    this.retention = new Retention({
      store,
      clock,
      longestWait: options.longestAlarmDelay,
      erasure: this.erasure,
      onDeleted: (namespace) => void this.removal.remove(namespace),
      onDone: () => this.recovery.succeeded(),
      onFailed,
    });
    this.salvage = new Salvage({
      store,
      epoch,
      clock,
      limits: options.limits,
      runs: this.runs,
      quarantine: this.runs.quarantine,
      onClosed: ({ namespace }, closedAt) => closedAt !== undefined && this.retention.closed(namespace, closedAt),
    });
    this.workers = new Workers({ watch: options.watchWorker, onLost: (workerId) => this.loseWorker(workerId) });
  }

  get store(): Store {
    return this.#options.store;
  }

  get limits(): Limits {
    return this.#options.limits;
  }

  get searchAttributeTypes(): SearchAttributeTypes {
    return this.#options.searchAttributeTypes;
  }

  get end(): { readonly state: 'stopped' | 'failed'; readonly error: ServiceError } | undefined {
    return this.#end;
  }

  get problem(): string | undefined {
    return this.recovery.trouble ?? this.#problem;
  }

  /** Looks at what an earlier engine left, busy runs first; then time passes. Calls are answered meanwhile. */
  async start(): Promise<void> {
    await this.recovery.loadBusy();
    if (this.#end) return;
    this.alarm.start();
    this.retention.start();
  }

  /** @throws {ServiceError} `Unavailable` when it was stopped or has failed: the caller may ask again, another engine may be up */
  expectRunning(): void {
    if (this.#end) throw this.#end.error;
  }

  /** As `runs.load`, but a run that cannot be read is left out, and told of in the status. */
  async load(name: RunName): Promise<LoadedRun | undefined> {
    try {
      return await this.runs.load(name);
    } catch (error) {
      if (!isServiceError(error, 'DataLoss')) throw error;
      this.#problem = error.message;
      return undefined;
    }
  }

  meetWorker(kind: WorkerPoll['kind'], request: PollRequest): void {
    this.workers.meet(kind, request, this.#options.clock.now());
  }

  /** The worker polls no more. What it has under way goes on. */
  shutDownWorker(workerId: string): void {
    this.matcher.removeWorker(workerId);
    this.commands.removeWorker(workerId);
    this.workers.shutDown(workerId);
    for (const run of this.runs.all()) if (run.cachedBy === workerId) run.cachedBy = undefined;
  }

  /** The worker is gone: what it had under way is offered again at once. */
  loseWorker(workerId: string): void {
    if (this.#end) return;
    this.shutDownWorker(workerId);
    this.workers.forget(workerId);
    for (const run of [...this.runs.all()]) {
      if (hasAttemptOf(run.state, workerId)) this.decisions.apply(run, { type: 'LoseWorker', workerId });
      if (run.taskWorker !== workerId) continue;
      run.taskWorker = undefined;
      this.matcher.offer(run);
    }
    this.queries.removeWorker(workerId);
  }

  /** Stores what is decided, answers who waits, and ends. */
  async stop(): Promise<void> {
    if (this.#end) return;
    this.#end = { state: 'stopped', error: unavailable('it was stopped') };
    this.alarm.stop();
    this.recovery.stop();
    this.retention.stop();
    await this.commits.drain();
    this.matcher.close((poller) => poller.resolve(null));
    this.commands.close((waiter) => waiter.resolve([]));
    this.#close(this.#end.error);
  }

  /** Ends at once, without another write. */
  fail(reason: Error): void {
    if (this.#end) return;
    const error = isStoreGone(reason) ? reason : unavailable(reason.message);
    this.#end = { state: 'failed', error };
    this.alarm.stop();
    this.recovery.stop();
    this.retention.stop();
    this.matcher.close((poller) => poller.reject(error));
    this.commands.close((waiter) => waiter.reject(error));
    this.#close(error);
    this.#options.onFailure(reason);
  }

  #close(error: ServiceError): void {
    for (const run of this.runs.all()) run.wakeWaiting();
    this.commits.abandon(error);
    this.queries.close(error);
    this.updates.close(error);
    this.histories.close(error);
    this.changes.close(error);
    this.workers.close();
  }

  #changed(run: LoadedRun, before: RunState, inputs: readonly Input[]): void {
    warnOfLimits(run, before, inputs, this.#options);
    this.commits.add(run);
    if (run.state.workflowTask.phase !== 'started') this.commits.cameBack(run);
    tellWorkers(run, before, inputs, (workerId, told) => this.commits.whenDurable(run, () => this.commands.push(workerId, told)));
  }

  #offer(run: LoadedRun): void {
    if (run.state.workflowTask.phase !== 'started') run.wakeWaiting();
    this.updates.progress(run);
    this.queries.progress(run);
    this.matcher.offer(run);
    this.passage.place(run);
  }

  #loaded(run: LoadedRun): void {
    for (const { phase } of run.state.activities.values()) if (phase.tag === 'started') this.workers.see(phase.workerId);
    if (this.#end) return;
    if (run.rows.hasBusy && run.isIdle) this.#settle(run);
    this.histories.committed(run); // it may be back from a commit that failed although it took effect
    this.#offer(run);
  }

  /** A run that is not busy any more, though its row says so, gets the rows it should have. */
  #settle(run: LoadedRun): void {
    run.isSettling = true;
    this.commits.add(run);
  }

  /** A run whose row of 'busy' or 'wake' may not find it any more. */
  #foundAnew(run: LoadedRun): void {
    if (run.batch !== undefined || this.#end) return; // what is under way writes its rows
    Object.assign(run.rows, { hasBusy: true, wakeAt: Number.POSITIVE_INFINITY });
    if (run.isIdle) this.#settle(run);
  }

  /** A run of a namespace that is deleted. */
  #removed(run: LoadedRun, error: ServiceError): void {
    this.queries.drop(run, error);
    this.updates.drop(run, error);
    this.histories.drop(run, error);
  }

  /** Removing what is over could not read or write; it tries again. */
  #upkeepFailed(error: unknown): void {
    if (isServiceError(error, 'Fenced')) this.fail(error);
    else if (!this.#end) this.recovery.failed(error);
  }

  async #countOpen(namespace: string): Promise<number> {
    await this.commits.drain();
    return (await countExecutions(this.store, this.searchAttributeTypes, { namespace, query: "ExecutionStatus = 'Running'" })).count;
  }

  async #settled(): Promise<void> {
    await this.commits.drain();
    this.runs.trim();
  }

  #committed({ runs }: Batch): void {
    this.recovery.succeeded();
    for (const run of runs) {
      this.histories.committed(run);
      this.changes.add(run);
      if (run.state.closedAt !== undefined) this.retention.closed(run.namespace, run.state.closedAt);
      this.runs.release(run);
    }
    this.changes.flush();
    this.runs.trim();
  }

  #commitFailed(runs: readonly LoadedRun[], error: unknown): unknown {
    const answer = isServiceError(error) ? error : new ServiceError('Internal', `what was decided could not be written: ${String(error)}`, { cause: error });
    const isFenced = isServiceError(error, 'Fenced');
    const told = isFenced ? unavailable(error.message) : answer;
    for (const run of runs) {
      this.queries.drop(run, told);
      this.updates.drop(run, told);
      if (run.committedEventId === 0) this.histories.drop(run, told);
      this.runs.drop(run);
    }
    if (isFenced) this.fail(error);
    else this.recovery.begin(runs, answer);
    return told;
  }
}

function hasAttemptOf({ activities }: RunState, workerId: string): boolean {
  for (const { phase } of activities.values()) if (phase.tag === 'started' && phase.workerId === workerId) return true;
  return false;
}

const unavailable = (reason: string): ServiceError =>
  new ServiceError('Unavailable', `this engine does not answer any more: ${reason}. Ask again; another one may have taken over`, {
    details: { retryable: true },
  });
