/**
 * A whole world from one seed: engines, workers, clients and a disk in one thread, with faults between them. The engine, its service and
 * the workers are the real ones; only disk, network, time and death are made here.
 */
import type { Logger } from '../../common/logger.ts';
import { type Rng, seededRng } from '../../common/rng.ts';
import { isOpen } from '../../engine/run-state.ts';
import type { CloseEvent, HistoryEvent } from '../../history/events.ts';
import type { Sandbox } from '../../protocol/activation.ts';
import type { WorkflowService } from '../../protocol/workflow-service.ts';
import { createService } from '../../service/service.ts';
import { createMemoryDatabase, type MemoryDatabase } from '../../storage/memory.ts';
import type { Key } from '../../storage/store.ts';
import { Worker } from '../../worker/worker.ts';
import { createSandbox } from '../../workflow/sandbox.ts';
import { nextTurn } from '../turn.ts';
import { createActivities, type Handed } from './activities.ts';
import { Checker, type StoredRun } from './checker.ts';
import { runClient, TASK_QUEUE } from './client.ts';
import { NAMESPACE } from './client-calls.ts';
import { completeFromOutside } from './completer.ts';
import { askAll, checkAnswers, checkLists } from './epilogue.ts';
import { Faults } from './faults.ts';
import { judge } from './judge.ts';
import { Ledger } from './ledger.ts';
import { createLink, type Leader } from './link.ts';
import type { ActivityPlan, WorkflowPlan } from './program.ts';
import { workflowsOf } from './program-workflow.ts';
import { type Process, Scheduler } from './scheduler.ts';
import { SimStore } from './sim-store.ts';
import type { Outcome, SimulationPlan } from './simulate.ts';

/** How likely a death is at each step, as a part of the fault rate. */
const DEATH_WEIGHT = 0.02;
/** Steps with faults; then the world is kind, and all that waits has to end within the second number. */
const TROUBLED_STEPS = 3_000;
const KIND_STEPS = 30_000;
/** What is left to do when the last result is known: clean up. */
const STEPS_TO_REST = 200;
const STEPS_TO_ANSWER = 2_000;
const WORKERS = 2;

const rowOf =
  (sign: string) =>
  ([table, key]: readonly [table: string, key: Key, ...rest: unknown[]]): string =>
    `${sign}${table}${JSON.stringify(key)}`;
const ignore = (): void => {};
/** What goes wrong here is planned, and the trace has it. */
const SILENT: Logger = { log: ignore, trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore };

export class World {
  readonly trace: string[] = [];
  readonly #plan: SimulationPlan;
  readonly #scheduler: Scheduler;
  readonly #faults: Faults;
  readonly #checker: Checker;
  readonly #ledger: Ledger;
  readonly #ids: Rng;
  readonly #database: MemoryDatabase = createMemoryDatabase();
  readonly #outside: Process;
  readonly #swept: Set<string> = new Set();
  readonly #workers: Map<string, Process> = new Map();
  readonly #lost: Map<string, (() => void)[]> = new Map();
  readonly #leaderListeners: Set<() => void> = new Set();
  #leader: Leader | undefined = undefined;
  #isElecting = false;
  #violation: string | undefined = undefined;
  #activations = 0;
  #names = 0;
  #nonce = 0;
  #version = 1;

