/**
 * A whole world from one seed: engines, workers, clients and a disk in one thread, with faults between them. The engine, its service and
 * the workers are the real ones; only disk, network, time and death are made here.
 */
import type { Epoch } from '../../common/brand.ts';
import type { Logger } from '../../common/logger.ts';
import { type Rng, seededRng } from '../../common/rng.ts';
import { isOpen } from '../../engine/run-state.ts';
import { createService } from '../../service/service.ts';
import type { Batch, Key } from '../../storage/store.ts';
import { Worker } from '../../worker/worker.ts';
import { createSandbox } from '../../workflow/sandbox.ts';
import { createActivities, type Handed } from './activities.ts';
import { Checker, type StoredRun } from './checker.ts';
import { runClient, TASK_QUEUE } from './client.ts';
import { NAMESPACE } from './client-calls.ts';
import { completeFromOutside } from './completer.ts';
import { DEATH_WEIGHT, type Engines, type EnginesOptions } from './engines.ts';
import { askAll, checkAnswers, checkLists } from './epilogue.ts';
import { Faults } from './faults.ts';
import { judge } from './judge.ts';
import { Ledger } from './ledger.ts';
import { Population } from './population.ts';
import type { WorkflowPlan } from './program.ts';
import { workflowsOf } from './program-workflow.ts';
import { Recorder } from './recorder.ts';
import { type Process, Scheduler } from './scheduler.ts';
import { Settling } from './settling.ts';
import { SimDisk } from './sim-disk.ts';
import type { Outcome, SimulationPlan } from './simulate.ts';
import { SingleEngine } from './single-engine.ts';
import { Tabs } from './tabs.ts';

