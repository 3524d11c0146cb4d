/** Child workflows, and signals and cancel requests to other workflows. */
import {
  type BaseWorkflowHandle,
  extractWorkflowType,
  type SignalDefinition,
  type WithWorkflowArgs,
  type Workflow,
  type WorkflowResultType,
} from '../common/definitions.ts';
import type { SerializationContext } from '../common/payload-converter.ts';
import { compileRetryPolicy } from '../common/retry-options.ts';
import { encodeSearchAttributes } from '../common/search-attributes.ts';
import { toWireList, toWireMap } from '../common/wire.ts';
import type { Activator } from './activator.ts';
import { millis } from './activities.ts';
import { assertInWorkflowContext, assertMayCommand } from './current.ts';
import { headersToWire } from './headers.ts';
import type { SignalWorkflowInput, StartChildWorkflowExecutionInput } from './interceptors.ts';
import type { ChildWorkflowOptions, ChildWorkflowOptionsWithDefaults } from './options.ts';
import { adopted, awaited, handled } from './promises.ts';
import { CancellationScope, inCurrentScope } from './scope.ts';
import { uuid4 } from './workflow-info.ts';

export interface ChildWorkflowHandle<W extends Workflow> extends BaseWorkflowHandle<W> {
  /** The run that the start began; the child may go on in others. */
  readonly firstExecutionRunId: string;
}

export interface ExternalWorkflowHandle {
  readonly workflowId: string;
  readonly runId: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: the arguments of the definition
  signal<Args extends any[] = [], Name extends string = string>(def: SignalDefinition<Args, Name> | string, ...args: Args): Promise<void>;
  /** Asks the other workflow to cancel itself. */
  cancel(): Promise<void>;
}

/** Fills in what a child needs in any case: id, arguments, cancellation type. */
export function addDefaultWorkflowOptions<W extends Workflow>(options: WithWorkflowArgs<W, ChildWorkflowOptions>): ChildWorkflowOptionsWithDefaults {
  const { args, workflowId, ...rest } = options as ChildWorkflowOptions & { args?: readonly unknown[] };
  return { ...rest, cancellationType: rest.cancellationType ?? 'WAIT_CANCELLATION_COMPLETED', workflowId: workflowId ?? uuid4(), args: args ?? [] };
}

type ChildOptions<W extends Workflow> = WithWorkflowArgs<W, ChildWorkflowOptions>;

/**
 * Starts a child workflow.
 *
 * @returns a promise that resolves when the child has started
 * @throws {WorkflowExecutionAlreadyStartedError} if an open workflow has the id
 */
export function startChild<W extends Workflow>(workflow: string | W, options: ChildOptions<W>): Promise<ChildWorkflowHandle<W>>;
export function startChild<W extends () => Promise<unknown>>(workflow: string | W): Promise<ChildWorkflowHandle<W>>;
export function startChild<W extends Workflow>(workflow: string | W, options?: ChildOptions<W>): Promise<ChildWorkflowHandle<W>> {
  return new Promise((resolve, reject) => {
    const activator = assertMayCommand('Workflow.startChild(...)');
    const { workflowId, execution } = execute(activator, workflow, options);
    execution
      .then(([started, completed]) => {
        started.then((firstExecutionRunId) => resolve(childHandle<W>(activator, workflowId, firstExecutionRunId, completed)), reject);
      })
      .then(undefined, reject);
  });
}

/**
 * Starts a child workflow and waits for its result.
 *
 * @throws {ChildWorkflowFailure} with what went wrong as its cause
 * @throws {WorkflowExecutionAlreadyStartedError} if an open workflow has the id
 */
