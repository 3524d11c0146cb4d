/** Takes workflow tasks from the engine, keeps runs between their tasks, and answers. What happens within a task stands in `workflow-task.ts`. */
import type { Millis, RunId } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';
import { decodeWire, encodeFailure, encodeWire, type PayloadCodec } from '../common/data-converter.ts';
import { errorMessage } from '../common/error-brand.ts';
import type { Failure } from '../common/failure.ts';
import { FAILURE_SOURCE } from '../common/failures.ts';
import type { Logger, LogMetadata } from '../common/logger.ts';
import type { WirePayloads } from '../common/payload.ts';
import type { PayloadConverter, SerializationContext } from '../common/payload-converter.ts';
import { ENHANCED_STACK_TRACE_QUERY_NAME, STACK_TRACE_QUERY_NAME } from '../common/reserved.ts';
import { isServiceError } from '../common/service-error.ts';
import type { HistoryEvent } from '../history/events.ts';
import type { Sandbox } from '../protocol/activation.ts';
import type { PollRequest, RespondQueryTaskCompletedRequest, WorkflowService, WorkflowTask } from '../protocol/workflow-service.ts';
import { RunMachines } from './activations.ts';
import { deliver } from './answers.ts';
import type { LocalActivityRunner } from './local-activities.ts';
import { Pollers } from './pollers.ts';
import { RunCache, type RunCacheLimits } from './run-cache.ts';
import { RunLocals } from './run-locals.ts';
import { SandboxKeeper, SandboxLostError } from './sandbox-keeper.ts';
import type { InjectedSinks } from './sinks.ts';
import { decodeAny, decodeEvents, encodeCommands } from './task-codec.ts';
import { toTaskFailure, WorkflowTaskFailure } from './task-failure.ts';
import { type RunInHand, replay, runQuery, runTask, type TaskAnswer, type TaskDriver } from './workflow-task.ts';

type QueryAnswer = { readonly result: WirePayloads } | { readonly failure: Failure };

export interface WorkflowHostOptions {
  readonly service: WorkflowService;
  readonly poll: PollRequest;
  readonly createSandbox: () => Sandbox;
  readonly codecs: readonly PayloadCodec[];
  readonly payloadConverter: PayloadConverter;
  readonly clock: Clock;
  /** Measures how long workflow code runs. */
  readonly watchdogClock: Clock;
  readonly logger: Logger;
  readonly sinks: InjectedSinks;
  readonly localActivities: LocalActivityRunner;
  readonly isolateExecutionTimeout: Millis;
  readonly maxConcurrentTasks: number;
  readonly maxConcurrentPolls: number;
  readonly cache: RunCacheLimits;
}

/** Someone else's workflow may end the sandbox while a task runs; after so many times the task fails. */
const MAX_LOST_SANDBOXES = 5;

interface Kept extends RunInHand {
  /** It was replayed to tell where it waits. Kept so: who asks once asks again. */
  readonly recordsWaits: boolean;
  readonly generation: number;
  size: number;
  /** The last task did nothing but reject updates: the engine may have forgotten it, and with it these events. */
  rejectedOnly: { readonly startedEventId: number; readonly rewindTo: number } | undefined;
}

export class WorkflowHost {
  readonly #options: WorkflowHostOptions;
  readonly #keeper: SandboxKeeper;
  readonly #driver: TaskDriver;
  readonly #cache: RunCache<Kept>;
  readonly #pollers: Pollers<WorkflowTask>;
  /** What each run is busy with: one thing after the other. */
  readonly #turns = new Map<RunId, Promise<unknown>>();

