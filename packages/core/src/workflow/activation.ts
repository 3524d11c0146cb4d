/** One activation of one run, from its jobs to its commands: a synchronous pass, then drains and conditions until nothing moves. */
import type { Failure } from '../common/failure.ts';
import { defaultFailureConverter } from '../common/failure-converter.ts';
import { defaultPayloadConverter } from '../common/payload-converter.ts';
import type { ActivationCompletion, ActivationJob, WorkflowActivation, WorkflowCommand } from '../protocol/activation.ts';
import type { Activator } from './activator.ts';
import type { Barrier } from './barrier.ts';
import { type Carrier, useContext } from './context.ts';
import { DeterminismViolationError } from './errors.ts';
import { SdkFlag } from './flags.ts';
import { reportsBeforeMacrotask } from './rejections.ts';
import { turns } from './turns.ts';

/** What is done after a drain; it tells what is to be done after the next one, or how the activation ended. */
type Step = () => Step | ActivationCompletion;

export class Activation {
  readonly #activator: Activator;
  readonly #activation: WorkflowActivation;
  readonly #barrier: Barrier;
  readonly #done: (completion: ActivationCompletion) => void;
  readonly #carrier: Carrier = useContext();
  readonly #isQuery: boolean;

  constructor(activator: Activator, activation: WorkflowActivation, barrier: Barrier, done: (completion: ActivationCompletion) => void) {
    this.#activator = activator;
    this.#activation = activation;
    this.#barrier = barrier;
    this.#done = done;
    this.#isQuery = activation.jobs.some(({ type }) => type === 'queryWorkflow');
  }

  start(): void {
    turns.current = this.#activator;
    this.#activator.isActive = true;
    this.#carrier.beginTurn(this.#activator.frame);
    this.#advance(() => {
      this.#activator.outcome.rethrowTaskError();
      return this.#isQuery ? this.#startQueries() : this.#startJobs();
    });
  }

  /** Takes a step in the context of the run, and what follows from it outside. What throws in a step, or is kept to be thrown, fails the task. */
  #advance(step: Step): void {
    let next: Step | ActivationCompletion;
    try {
      next = this.#carrier.run(this.#activator.frame, step);
    } catch (error) {
      next = { status: 'failed', runId: this.#activation.runId, failure: failureOf(this.#activator, error), ...this.#sinkCalls() };
    }
    if (typeof next !== 'function') return this.#end(next);
    const following = next;
    this.#barrier(() => this.#advance(following));
  }

  #startQueries(): Step {
    if (this.#activation.jobs.some(({ type }) => type !== 'queryWorkflow')) throw new TypeError('Got both queries and other jobs in a single activation');
    this.#activator.beginQueries();
    // To the end of the activation: a handler that is refused because it is asynchronous goes on all the same.
    const end = this.#activator.lookOnly('a query');
    this.#activator.activate(this.#activation, this.#activation.jobs, 0);
    return () => {
      end();
      return this.#conclude();
    };
  }

  #startJobs(): Step {
    this.#activator.begin(this.#activation);
    return this.#runBatch(this.#batches(), 0);
  }

  /** Patches, recorded side effects and a new seed are in force before any code runs. Then all jobs in one pass. */
  #batches(): readonly (readonly ActivationJob[])[] {
    const activator = this.#activator;
    const jobs: ActivationJob[] = [];
    let hasSignals = false;
    let randomnessSeed: string | undefined;
    for (const job of this.#activation.jobs) {
      if (job.type === 'notifyHasPatch') activator.patches.notify(job.patchId);
      else if (job.type === 'resolveMarker') activator.markers.resolve(job.markerName, job.details);
      else if (job.type === 'updateRandomSeed') randomnessSeed = job.randomnessSeed;
      else jobs.push(job);
      if (job.type === 'signalWorkflow') hasSignals = true;
    }
    if (randomnessSeed !== undefined) activator.random.reseed(randomnessSeed);
    if (!hasSignals || activator.hasFlag(SdkFlag.SingleBatch)) return [jobs];
    // As histories of old were made: signals first, with a drain of their own.
    const isSignal = ({ type }: ActivationJob): boolean => type === 'signalWorkflow';
    return [jobs.filter(isSignal), jobs.filter((job) => !isSignal(job))].filter(({ length }) => length > 0);
  }

  #runBatch(batches: readonly (readonly ActivationJob[])[], index: number): Step {
    this.#activator.activate(this.#activation, batches[index] ?? [], index);
    return this.#drained(() => (index + 1 < batches.length ? this.#runBatch(batches, index + 1) : this.#settled()));
  }

  /** After a drain: lets conditions come true, each time with another drain, until none does. Then `next`. */
  #drained(next: Step): Step {
    const step: Step = () => (this.#activator.tryUnblockConditions() > 0 ? step : next());
    return step;
  }

  #settled(): Step | ActivationCompletion {
    this.#assertCanGoOn();
    // Where the host reports unhandled rejections in a macrotask of its own, that comes before the next one.
    return reportsBeforeMacrotask ? this.#conclude() : () => this.#conclude();
  }

  /** A run that nothing of the engine's can wake has awaited something else, and would hang for ever. */
  #assertCanGoOn(): void {
    const { completions, conditions, handlers, outcome, openTriggers, watchesCancellation, info } = this.#activator;
    outcome.rethrowTaskError();
    if (outcome.isCompleted || completions.size > 0 || conditions.size > 0 || openTriggers > 0 || watchesCancellation || handlers.canBeWoken) return;
    throw new DeterminismViolationError(
      `Workflow "${info.workflowType}" (${info.workflowId}) waits for nothing that the engine could give it: no timer, activity, child workflow, condition, trigger or handler is pending, and it has not ended. ` +
        'It awaits a promise that the engine does not own, such as fetch or import(), or one that nobody resolves. Do such work in an activity, and await the activity.',
    );
  }

  #conclude(): ActivationCompletion {
    this.#activator.outcome.rethrowTaskError();
    const commands: readonly WorkflowCommand[] = this.#activator.conclude();
    return { status: 'successful', runId: this.#activation.runId, commands, usedInternalFlags: this.#activator.usedInternalFlags, ...this.#sinkCalls() };
  }

  #sinkCalls(): Pick<ActivationCompletion, 'sinkCalls'> {
    const sinkCalls = this.#activator.takeSinkCalls();
    return sinkCalls.length > 0 ? { sinkCalls } : {};
  }

  #end(completion: ActivationCompletion): void {
    this.#activator.isActive = false;
    this.#carrier.endTurn();
    turns.current = undefined;
    this.#done(completion);
  }
}

/** As a failure, even if the user's converter cannot make one of it. */
export function failureOf(activator: Activator | undefined, error: unknown): Failure {
  try {
    if (activator) return activator.outcome.failureOf(error);
  } catch {
    // the converter failed: its own error is the lesser news
  }
  return defaultFailureConverter.errorToFailure(error, defaultPayloadConverter);
}
