/** What workflows, signals, queries and updates are to the compiler, and their definitions as values. */

// biome-ignore lint/suspicious/noExplicitAny: a user's function may take and return anything; `unknown` would refuse all of them
type Any = any;

export type WorkflowReturnType = Promise<Any>;
/** Any workflow function. */
export type Workflow = (...args: Any[]) => WorkflowReturnType;
export type WorkflowResultType<W extends Workflow> = ReturnType<W> extends Promise<infer R> ? R : never;

export type WorkflowSignalType = (...args: Any[]) => Promise<void> | void;
export type WorkflowQueryType = (...args: Any[]) => Any;
export type WorkflowUpdateType = (...args: Any[]) => Promise<Any> | Any;
export type WorkflowUpdateValidatorType = (...args: Any[]) => void;

export type ActivityFunction<P extends Any[] = Any[], R = Any> = (...args: P) => Promise<R>;
export type UntypedActivities = Record<string, ActivityFunction>;

declare const argsBrand: unique symbol;
declare const retBrand: unique symbol;

/** @typeParam Args what the signal carries; handlers and senders are checked against it */
export interface SignalDefinition<Args extends Any[] = [], Name extends string = string> {
  readonly type: 'signal';
  readonly name: Name;
  /** For the compiler only. */
  readonly [argsBrand]: Args;
}

export interface QueryDefinition<Ret, Args extends Any[] = [], Name extends string = string> {
  readonly type: 'query';
  readonly name: Name;
  /** For the compiler only. */
  readonly [argsBrand]: Args;
  readonly [retBrand]: Ret;
}

export interface UpdateDefinition<Ret, Args extends Any[] = [], Name extends string = string> {
  readonly type: 'update';
  readonly name: Name;
  /** For the compiler only. */
  readonly [argsBrand]: Args;
  readonly [retBrand]: Ret;
}

/** Options of a workflow, with `args` required exactly when the workflow takes any. */
export type WithWorkflowArgs<W extends Workflow, T> = T &
  (Parameters<W> extends [Any, ...Any[]] ? { args: Parameters<W> | Readonly<Parameters<W>> } : { args?: Parameters<W> | Readonly<Parameters<W>> });

/** What a handle of a workflow offers, in a client and in a workflow. */
export interface BaseWorkflowHandle<W extends Workflow> {
  readonly workflowId: string;
  /** Resolves when the workflow completes. */
  result(): Promise<WorkflowResultType<W>>;
  signal<Args extends Any[] = [], Name extends string = string>(def: SignalDefinition<Args, Name> | string, ...args: Args): Promise<void>;
}

/**
 * The name under which a workflow is registered: its own, or that of its function.
 *
 * @throws {TypeError} if the function has no name, or it is neither
 */
export function extractWorkflowType(workflow: string | Workflow): string {
  if (typeof workflow === 'string') return workflow;
  if (typeof workflow !== 'function') throw new TypeError(`Invalid workflow type: expected either a string or a function, got '${typeof workflow}'`);
  if (!workflow.name) throw new TypeError('Invalid workflow type: the workflow function is anonymous');
  return workflow.name;
}
