/** How a run ends, and how its task fails: what becomes of the results and errors of its functions. */
import { ensureTemporalFailure, isCancellation, TemporalFailure } from '../common/failures.ts';
import type { InitializeWorkflow, WorkflowCommand } from '../protocol/activation.ts';
import type { Activator } from './activator.ts';
import { ContinueAsNew } from './errors.ts';
import { headersFromWire } from './headers.ts';
import { withLifecycleLog } from './log.ts';
import { awaited } from './promises.ts';

export class Outcome {
  readonly #activator: Activator;
  readonly #failureErrorTypes: readonly string[];
  /** A command that ends the run has been issued. */
  isCompleted = false;
  #isCancelled = false;
  #taskError: { readonly error: unknown } | undefined;

  constructor(activator: Activator, failureErrorTypes: readonly string[]) {
    this.#activator = activator;
    this.#failureErrorTypes = failureErrorTypes;
  }

  startWorkflow(job: InitializeWorkflow): void {
    const activator = this.#activator;
    const execute = activator.chain('inbound', 'execute', ({ args }) => awaited(() => activator.workflow(...args)));
    withLifecycleLog(() => execute({ headers: headersFromWire(job.headers), args: activator.decodeList(job.arguments) })).then(
      (result) => this.#complete(result),
      (error) => this.fail(error),
    );
  }

  cancelWorkflow(_reason: string): void {
    this.#isCancelled = true;
    this.#activator.rootScope.cancel();
  }

  /** What a workflow function, a signal handler, or an update handler (unless it is a failure of the update) threw. */
  fail(error: unknown): void {
    if (this.#isCancelled && isCancellation(error)) this.#end({ type: 'cancelWorkflowExecution' });
    else if (error instanceof ContinueAsNew) this.#end(error.command);
    else if (error instanceof TemporalFailure || this.#isListed(error)) {
      this.#activator.handlers.abandonAll();
      this.#end({ type: 'failWorkflowExecution', failure: this.failureOf(ensureTemporalFailure(error)) });
    } else this.recordTaskError(error);
  }

  /**
   * Fails the workflow task with `error`. The first one counts.
   *
   * It is kept until a point at which it can be thrown: the function that threw it is one that nobody awaits.
   */
  recordTaskError(error: unknown): void {
    this.#taskError ??= { error };
  }

  get hasTaskError(): boolean {
    return this.#taskError !== undefined;
  }

  /** @throws what `recordTaskError` was given first */
  rethrowTaskError(): void {
    if (this.#taskError) throw this.#taskError.error;
  }

  failureOf(error: unknown): ReturnType<Activator['failureConverter']['errorToFailure']> {
    const { failureConverter, payloadConverter, context } = this.#activator;
    return failureConverter.errorToFailure(error, payloadConverter, context);
  }

  #complete(result: unknown): void {
    this.#end({ type: 'completeWorkflowExecution', result: this.#activator.encode(result) });
  }

  #end(command: WorkflowCommand): void {
    this.#activator.pushCommand(command);
    this.isCompleted = true;
  }

  /** Listed by class with the workflow's definition, or by name with the worker. `Error` stands for everything that can be thrown. */
  #isListed(error: unknown): boolean {
    const { workflowDefinitionOptions } = this.#activator.workflow;
    const options = typeof workflowDefinitionOptions === 'function' ? workflowDefinitionOptions() : workflowDefinitionOptions;
    const classes = options?.failureExceptionTypes ?? [];
    if (classes.includes(Error) || classes.some((errorClass) => error instanceof errorClass)) return true;
    const names = this.#failureErrorTypes;
    return names.includes('Error') || classNamesOf(error).some((name) => names.includes(name));
  }
}

function classNamesOf(error: unknown): string[] {
  if (typeof error !== 'object' || error === null) return [];
  const names: string[] = [];
  for (
    let errorClass: unknown = error.constructor;
    typeof errorClass === 'function' && errorClass !== Function.prototype;
    errorClass = Object.getPrototypeOf(errorClass)
  )
    names.push(errorClass.name);
  return names;
}