  constructor(options: WorkflowHostOptions) {
    this.#options = options;
    this.#cache = new RunCache<Kept>(options.cache);
    this.#keeper = new SandboxKeeper({
      create: options.createSandbox,
      limit: options.isolateExecutionTimeout,
      clock: options.watchdogClock,
      onReplaced: () => this.#forgetAll(),
    });
    const { clock, logger, sinks } = options;
    this.#driver = { clock, logger, sinks, activate: (activation) => this.#keeper.activate(activation) };
    this.#pollers = new Pollers({
      poll: () => options.service.pollWorkflowTaskQueue(options.poll).then((task) => task && [task]),
      handle: (task) => this.handle(task),
      maxPolls: options.maxConcurrentPolls,
      maxTasks: options.maxConcurrentTasks,
      clock,
      logger,
      what: 'workflow tasks',
    });
  }

  /** Loads the workflow code. Rejects when it does not load. */
  async load(): Promise<void> {
    await this.#keeper.ready();
  }

  /** Polls until the worker is shut down and the tasks in hand are done. */
  run(): Promise<void> {
    return this.#pollers.run();
  }

  /** Takes no more tasks; those in hand are finished. */
  stop(): void {
    this.#pollers.stop();
  }

  async close(): Promise<void> {
    this.#forgetAll();
    await this.#keeper.close();
  }

  get status(): { readonly inFlight: number; readonly cached: number } {
    return { inFlight: this.#pollers.inFlight, cached: this.#cache.size };
  }

  /** Works on one task. Never rejects. */
  handle(task: WorkflowTask): Promise<void> {
    const takenAt = this.#options.clock.now();
    return this.#inTurn(task.runId, async () => {
      try {
        await (task.query ? this.#answerQuery(task, task.query) : this.#answerTask(task, takenAt));
      } catch (error) {
        this.#options.logger.error('A workflow task could not be answered; the engine offers it again', { ...namesOf(task), error });
      }
    });
  }

  async #answerTask(task: WorkflowTask, takenAt: Millis): Promise<void> {
    let answer: TaskAnswer;
    let run: Kept;
    try {
      [run, answer] = await this.#whileSandboxesLast(task, async (kept, events) => {
        await this.#expectKnownType(task);
        return runTask(this.#driver, kept, { ...task, updates: await this.#decodeUpdates(task) }, events, takenAt);
      });
    } catch (error) {
      return this.#fail(task, toTaskFailure(error));
    }
    let isAccepted = false;
    try {
      const commands = await encodeCommands(this.#options.codecs, answer.commands, contextOf(task)).catch(toTaskFailure);
      if (commands instanceof WorkflowTaskFailure) await this.#fail(task, commands);
      else isAccepted = await this.#complete(task, { ...answer, commands });
    } finally {
      if (isAccepted && !answer.isClosed) this.#keep(task, run, answer);
      else this.#discard(task.runId, run);
    }
  }

  /** @returns whether the engine took the commands */
  async #complete(task: WorkflowTask, { commands, sdkMetadata, isHeartbeat }: TaskAnswer): Promise<boolean> {
    const { service, poll, logger } = this.#options;
    const request = {
      taskToken: task.taskToken,
      commands,
      identity: poll.identity,
      ...(sdkMetadata ? { sdkMetadata } : {}),
      ...(isHeartbeat ? { forceCreateNewWorkflowTask: true } : {}),
    };
    try {
      return await this.#deliver(task, 'the completion of a workflow task', () => service.respondWorkflowTaskCompleted(request));
    } catch (error) {
      if (!isServiceError(error, 'InvalidArgument')) throw error;
      // The engine has failed the task already: a command of it cannot be carried out.
      logger.warn(`Workflow task failed: ${error.message}`, { ...namesOf(task), cause: error.details['cause'] });
      return false;
    }
  }

  async #answerQuery(task: WorkflowTask, query: NonNullable<WorkflowTask['query']>): Promise<void> {
    const { service, codecs } = this.#options;
    const context = contextOf(task);
    let answer: QueryAnswer;
    const ask = async (kept: Kept, events: readonly HistoryEvent[]): Promise<Awaited<ReturnType<typeof runQuery>>> => {
      await this.#expectKnownType(task);
      await replay(this.#driver, kept, events);
      return runQuery(this.#driver, kept, { ...query, queryArgs: await decodeWire(codecs, query.queryArgs, context) });
    };
    try {
      const [run, outcome] = await this.#whileSandboxesLast(task, ask, asksForStacks(query.queryType));
      this.#keep(task, run);
      answer =
        'result' in outcome ? { result: await encodeWire(codecs, [outcome.result], context) } : { failure: await this.#encodedFailure(task, outcome.failure) };
    } catch (error) {
      answer = { failure: await this.#encodedFailure(task, toTaskFailure(error).failure) };
    }
    const request: RespondQueryTaskCompletedRequest = { taskToken: task.taskToken, ...answer };
    await this.#deliver(task, 'the answer to a query', () => service.respondQueryTaskCompleted(request));
  }

  /** A failed task takes the kept run with it: the next attempt starts from the history. */
  async #fail(task: WorkflowTask, { failedCause, failure }: WorkflowTaskFailure): Promise<void> {
    const { service, poll, logger } = this.#options;
    logger.warn(`Workflow task failed: ${failure.message}`, { ...namesOf(task), cause: failedCause });
    const encoded = await this.#encodedFailure(task, failure);
    await this.#deliver(task, 'the failure of a workflow task', () =>
      service.respondWorkflowTaskFailed({ taskToken: task.taskToken, cause: failedCause, failure: encoded, identity: poll.identity }),
    );
  }

  /** A failure that a codec cannot take is told without what it would have encoded. */
  async #encodedFailure(task: WorkflowTask, failure: Failure): Promise<Failure> {
    try {
      return await encodeFailure(this.#options.codecs, failure, contextOf(task));
    } catch (error) {
      return { message: `The failure of a workflow task could not be encoded: ${errorMessage(error)}`, source: FAILURE_SOURCE };
    }
  }

  /** Starts over from the whole history when the sandbox is ended because of another run. */
  async #whileSandboxesLast<T>(task: WorkflowTask, work: (run: Kept, events: readonly HistoryEvent[]) => Promise<T>, recordsWaits = false): Promise<[Kept, T]> {
    for (let lost = 1; ; lost++) {
      const { run, events } = await this.#load(task, lost > 1, recordsWaits);
      try {
        return [run, await work(run, await decodeEvents(this.#options.codecs, events, contextOf(task)))];
      } catch (error) {
        this.#discard(task.runId, run);
        if (!(error instanceof SandboxLostError) || lost === MAX_LOST_SANDBOXES) throw error;
      }
    }
  }

  /** The run, kept or new, and the events that it has not seen. It is out of the cache until it is kept again. */
  async #load(task: WorkflowTask, isAgain: boolean, recordsWaits: boolean): Promise<{ run: Kept; events: readonly HistoryEvent[] }> {
    const kept = this.#cache.take(task.runId);
    if (kept && !task.isFull && !isAgain && (kept.recordsWaits || !recordsWaits)) {
      if (kept.rejectedOnly && task.previousStartedEventId < kept.rejectedOnly.startedEventId) kept.machines.rewind(kept.rejectedOnly.rewindTo);
      if (!kept.machines.isBehind(task.history)) return { run: kept, events: task.history };
    }
    if (kept) this.#discard(task.runId, kept);
    return { run: this.#create(task, recordsWaits), events: task.isFull ? task.history : await this.#fetchHistory(task) };
  }

  #create(task: WorkflowTask, recordsWaits: boolean): Kept {
    const { namespace, workflowId, runId, workflowType, workflowTaskTimeout } = task;
    const { taskQueue } = this.#options.poll;
    const machines = new RunMachines({ namespace, workflowId, runId, payloadConverter: this.#options.payloadConverter }, recordsWaits);
    const owner = { namespace, workflowId, runId, workflowType, taskQueue };
    const locals = new RunLocals(this.#options.localActivities, { ...owner, workflowTaskTimeout }, machines);
    return { machines, locals, info: owner, recordsWaits, generation: this.#keeper.generation, size: 0, rejectedOnly: undefined };
  }

  /** The engine believes that this worker has the run; it has not any more. */
  async #fetchHistory(task: WorkflowTask): Promise<readonly HistoryEvent[]> {
    const { namespace, workflowId, runId, history } = task;
    const until = history[0]?.eventId ?? task.historyLength + 1;
    const events: HistoryEvent[] = [];
    for (let more = true; more && (events.at(-1)?.eventId ?? 0) < until - 1; ) {
      const afterEventId = events.at(-1)?.eventId ?? 0;
      const page = await this.#options.service.getWorkflowExecutionHistory({ namespace, workflowExecution: { workflowId, runId }, afterEventId });
      for (const event of page.events) if (event.eventId < until) events.push(event);
      more = page.more && page.events.length > 0;
    }
    return [...events, ...history];
  }

  /** @throws {WorkflowTaskFailure} with Temporal's message; the types that there are stand below it */
  async #expectKnownType({ workflowType }: WorkflowTask): Promise<void> {
    const known = await this.#keeper.ready();
    if (known.length === 0 || known.includes(workflowType) || known.includes('default')) return;
    throw new WorkflowTaskFailure({
      message: `Failed to initialize workflow of type '${workflowType}': no such function is exported by the workflow bundle`,
      source: FAILURE_SOURCE,
      stackTrace: `Workflow types that are exported: ${[...known].sort().join(', ')}`,
    });
  }

  #decodeUpdates({ updates, ...task }: WorkflowTask): Promise<WorkflowTask['updates']> {
    return Promise.all(updates.map((update) => decodeAny(this.#options.codecs, update, contextOf(task))));
  }

  #keep(task: WorkflowTask, run: Kept, answer?: TaskAnswer): void {
    if (run.generation !== this.#keeper.generation) return run.locals.dispose();
    run.size = task.historySize;
    if (answer) run.rejectedOnly = onlyRejects(answer) ? { startedEventId: task.startedEventId, rewindTo: task.scheduledEventId - 1 } : undefined;
    this.#cache.put(task.runId, run);
    for (const [runId, gone] of this.#cache.overflow(({ machines }) => machines.locals.pending === 0)) {
      gone.locals.dispose();
      void this.#inTurn(runId, () => this.#evict(runId, 'the worker keeps others'));
    }
  }

  /** Nobody waits for it: what is sent to the sandbox later comes behind it. */
  #discard(runId: RunId, run: Kept): void {
    run.locals.dispose();
    if (run.generation === this.#keeper.generation) void this.#evict(runId, 'its state is no longer that of the history');
  }

  async #evict(runId: RunId, reason: string): Promise<void> {
    const frame = { timestamp: 0, isReplaying: false, historyLength: 0, historySize: 0, continueAsNewSuggested: false, availableInternalFlags: [] };
    try {
      await this.#keeper.activate({ runId, ...frame, jobs: [{ type: 'removeFromCache', reason }] });
    } catch {
      // the sandbox went, and the run with it
    }
  }

  #forgetAll(): void {
    for (const run of this.#cache.clear()) run.locals.dispose();
  }

  #deliver(task: WorkflowTask, what: string, send: () => Promise<unknown>): Promise<boolean> {
    const { clock, logger } = this.#options;
    return deliver(send, { clock, logger, what: `${what} (workflow ${task.workflowId}, run ${task.runId})` });
  }

  #inTurn(runId: RunId, work: () => Promise<void>): Promise<void> {
    const before = this.#turns.get(runId);
    const turn = before ? before.then(work) : work();
    this.#turns.set(runId, turn);
    return turn.finally(() => {
      if (this.#turns.get(runId) === turn) this.#turns.delete(runId);
    });
  }
}

const asksForStacks = (queryType: string): boolean => queryType === STACK_TRACE_QUERY_NAME || queryType === ENHANCED_STACK_TRACE_QUERY_NAME;

const onlyRejects = ({ commands }: TaskAnswer): boolean => commands.every(({ type }) => type === 'RejectUpdate');

const namesOf = ({ workflowId, runId, workflowType }: WorkflowTask): LogMetadata => ({ workflowId, runId, workflowType });

const contextOf = ({ namespace, workflowId }: { readonly namespace: string; readonly workflowId: string }): SerializationContext => ({
  type: 'workflow',
  namespace,
  workflowId,
});
