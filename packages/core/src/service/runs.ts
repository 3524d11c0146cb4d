/**
 * The runs in memory. A run is loaded when something happens to it, and stays while a worker has to do with it; an idle one is let go when
 * memory is short, the one used longest ago first. A run that sleeps in the store costs nothing here.
 */
import { invariant } from '../common/invariant.ts';
import { ServiceError } from '../common/service-error.ts';
import { type Input, isEvent } from '../engine/input.ts';
import { rebuild } from '../engine/rebuild.ts';
import { EMPTY_RUN, isOpen } from '../engine/run-state.ts';
import type { HistoryEvent } from '../history/events.ts';
import type { Store } from '../storage/store.ts';
import { BatchedReads } from './batched-reads.ts';
import { NO_SUM, readHistory } from './history-rows.ts';
import { idName, LoadedRun, nameOf } from './loaded-run.ts';
import { eventsIn, Quarantine } from './quarantine.ts';
import { currentKey, type ExecutionRow, isExecutionRow, type RunName, runKey } from './rows.ts';

export interface RunsOptions {
  readonly store: Store;
  /** How much heap idle runs may take, in bytes. */
  readonly idleBytes: number;
  /** Not all that an earlier engine, or a failed commit, left has been looked at: a run may have a 'busy' row that nobody here knows of. */
  readonly isUnsure: () => boolean;
  /** Its time has come: it stays until it was woken. */
  readonly isDue: (run: LoadedRun) => boolean;
  /** The run is in memory, and can be offered and woken. */
  readonly onLoaded: (run: LoadedRun) => void;
  /** The run left memory: nothing may refer to it any more. */
  readonly onGone: (run: LoadedRun) => void;
  /** The run is to leave memory, but its rows do not say yet that it sleeps. */
  readonly onSettle: (run: LoadedRun) => void;
}

/** Stale: the newest run left memory meanwhile, so what was read may be older than what it wrote. */
interface LookUp {
  isStale: boolean;
  answer: Promise<LoadedRun | undefined>;
}

export class Runs {
  /** Those that cannot be read. */
  readonly quarantine: Quarantine = new Quarantine();
  readonly #options: RunsOptions;
  readonly #executions: BatchedReads;
  readonly #runs = new Map<string, LoadedRun>();
  readonly #loads = new Map<string, Promise<LoadedRun | undefined>>();
  /** The newest run of a workflow id, where it is in memory. */
  readonly #currents = new Map<string, LoadedRun>();
  /** Look-ups of the newest run that are under way. */
  readonly #lookUps = new Map<string, LookUp>();
  /** Ids that somebody relies on having no run. */
  readonly #absences = new Set<Set<string>>();
  /** Runs whose rows are being deleted: nobody finds them any more. */
  readonly #leaving = new Set<string>();
  /** Namespaces that are being deleted: nobody finds or opens a run of one. */
  readonly #closedNamespaces = new Set<string>();
  /** In the order of their last use. */
  readonly #idle = new Set<LoadedRun>();
  #idleBytes = 0;

  constructor(options: RunsOptions) {
    this.#options = options;
    this.#executions = new BatchedReads(options.store, 'executions');
  }

  get size(): number {
    return this.#runs.size;
  }

  all(): Iterable<LoadedRun> {
    return this.#runs.values();
  }

  /** The run, if it is in memory. */
  get(run: RunName): LoadedRun | undefined {
    return this.#used(this.#runs.get(nameOf(run)));
  }

  /** The newest run of the workflow id, if it is in memory. */
  getCurrent(namespace: string, workflowId: string): LoadedRun | undefined {
    return this.#used(this.#currents.get(idName(namespace, workflowId)));
  }

  /** As `getCurrent`; not while it is being looked up: whoever comes later must not overtake those who wait for that. */
  getCurrentInTurn(namespace: string, workflowId: string): LoadedRun | undefined {
    return this.#lookUps.has(idName(namespace, workflowId)) ? undefined : this.getCurrent(namespace, workflowId);
  }