  constructor(plan: SimulationPlan) {
    this.#plan = plan;
    this.#ids = seededRng(plan.seed ^ 0x5eed);
    this.#scheduler = new Scheduler(
      seededRng(plan.seed),
      () => this.#settle(),
      (label) => this.#onStep(label),
    );
    this.#outside = this.#scheduler.process('client');
    this.#faults = new Faults(this.#scheduler, plan.faults, (line) => this.#log(line));
    this.#ledger = new Ledger((statement) => this.#violate(statement));
    this.#checker = new Checker(
      () => this.#scheduler.now,
      (statement) => this.#violate(statement),
    );
  }

  async run(): Promise<Outcome> {
    const { workflows, upgrade } = this.#plan;
    if (upgrade) this.#version = upgrade.from;
    this.#elect();
    for (let i = 0; i < WORKERS; i++) this.#startWorker();
    if (upgrade) this.#scheduler.post('all workers get new code', undefined, upgrade.after, () => this.#upgrade(upgrade.from + 1));
    let open = workflows.length;
    for (const plan of workflows)
      this.#client(plan).then(
        (event) => {
          this.#log(`${plan.workflowId} ends with ${event.type}`);
          open--;
        },
        (error: unknown) => this.#violate(`a client of ${plan.workflowId} fails: ${String(error)}`),
      );
    const isOver = () => open === 0 && this.#openRuns() === 0;
    await this.#until(isOver, TROUBLED_STEPS);
    this.#faults.end();
    const isLive = await this.#until(isOver, KIND_STEPS, () => open === 0 && this.#sweep());
    if (!isLive) this.#violate(`LIVE: ${open} workflows and ${this.#openRuns()} runs are still open long after the last fault`);
    await this.#until(() => false, STEPS_TO_REST);
    this.#checker.checkLeftovers();
    if (this.#plan.isWide && this.#violation === undefined) await this.#epilogue();
    if (this.#violation === undefined) await this.#judge();
    if (this.#violation !== undefined) this.#logHistories();
    return { violation: this.#violation, trace: this.trace, faults: this.#faults.struck };
  }

  /** Also over when an invariant is broken. */
  async #until(isOver: () => boolean, steps: number, between: () => unknown = ignore): Promise<boolean> {
    const isDone = () => {
      between();
      return this.#violation !== undefined || isOver();
    };
    return await this.#scheduler.run(isDone, steps);
  }

  #client(plan: WorkflowPlan): Promise<CloseEvent> {
    const openChain = () => this.#checker.chain(plan.workflowId).find(({ state }) => isOpen(state))?.state.firstExecutionRunId;
    const violate = (statement: string) => this.#violate(statement);
    return runClient({ service: this.#link(this.#outside), process: this.#outside, ledger: this.#ledger, plan, violate, openChain });
  }

  #openRuns(): number {
    let count = 0;
    for (const { state } of this.#checker.runs.values()) if (isOpen(state)) count++;
    return count;
  }

  /** Children that wait for a signal of a parent that is gone wait for ever. */
  #sweep(): void {
    for (const { key, state } of this.#checker.runs.values()) {
      if (!isOpen(state) || !key.workflowId.endsWith(' waits') || this.#swept.has(key.runId)) continue;
      this.#swept.add(key.runId);
      const request = { namespace: NAMESPACE, workflowExecution: { workflowId: key.workflowId, runId: key.runId }, reason: 'nobody signals it' };
      this.#link(this.#outside).terminateWorkflowExecution(request).catch(ignore); // it may have ended meanwhile
    }
  }

  /** Asks what is known in the end, then has it asked again of workers that know nothing. */
  async #epilogue(): Promise<void> {
    const options = { service: this.#link(this.#outside), checker: this.#checker, violate: (statement: string) => this.#violate(statement) };
    const runs = this.#plan.workflows.flatMap(({ workflowId }) => this.#checker.chain(workflowId).slice(-1));
    await this.#finish(checkLists(options));
    const answers = await this.#finish(askAll(options, runs));
    this.#upgrade(this.#version);
    const again = await this.#finish(askAll(options, runs));
    if (answers && again) checkAnswers(answers, again, options);
  }

  async #finish<T>(work: Promise<T>): Promise<T | undefined> {
    let done: { readonly of: T } | undefined;
    work.then(
      (of) => {
        done = { of };
      },
      (error: unknown) => this.#violate(`a question at the end fails: ${String(error)}`),
    );
    if (!(await this.#until(() => done !== undefined, STEPS_TO_ANSWER))) this.#violate('LIVE: a question at the end is not answered');
    return done?.of;
  }

  #upgrade(version: number): void {
    this.#version = version;
    for (const [workerId, process] of [...this.#workers]) this.#killWorker(workerId, process);
  }

  /** Boots an engine. It becomes the leader when it has the store; until then there is none, or the old one. */
  #elect(): void {
    if (this.#isElecting) return;
    this.#isElecting = true;
    const process = this.#scheduler.process(`engine-${++this.#names}`);
    const store = new SimStore({
      database: this.#database,
      scheduler: this.#scheduler,
      faults: this.#faults,
      owner: process,
      onCommit: (batch, epoch) => {
        this.#log(`commit by ${process.name}: ${[...batch.deletes.map(rowOf('-')), ...batch.puts.map(rowOf('+'))].join(' ')}`);
        this.#checker.check(batch, epoch);
        this.#recordActivities();
      },
    });
    const onFailure = (reason: Error) => {
      this.#log(`${process.name} fails: ${reason.message}`);
      if (this.#leader?.process === process) this.#replaceLeader();
    };
    createService({
      store,
      clock: process.clock,
      rng: this.#ids,
      watchWorker: (workerId, onLost) => this.#watchWorker(process, workerId, onLost),
      onFailure,
    }).then(
      (service) => {
        this.#isElecting = false;
        this.#lead({ process, service });
        this.#log(`${process.name} leads`);
      },
      (error: unknown) => {
        this.#isElecting = false;
        this.#log(`${process.name} cannot start: ${String(error)}`);
        process.kill();
        this.#scheduler.post('another engine', undefined, 500, () => this.#elect());
      },
    );
  }

  #replaceLeader(): void {
    this.#lead(undefined);
    this.#scheduler.post('another engine', undefined, this.#scheduler.pick(2_000), () => this.#elect());
  }

  #lead(leader: Leader | undefined): void {
    this.#leader = leader;
    for (const listener of [...this.#leaderListeners]) listener();
  }

  #link(owner: Process): WorkflowService {
    return createLink({
      scheduler: this.#scheduler,
      faults: this.#faults,
      owner,
      leader: () => this.#leader,
      onLeaderChange: (listener) => {
        this.#leaderListeners.add(listener);
        return () => this.#leaderListeners.delete(listener);
      },
    });
  }

  #startWorker(): void {
    const workerId = `worker-${++this.#names}`;
    const process = this.#scheduler.process(workerId);
    this.#workers.set(workerId, process);
    const service = this.#link(process);
    const options = {
      service,
      namespace: NAMESPACE,
      taskQueue: TASK_QUEUE,
      workerId,
      identity: workerId,
      sandbox: () => this.#countActivations(createSandbox({ workflows: workflowsOf(this.#version, this.#next) })),
      activities: createActivities({ ledger: this.#ledger, clock: process.clock, nonce: this.#next, handOver: (handed) => this.#handOver(handed) }),
      ...(this.#plan.evicts ? { maxCachedWorkflows: 0 } : {}),
      clock: process.clock,
      rng: this.#ids,
      logger: SILENT,
    };
    Worker.create(options)
      .then((worker) => worker.run())
      .catch((error: unknown) => process.isAlive && this.#violate(`${workerId} fails: ${String(error)}`));
  }

  #killWorker(workerId: string, process: Process): void {
    process.kill();
    this.#workers.delete(workerId);
    for (const onLost of this.#lost.get(workerId) ?? []) onLost();
    this.#lost.delete(workerId);
    this.#scheduler.post('another worker', undefined, this.#scheduler.pick(3_000), () => this.#startWorker());
  }

  #watchWorker(engine: Process, workerId: string, onLost: () => void): () => void {
    const tell = () => this.#scheduler.post(`${engine.name} learns that ${workerId} is gone`, engine, this.#scheduler.pick(100), onLost);
    if (!this.#workers.has(workerId)) return tell();
    const listeners = this.#lost.get(workerId) ?? [];
    listeners.push(tell);
    this.#lost.set(workerId, listeners);
    return () => {
      const index = listeners.indexOf(tell);
      if (index >= 0) listeners.splice(index, 1);
    };
  }

  #onStep(label: string): void {
    this.#log(label);
    if (this.#faults.strikes('engine dies', DEATH_WEIGHT) && this.#leader) {
      this.#leader.process.kill();
      this.#replaceLeader();
    }
    if (this.#faults.strikes('engine is taken over and wakes up later', DEATH_WEIGHT)) this.#elect();
    if (this.#faults.strikes('worker dies', DEATH_WEIGHT)) {
      const alive = [...this.#workers];
      const [workerId, process] = alive[this.#scheduler.pick(alive.length || 1)] ?? [];
      if (workerId !== undefined && process) this.#killWorker(workerId, process);
    }
  }

  /** Activities whose end is in the store may not begin again. */
  #recordActivities(): void {
    for (const { events } of this.#checker.runs.values()) {
      const last = events.at(-1);
      if (last === undefined || this.#seen.get(events) === events.length) continue;
      for (const event of events.slice(this.#seen.get(events) ?? 0)) {
        if (event.type !== 'ActivityTaskCompleted') continue;
        const scheduled = events[event.attributes.scheduledEventId - 1] as HistoryEvent<'ActivityTaskScheduled'>;
        const input = JSON.parse(scheduled.attributes.input?.[0]?.data ?? 'null') as ActivityPlan | undefined;
        if (scheduled.attributes.activityType !== 'work' || !input) continue;
        this.#ledger.record(input.id);
        const { attempt } = (events[(event.attributes.startedEventId ?? 0) - 1] as HistoryEvent<'ActivityTaskStarted'>).attributes;
        const result = JSON.parse(event.attributes.result?.[0]?.data ?? 'null') as string;
        if (result !== `${input.id}#${attempt}` && result !== `${input.id}#?`)
          this.#violate(`STALE-REJECTED: attempt ${attempt} of activity ${input.id} is recorded with the result ${result}`);
      }
      this.#seen.set(events, events.length);
    }
  }
  readonly #seen: WeakMap<readonly HistoryEvent[], number> = new WeakMap();

  #judge(): Promise<void> {
    return judge({
      plans: this.#plan.workflows,
      checker: this.#checker,
      ledger: this.#ledger,
      violate: (statement) => this.#violate(statement),
      replay: async ({ key, events }: StoredRun) => {
        await Worker.runReplayHistory({ workflows: workflowsOf(this.#version, this.#next), logger: SILENT }, { events }, key.workflowId);
      },
    });
  }

  readonly #next = (): number => ++this.#nonce;

  #handOver(handed: Handed): void {
    completeFromOutside(this.#link(this.#outside), this.#outside, handed).catch((error: unknown) =>
      this.#violate(`activity ${handed.plan.id} cannot be completed from outside: ${String(error)}`),
    );
  }

  #countActivations(sandbox: Sandbox): Sandbox {
    const count = async <T>(work: Promise<T>): Promise<T> => {
      this.#activations++;
      try {
        return await work;
      } finally {
        this.#activations--;
      }
    };
    return { ready: () => count(sandbox.ready()), close: () => count(sandbox.close()), activate: (activation) => count(sandbox.activate(activation)) };
  }

  /** Promises need one turn; an activation needs as many as its sandbox takes, and what follows from it one more. */
  async #settle(): Promise<void> {
    for (let idle = 0; idle < 2; idle++) {
      await nextTurn();
      if (this.#activations > 0) idle = -1;
    }
  }

  /** The end of each history, for who reads a trace. */
  #logHistories(): void {
    for (const { key, events, state } of this.#checker.runs.values()) {
      for (const { eventId, type, attributes } of events.slice(-12))
        this.#log(`${key.workflowId} has ${eventId} ${type} ${JSON.stringify(attributes).slice(0, 300)}`);
      this.#log(`${key.workflowId} is ${state.status}, its workflow task ${JSON.stringify(state.workflowTask)}`);
    }
  }

  #log(line: string): void {
    this.trace.push(`${this.#scheduler.now - 1_700_000_000_000} ${line}`);
  }

  #violate(statement: string): void {
    this.#log(`violation: ${statement}`);
    this.#violation ??= statement;
  }
}