export function executeChild<W extends Workflow>(workflow: string | W, options: ChildOptions<W>): Promise<WorkflowResultType<W>>;
export function executeChild<W extends () => Promise<unknown>>(workflow: string | W): Promise<WorkflowResultType<W>>;
export function executeChild<W extends Workflow>(workflow: string | W, options?: ChildOptions<W>): Promise<WorkflowResultType<W>> {
  return adopted(() => {
    const activator = assertMayCommand('Workflow.executeChild(...)');
    const result = execute(activator, workflow, options).execution.then(([, completed]) => completed) as Promise<WorkflowResultType<W>>;
    activator.waits?.during(result);
    return result;
  });
}

function execute<W extends Workflow>(
  activator: Activator,
  workflow: string | W,
  options: ChildOptions<W> | undefined,
): { workflowId: string; execution: Promise<[Promise<string>, Promise<unknown>]> } {
  const withDefaults = addDefaultWorkflowOptions<W>(options ?? ({} as ChildOptions<W>));
  const workflowType = extractWorkflowType(workflow);
  const start = activator.chain('outbound', 'startChildWorkflowExecution', (input) => startChildExecution(activator, input));
  const execution = start({ seq: activator.nextSeqs.childWorkflow++, options: withDefaults, headers: {}, workflowType });
  return { workflowId: withDefaults.workflowId, execution };
}

function startChildExecution(
  activator: Activator,
  { options, headers, workflowType, seq }: StartChildWorkflowExecutionInput,
): Promise<[Promise<string>, Promise<unknown>]> {
  const { childWorkflowStart, childWorkflowComplete } = activator.completions;
  let isIssued = false;
  const started = inCurrentScope<string>(
    (resolve, reject) => {
      activator.pushCommand(startCommand(activator, options, headersToWire(headers), workflowType, seq));
      childWorkflowStart.set(seq, { resolve, reject });
      isIssued = true;
    },
    () => {
      // Cancelled by the scope that started it, whoever waits for the result.
      if (childWorkflowComplete.has(seq)) activator.pushCommand({ type: 'cancelChildWorkflowExecution', childWorkflowSeq: seq, reason: '' });
    },
  );
  // Made before anybody asks for it, so that a result that comes early is kept.
  const completed = new Promise<unknown>((resolve, reject) => {
    started.then(undefined, reject);
    if (isIssued) childWorkflowComplete.set(seq, { resolve, reject });
  });
  handled(completed);
  return Promise.resolve([started, completed]);
}

function startCommand(
  activator: Activator,
  options: ChildWorkflowOptionsWithDefaults,
  headers: ReturnType<typeof headersToWire>,
  workflowType: string,
  seq: number,
): Parameters<Activator['pushCommand']>[0] {
  const { workflowId } = options;
  const context = contextOf(activator, workflowId);
  return {
    type: 'startChildWorkflowExecution',
    seq,
    workflowId,
    workflowType,
    taskQueue: options.taskQueue || activator.info.taskQueue,
    input: toWireList(activator.payloadConverter, options.args, context),
    ...millis('workflowExecutionTimeout', options.workflowExecutionTimeout),
    ...millis('workflowRunTimeout', options.workflowRunTimeout),
    ...millis('workflowTaskTimeout', options.workflowTaskTimeout),
    parentClosePolicy: options.parentClosePolicy ?? 'TERMINATE',
    ...(options.workflowIdReusePolicy && { workflowIdReusePolicy: options.workflowIdReusePolicy }),
    ...(options.retry && { retryPolicy: compileRetryPolicy(options.retry) }),
    ...(options.cronSchedule && { cronSchedule: options.cronSchedule }),
    headers,
    ...(options.memo && { memo: toWireMap(activator.payloadConverter, options.memo, context) }),
    ...((options.searchAttributes || options.typedSearchAttributes) && {
      searchAttributes: encodeSearchAttributes(options.searchAttributes, options.typedSearchAttributes),
    }),
    cancellationType: options.cancellationType,
  };
}

const contextOf = ({ info }: Activator, workflowId: string): SerializationContext => ({ type: 'workflow', namespace: info.namespace, workflowId });