  /** The run, from memory or from the store; `undefined` if there is none. The caller goes on at once, or looks at `isGone`. */
  async load(name: RunName): Promise<LoadedRun | undefined> {
    const known = this.get(name);
    if (known) return known;
    if (this.#isAway(name)) return undefined;
    const key = nameOf(name);
    const underWay = this.#loads.get(key);
    if (underWay) return underWay;
    this.trim();
    const load = this.#read(name).finally(() => this.#loads.delete(key));
    this.#loads.set(key, load);
    return load;
  }

  /** The newest run of a workflow id, from memory or from the store; `undefined` if the id is not known. */
  async loadCurrent(namespace: string, workflowId: string): Promise<LoadedRun | undefined> {
    const id = idName(namespace, workflowId);
    const underWay = this.#lookUps.get(id);
    if (underWay) return underWay.answer;
    const known = this.getCurrent(namespace, workflowId);
    if (known) return known;
    const lookUp: LookUp = { isStale: false, answer: Promise.resolve(undefined) };
    lookUp.answer = this.#lookUp(namespace, workflowId, lookUp).finally(() => this.#lookUps.delete(id));
    this.#lookUps.set(id, lookUp);
    return lookUp.answer;
  }

  /**
   * Whether it is certain without a look into the store that no run has the workflow id. Only for a decision whose commit stands on it: should
   * another engine have taken over, that commit is refused.
   */
  isAbsent(namespace: string, workflowId: string): boolean {
    const id = idName(namespace, workflowId);
    if (this.#currents.has(id) || this.#lookUps.has(id)) return false;
    return this.#options.store.isAbsent?.('executions', currentKey(namespace, workflowId)) === true;
  }

  /** The newest rows of earlier runs of a workflow id, at most `limit`. */
  async earlierRuns(namespace: string, workflowId: string, limit: number): Promise<ExecutionRow[]> {
    const entries = await this.#options.store.range('executions', { prefix: currentKey(namespace, workflowId), reverse: true, limit });
    return entries.filter(([key]) => key.length === 3).flatMap(([, row]) => (isExecutionRow(row) ? [row] : []));
  }

  /** A new run, the newest of its workflow id from now on. */
  open(name: RunName, requestId: string, predecessor: LoadedRun | undefined): LoadedRun {
    if (this.#closedNamespaces.has(name.namespace)) throw namespaceGone(name.namespace);
    const run = new LoadedRun(name, EMPTY_RUN, [], { inputs: 0, bytes: 0, sum: NO_SUM });
    invariant(!this.#runs.has(run.name), 'a new run has a new id');
    run.requestId = requestId;
    run.predecessor = predecessor;
    const id = idName(run.namespace, run.workflowId);
    this.#runs.set(run.name, run);
    this.#currents.set(id, run);
    for (const names of this.#absences) names.delete(id);
    return run;
  }

  /** Takes the name of a workflow id out of `names` when a run of it is opened. @returns a function that ends this */
  watchAbsences(names: Set<string>): () => void {
    this.#absences.add(names);
    return () => this.#absences.delete(names);
  }

  /** Takes a run out of memory whose state is not what the store has or will have. */
  drop(run: LoadedRun): void {
    if (run.isGone) return;
    run.isGone = true;
    this.#runs.delete(run.name);
    this.#unlistIdle(run);
    const id = idName(run.namespace, run.workflowId);
    if (this.#currents.get(id) === run) this.#currents.delete(id);
    const lookUp = this.#lookUps.get(id);
    if (lookUp) lookUp.isStale = true;
    this.#options.onGone(run);
  }

  /** Whether nobody has to do with the closed run at the moment, and no row of it is still to be written. */
  mayLeave(name: RunName): boolean {
    const run = this.#runs.get(nameOf(name));
    const successor = this.#currents.get(idName(name.namespace, name.workflowId));
    return (run === undefined || (run.isIdle && !isOpen(run.state))) && successor?.predecessor === undefined;
  }

  /** The rows of these runs are about to be deleted: nobody finds them from here on. */
  beginLeaving(names: readonly RunName[]): void {
    for (const name of names) {
      this.#leaving.add(nameOf(name));
      const run = this.#runs.get(nameOf(name));
      if (run) this.drop(run);
      const lookUp = this.#lookUps.get(idName(name.namespace, name.workflowId));
      if (lookUp) lookUp.isStale = true;
    }
  }

  /** Their rows are deleted, or could not be. Who had begun to read one before does not find it either. */
  async endLeaving(names: readonly RunName[]): Promise<void> {
    await Promise.allSettled(names.map((name) => this.#loads.get(nameOf(name))));
    for (const name of names) this.#leaving.delete(nameOf(name));
  }

  /** Nobody finds or opens a run of the namespace from here on; `onDropped` is called for each that was in memory. */
  closeNamespace(namespace: string, onDropped: (run: LoadedRun) => void): void {
    this.#closedNamespaces.add(namespace);
    for (const run of [...this.#runs.values()]) {
      if (run.namespace !== namespace) continue;
      this.drop(run);
      onDropped(run);
    }
  }

  openNamespace(namespace: string): void {
    this.#closedNamespaces.delete(namespace);
  }

  /** Something about the run is over: it may be idle now. */
  release(run: LoadedRun): void {
    if (run.isGone || !run.isIdle) return;
    this.#unlistIdle(run);
    this.#idle.add(run);
    run.idleBytes = run.bytes;
    this.#idleBytes += run.idleBytes;
  }

  /** Lets idle runs go until the rest is within its bytes. */
  trim(): void {
    if (this.#idleBytes <= this.#options.idleBytes) return;
    for (const run of this.#idle) {
      if (this.#idleBytes <= this.#options.idleBytes || this.#idle.size === 1) return;
      if (run.isIdle && this.#options.isDue(run)) continue;
      this.#unlistIdle(run);
      if (!run.isIdle) continue;
      if (run.rows.hasBusy) this.#options.onSettle(run);
      else this.drop(run);
    }
  }

  #isAway(name: RunName): boolean {
    return this.#closedNamespaces.has(name.namespace) || this.#leaving.has(nameOf(name));
  }

  #used(run: LoadedRun | undefined): LoadedRun | undefined {
    if (run && this.#idle.delete(run)) this.#idle.add(run);
    return run;
  }

  #unlistIdle(run: LoadedRun): void {
    if (this.#idle.delete(run)) this.#idleBytes -= run.idleBytes;
  }

  async #lookUp(namespace: string, workflowId: string, lookUp: LookUp): Promise<LoadedRun | undefined> {
    for (;;) {
      lookUp.isStale = false;
      const row = await this.#executions.get(currentKey(namespace, workflowId));
      if (row !== undefined && !isExecutionRow(row)) throw unreadable(namespace, workflowId);
      const run = row && (await this.load({ namespace, workflowId, runId: row.runId }));
      const known = this.getCurrent(namespace, workflowId);
      if (known) return known;
      if (row && this.#isAway({ namespace, workflowId, runId: row.runId })) return undefined;
      if (lookUp.isStale || run?.isGone) continue;
      if (!row) return undefined;
      if (!run) throw this.quarantine.add({ namespace, workflowId, runId: row.runId }, new ServiceError('DataLoss', 'all of it is missing in the store'), 0);
      this.#currents.set(idName(namespace, workflowId), run);
      return run;
    }
  }

  async #read(name: RunName): Promise<LoadedRun | undefined> {
    const { store, isUnsure } = this.#options;
    const damaged: ServiceError[] = [];
    const range = { prefix: runKey(name), onDamaged: (error: ServiceError) => damaged.push(error) };
    const [entries, busy] = await Promise.all([store.range('history', range), isUnsure() ? store.get('busy', runKey(name)) : undefined]);
    if ((entries.length === 0 && damaged.length === 0) || this.#isAway(name)) return undefined;
    const { inputs, bytes, sum, damage } = readHistory(entries, damaged);
    if (damage) throw this.quarantine.add(name, damage, eventsIn({ inputs }));
    const run = new LoadedRun(name, rebuild(name, inputs), inputs.filter(isEvent) as HistoryEvent[], { inputs: inputs.length, bytes, sum });
    run.requestId = startRequestOf(inputs);
    if (busy !== undefined) Object.assign(run.rows, { hasBusy: true, wakeAt: Number.POSITIVE_INFINITY }); // never both: it has to get its 'wake' row yet
    this.#runs.set(run.name, run);
    if (isOpen(run.state)) this.#currents.set(idName(run.namespace, run.workflowId), run);
    this.#options.onLoaded(run);
    this.release(run);
    return run;
  }
}

const namespaceGone = (namespace: string): ServiceError =>
  new ServiceError('NamespaceNotFound', `namespace "${namespace}" is being deleted; register it again when it is gone`, { details: { namespace } });

/** The first request that a run has seen is the one that started it. */
function startRequestOf(inputs: readonly Input[]): string {
  for (const input of inputs) if (!isEvent(input) && input.note === 'RequestSeen') return input.attributes.requestId;
  return '';
}

const unreadable = (namespace: string, workflowId: string): ServiceError =>
  new ServiceError(
    'DataLoss',
    `the row that names the newest run of workflow "${workflowId}" is not one of ours: its runs are there, and are found by their run ids`,
    {
      details: { namespace, workflowId, retryable: false },
    },
  );