/** Steps with faults; then the world is kind, and all that waits has to end within the second number. */
const TROUBLED_STEPS = 3_000;
const KIND_STEPS = 30_000;
/** What is left to do when the last result is known: clean up. */
const STEPS_TO_REST = 200;
const STEPS_TO_ANSWER = 2_000;
const WORKERS = 2;
/** Tabs say that they live once a second, and look for each other as often. */
const STEPS_OF_TABS = 4;

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
  readonly #disk: SimDisk;
  readonly #engines: Engines;
  readonly #tabs: Tabs | undefined;
  readonly #outside: Process;
  readonly #swept: Set<string> = new Set();
  readonly #settling: Settling = new Settling();
  readonly #workers: Population;
  readonly #recorder: Recorder;
  #violation: string | undefined = undefined;
  #names = 0;
  #nonce = 0;
  /** Workflows whose clients have not seen the end. */
  #followed = 0;
  #version = 1;

  constructor(plan: SimulationPlan) {
    this.#plan = plan;
    this.#ids = seededRng(plan.seed ^ 0x5eed);
    this.#scheduler = new Scheduler(
      seededRng(plan.seed),
      () => this.#settling.settled(),
      (label) => this.#onStep(label),
    );
    this.#outside = this.#scheduler.process('client');
    this.#faults = new Faults(this.#scheduler, plan.faults, (line) => this.#log(line));
    this.#ledger = new Ledger((statement) => this.#violate(statement));
    this.#checker = new Checker(
      () => this.#scheduler.now + (this.#tabs?.mostAhead ?? 0),
      () => this.#engines.patience,
      (statement) => this.#violate(statement),
    );
    this.#recorder = new Recorder(this.#checker, this.#ledger, (statement) => this.#violate(statement));
    this.#workers = new Population({
      scheduler: this.#scheduler,
      name: () => `worker-${++this.#names}`,
      start: (process) => this.#startWorker(process),
    });
    this.#disk = new SimDisk({
      scheduler: this.#scheduler,
      faults: this.#faults,
      plan: plan.disk,
      outlivesOwner: plan.tabs !== undefined,
      violate: (statement) => this.#violate(statement),
      onCommit: (writer, batch, epoch) => {
        this.#log(`commit by ${writer.name}: ${[...batch.deletes.map(rowOf('-')), ...batch.puts.map(rowOf('+'))].join(' ')}`);
        this.#look(batch, epoch);
      },
    });
    this.#tabs = plan.tabs === undefined ? undefined : this.#openTabs(plan.tabs);
    this.#engines = this.#tabs ?? new SingleEngine(this.#engineOptions());
  }

  async run(): Promise<Outcome> {
    const { workflows, upgrade, isWide } = this.#plan;
    if (upgrade) this.#version = upgrade.from;
    this.#engines.begin();
    for (let i = 0; i < WORKERS; i++) this.#workers.add();
    if (upgrade) this.#scheduler.post('all workers get new code', undefined, upgrade.after, () => this.#upgrade(upgrade.from + 1));
    this.#followed = workflows.length;
    for (const plan of workflows) this.#follow(plan);
    const isOver = () => this.#followed === 0 && this.#areAllClosed();
    const pace = this.#tabs ? STEPS_OF_TABS : 1;
    await this.#until(isOver, TROUBLED_STEPS * pace);
    this.#faults.end();
    this.#engines.calm();
    if (!(await this.#until(isOver, KIND_STEPS * pace))) this.#violate(`LIVE: ${this.#followed} workflows are still open long after the last fault`);
    await this.#until(() => false, STEPS_TO_REST * pace);
    this.#checker.checkLeftovers();
    if (this.#violation === undefined) await this.#finish(this.#engines.check());
    if (isWide && this.#violation === undefined) await this.#epilogue();
    if (this.#violation === undefined) await this.#judge();
    if (this.#violation !== undefined) this.#logHistories();
    return { violation: this.#violation, trace: this.trace, faults: this.#faults.struck, takeovers: this.#disk.takeovers };
  }

  /** Also over when an invariant is broken. */
  #until(isOver: () => boolean, steps: number): Promise<boolean> {
    return this.#scheduler.run(() => this.#violation !== undefined || isOver(), steps);
  }

  /** A client does what the plan says, to the end of its workflow. */
  #follow(plan: WorkflowPlan): void {
    const { workflowId } = plan;
    const openChain = () => this.#checker.chain(workflowId).find(({ state }) => isOpen(state))?.state.firstExecutionRunId;
    const violate = (statement: string) => this.#violate(statement);
    runClient({ service: this.#engines.link(this.#outside), process: this.#outside, ledger: this.#ledger, plan, violate, openChain }).then(
      (event) => {
        this.#log(`${workflowId} ends with ${event.type}`);
        this.#followed--;
      },
      (error: unknown) => violate(`a client of ${workflowId} fails: ${String(error)}`),
    );
  }

  /** Children that wait for the signal of a parent that is gone would wait for ever: they are ended. */
  #areAllClosed(): boolean {
    const open = [...this.#checker.runs.values()].filter(({ state }) => isOpen(state));
    for (const { key } of open) {
      if (!key.workflowId.endsWith(' waits') || this.#swept.has(key.runId)) continue;
      this.#swept.add(key.runId);
      const request = { namespace: NAMESPACE, workflowExecution: key, reason: 'nobody signals it' };
      this.#engines.link(this.#outside).terminateWorkflowExecution(request).catch(ignore); // it may have ended meanwhile
    }
    return open.length === 0;
  }

  /** Asks what is known in the end, then has it asked again of workers that know nothing. */
  async #epilogue(): Promise<void> {
    const options = { service: this.#engines.link(this.#outside), checker: this.#checker, violate: (statement: string) => this.#violate(statement) };
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
    this.#workers.killAll();
  }

  /** What cannot even be read is no error of the disk. */
  #look(batch: Batch, epoch: Epoch): void {
    try {
      this.#checker.check(batch, epoch);
      this.#recorder.record();
    } catch (error) {
      this.#violate(`what is stored cannot be read: ${String(error)}`);
    }
  }

  #engineOptions(): EnginesOptions {
    return {
      scheduler: this.#scheduler,
      faults: this.#faults,
      log: (line) => this.#log(line),
      violate: (statement) => this.#violate(statement),
      nextName: () => ++this.#names,
      start: (process, onFailure) =>
        createService({
          store: this.#disk.open(process),
          clock: process.clock,
          rng: this.#ids,
          watchWorker: (workerId, onLost) => this.#workers.watch(process, workerId, onLost),
          onFailure,
        }),
    };
  }

  #openTabs(count: number): Tabs {
    return new Tabs({
      ...this.#engineOptions(),
      count,
      isPage: (process) => this.#workers.has(process),
      onPageGone: (process) => this.#workers.kill(process),
      workflowIdOf: (runId) => this.#checker.runs.get(runId)?.key.workflowId,
    });
  }

  #startWorker(process: Process): void {
    const { name } = process;
    const options = {
      service: this.#engines.link(process),
      namespace: NAMESPACE,
      taskQueue: TASK_QUEUE,
      workerId: name,
      identity: name,
      sandbox: () => this.#settling.counted(createSandbox({ workflows: workflowsOf(this.#version, this.#next) })),
      activities: createActivities({ ledger: this.#ledger, clock: process.clock, nonce: this.#next, handOver: (handed) => this.#handOver(handed) }),
      ...(this.#plan.evicts ? { maxCachedWorkflows: 0 } : {}),
      clock: process.clock,
      rng: this.#ids,
      logger: SILENT,
    };
    Worker.create(options)
      .then((worker) => worker.run())
      .catch((error: unknown) => process.isAlive && this.#violate(`${name} fails: ${String(error)}`));
  }

  #onStep(label: string): void {
    this.#log(label);
    this.#engines.strike();
    if (this.#faults.strikes('worker dies', DEATH_WEIGHT)) this.#workers.killOne();
  }

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
    completeFromOutside(this.#engines.link(this.#outside), this.#outside, handed).catch((error: unknown) =>
      this.#violate(`activity ${handed.plan.id} cannot be completed from outside: ${String(error)}`),
    );
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