function childHandle<W extends Workflow>(
  activator: Activator,
  workflowId: string,
  firstExecutionRunId: string,
  completed: Promise<unknown>,
): ChildWorkflowHandle<W> {
  return {
    workflowId,
    firstExecutionRunId,
    result() {
      activator.waits?.during(completed);
      return awaited(() => completed as Promise<WorkflowResultType<W>>);
    },
    signal: (def, ...args) => adopted(() => sendSignal(activator, def, args, { type: 'child', childWorkflowId: workflowId })),
  };
}

function sendSignal(activator: Activator, def: { readonly name: string } | string, args: unknown[], target: SignalWorkflowInput['target']): Promise<void> {
  activator.assertMayCommand('signal()');
  const send = activator.chain('outbound', 'signalWorkflow', (input) => signalWorkflow(activator, input));
  return send({ seq: activator.nextSeqs.signalWorkflow++, signalName: typeof def === 'string' ? def : def.name, args, target, headers: {} });
}

function signalWorkflow(activator: Activator, { seq, signalName, args, target, headers }: SignalWorkflowInput): Promise<void> {
  const { signalWorkflow: waiting } = activator.completions;
  const workflowId = target.type === 'external' ? target.workflowExecution.workflowId : target.childWorkflowId;
  return inCurrentScope<void>(
    (resolve, reject) => {
      activator.pushCommand({
        type: 'signalExternalWorkflowExecution',
        seq,
        target: target.type === 'child' ? { childWorkflowId: workflowId } : { workflowExecution: executionRef(workflowId, target.workflowExecution.runId) },
        signalName,
        args: toWireList(activator.payloadConverter, args, contextOf(activator, workflowId)),
        headers: headersToWire(headers),
      });
      waiting.set(seq, { resolve, reject });
    },
    () => {
      if (waiting.has(seq)) activator.pushCommand({ type: 'cancelSignalWorkflow', seq });
    },
  );
}

const executionRef = (workflowId: string, runId: string | undefined): { workflowId: string; runId?: string } =>
  runId ? { workflowId, runId } : { workflowId };

/**
 * A handle of another workflow of the namespace, whether it exists or not.
 *
 * @param runId one run; without it, the one that is running when the request arrives
 */
export function getExternalWorkflowHandle(workflowId: string, runId?: string): ExternalWorkflowHandle {
  const activator = assertInWorkflowContext(
    'Workflow.getExternalWorkflowHandle(...) may only be used from a Workflow Execution. Consider using Client.workflow.getHandle(...) instead.)',
  );
  return {
    workflowId,
    runId,
    signal: (def, ...args) => sendSignal(activator, def, args, { type: 'external', workflowExecution: { workflowId, runId } }),
    cancel: () => cancelExternal(activator, workflowId, runId),
  };
}

/** Temporal's marker for connecting the request to the scope: written only where it makes a difference. */
const EXTERNAL_CANCEL_PATCH = '__temporal_internal_connect_external_handle_cancel_to_scope';

function cancelExternal(activator: Activator, workflowId: string, runId: string | undefined): Promise<void> {
  activator.assertMayCommand('cancel()');
  const isConnected = (): boolean => activator.patches.take(EXTERNAL_CANCEL_PATCH, false);
  return new Promise((resolve, reject) => {
    const scope = CancellationScope.current();
    if (scope.cancellable) {
      scope.cancellation.then(undefined, (reason) => {
        if (isConnected()) reject(reason);
      });
    }
    if (scope.consideredCancelled && isConnected()) return;
    const seq = activator.nextSeqs.cancelWorkflow++;
    activator.pushCommand({ type: 'requestCancelExternalWorkflowExecution', seq, workflowExecution: executionRef(workflowId, runId), reason: '' });
    const [end, fail] = activator.waits ? activator.waits.until(resolve, reject) : [resolve, reject];
    activator.completions.cancelWorkflow.set(seq, { resolve: end, reject: fail });
  });
}
