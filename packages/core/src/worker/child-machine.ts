/**
 * Child workflows, as the worker sees them.
 *
 *     startChild ──▶ created ──(…Initiated)──▶ initiated ──(ChildWorkflowExecutionStarted)──▶ started ──(its end)──▶ gone
 *                       │                          └──(StartChildWorkflowExecutionFailed)──▶ gone
 *                       └──(cancelChild)──▶ taken back; the start is told as cancelled
 */
import type { ChildWorkflowCancellationType, ChildWorkflowResolution, WorkflowCommand } from '../protocol/activation.ts';
import type { CommandAttributes } from '../protocol/commands.ts';
import { unlessEmpty } from './activity-machine.ts';
import { NonDeterminismError } from './determinism.ts';
import { type ActivationJob, cancelled, defined, type Failure, type HistoryEvent, type OutgoingCommand, type RetryState, type RunContext } from './machine.ts';

type StartChild = Extract<WorkflowCommand, { type: 'startChildWorkflowExecution' }>;
type ChildStarted = Extract<HistoryEvent, { type: 'ChildWorkflowExecutionStarted' | 'StartChildWorkflowExecutionFailed' }>;
export type ChildEnd = Extract<
  HistoryEvent,
  {
    type:
      | 'ChildWorkflowExecutionCompleted'
      | 'ChildWorkflowExecutionFailed'
      | 'ChildWorkflowExecutionCanceled'
      | 'ChildWorkflowExecutionTimedOut'
      | 'ChildWorkflowExecutionTerminated';
  }
>;

interface Child {
  readonly seq: number;
  readonly workflowId: string;
  readonly workflowType: string;
  readonly cancellationType: ChildWorkflowCancellationType;
  readonly outgoing: OutgoingCommand;
  initiatedEventId: number;
  startedEventId: number;
  runId: string;
  isCancelRequested: boolean;
  /** The workflow has been told how the start, and how the child, ended. */
  isStartResolved: boolean;
  isResolved: boolean;
}

export class ChildMachines {
  readonly #run: RunContext;
  readonly #bySeq = new Map<number, Child>();
  readonly #byInitiatedEventId = new Map<number, Child>();
  /** Cancel requests on their way to children, by their own initiated event. */
  readonly #cancels = new Map<number, Child>();

  constructor(run: RunContext) {
    this.#run = run;
  }

  start(command: StartChild): void {
    const { seq, workflowId, workflowType, cancellationType } = command;
    const outgoing = this.#run.send({ type: 'StartChildWorkflowExecution', attributes: attributesOf(command) }, ({ eventId }) => {
      child.initiatedEventId = eventId;
      this.#byInitiatedEventId.set(eventId, child);
    });
    const child: Child = {
      seq,
      workflowId,
      workflowType,
      cancellationType,
      outgoing,
      initiatedEventId: 0,
      startedEventId: 0,
      runId: '',
      isCancelRequested: false,
      isStartResolved: false,
      isResolved: false,
    };
    this.#bySeq.set(seq, child);
  }

  cancel(seq: number, reason: string): void {
    const child = this.#bySeq.get(seq);
    if (!child || child.isResolved || child.isCancelRequested) return;
    child.isCancelRequested = true;
    if (child.initiatedEventId === 0) {
      child.outgoing.isWithdrawn = true;
      this.#resolveCancelled(child, 'Child Workflow Execution cancelled before scheduled');
      return;
    }
    if (child.cancellationType !== 'ABANDON') this.#requestCancel(child, reason);
    if (child.cancellationType === 'ABANDON' || child.cancellationType === 'TRY_CANCEL') this.#resolveCancelled(child, CHILD_CANCELLED);
  }

  /** @throws {NonDeterminismError} for a child that the code did not start */
  started(event: ChildStarted): ActivationJob | undefined {
    const child = this.#find(event, event.attributes.initiatedEventId);
    if (event.type === 'StartChildWorkflowExecutionFailed') {
      this.#forget(child);
      const isTold = child.isStartResolved;
      child.isStartResolved = true;
      return isTold ? undefined : { type: 'resolveChildWorkflowExecutionStart', seq: child.seq, result: startFailure(child, event, this.#run.namespace) };
    }
    child.startedEventId = event.eventId;
    child.runId = event.attributes.workflowExecution.runId ?? '';
    if (child.isStartResolved) return undefined;
    child.isStartResolved = true;
    return { type: 'resolveChildWorkflowExecutionStart', seq: child.seq, result: { status: 'succeeded', runId: child.runId } };
  }

  /** @throws {NonDeterminismError} for a child that the code did not start */
  ended(event: ChildEnd): ActivationJob | undefined {
    const child = this.#find(event, event.attributes.initiatedEventId);
    this.#forget(child);
    if (child.isResolved) return undefined;
    child.isResolved = true;
    return { type: 'resolveChildWorkflowExecution', seq: child.seq, result: this.#resolution(child, event) };
  }

  /** A cancel request has reached its child, or nobody. `undefined`: it was not one for a child. */
  cancelDelivered(initiatedEventId: number): { readonly job: ActivationJob | undefined } | undefined {
    const child = this.#cancels.get(initiatedEventId);
    if (!child) return undefined;
    this.#cancels.delete(initiatedEventId);
    if (child.cancellationType !== 'WAIT_CANCELLATION_REQUESTED' || child.isResolved) return { job: undefined };
    child.isResolved = true;
    return {
      job: {
        type: 'resolveChildWorkflowExecution',
        seq: child.seq,
        result: { status: 'cancelled', failure: this.#failure(child, CHILD_CANCELLED, cancelled(), 'CANCEL_REQUESTED') },
      },
    };
  }

  #requestCancel(child: Child, reason: string): void {
    const workflowExecution = child.runId === '' ? { workflowId: child.workflowId } : { workflowId: child.workflowId, runId: child.runId };
    const attributes = { workflowExecution, childWorkflowOnly: true, ...(reason === '' ? {} : { reason }) };
    this.#run.send({ type: 'RequestCancelExternalWorkflowExecution', attributes }, ({ eventId }) => this.#cancels.set(eventId, child));
  }

  #resolveCancelled(child: Child, message: string): void {
    const failure = this.#failure(child, message, cancelled(), 'CANCEL_REQUESTED');
    if (!child.isStartResolved) this.#run.tell({ type: 'resolveChildWorkflowExecutionStart', seq: child.seq, result: { status: 'cancelled', failure } });
    else this.#run.tell({ type: 'resolveChildWorkflowExecution', seq: child.seq, result: { status: 'cancelled', failure } });
    child.isStartResolved = true;
    child.isResolved = true;
  }

  #resolution(child: Child, event: ChildEnd): ChildWorkflowResolution {
    switch (event.type) {
      case 'ChildWorkflowExecutionCompleted': {
        const result = event.attributes.result?.[0];
        return result ? { status: 'completed', result } : { status: 'completed' };
      }
      case 'ChildWorkflowExecutionFailed':
        return { status: 'failed', failure: this.#failure(child, 'Child Workflow execution failed', event.attributes.failure, event.attributes.retryState) };
      case 'ChildWorkflowExecutionTimedOut': {
        const cause: Failure = { message: 'Timed out', timeoutFailureInfo: { timeoutType: 'START_TO_CLOSE' } };
        return { status: 'failed', failure: this.#failure(child, 'Child Workflow execution timed out', cause, event.attributes.retryState) };
      }
      case 'ChildWorkflowExecutionTerminated': {
        const cause: Failure = { message: 'Terminated', terminatedFailureInfo: {} };
        return { status: 'failed', failure: this.#failure(child, 'Child Workflow execution terminated', cause, 'NON_RETRYABLE_FAILURE') };
      }
      case 'ChildWorkflowExecutionCanceled': {
        const { details } = event.attributes;
        return { status: 'cancelled', failure: this.#failure(child, CHILD_CANCELLED, cancelled(details ? { details } : {}), 'NON_RETRYABLE_FAILURE') };
      }
    }
  }

  #failure({ workflowId, runId, workflowType, initiatedEventId, startedEventId }: Child, message: string, cause: Failure, retryState: RetryState): Failure {
    const { namespace } = this.#run;
    return {
      message,
      cause,
      childWorkflowExecutionFailureInfo: { namespace, workflowExecution: { workflowId, runId }, workflowType, initiatedEventId, startedEventId, retryState },
    };
  }

  #find(event: HistoryEvent, initiatedEventId: number): Child {
    const child = this.#byInitiatedEventId.get(initiatedEventId);
    if (!child) throw new NonDeterminismError(event.eventId, `${event.type} (initiatedEventId ${initiatedEventId})`, 'no such child workflow');
    return child;
  }

  #forget({ seq, initiatedEventId }: Child): void {
    this.#bySeq.delete(seq);
    this.#byInitiatedEventId.delete(initiatedEventId);
  }
}

const CHILD_CANCELLED = 'Child Workflow execution canceled';

function startFailure(
  { workflowId, workflowType }: Child,
  event: Extract<ChildStarted, { type: 'StartChildWorkflowExecutionFailed' }>,
  namespace: string,
): Extract<ActivationJob, { type: 'resolveChildWorkflowExecutionStart' }>['result'] {
  if (event.attributes.cause === 'WORKFLOW_ALREADY_EXISTS') return { status: 'failed', workflowId, workflowType, cause: 'WORKFLOW_ALREADY_EXISTS' };
  const message = `Unable to start child workflow "${workflowId}" because namespace "${event.attributes.namespace ?? namespace}" was not found`;
  return { status: 'cancelled', failure: { message, applicationFailureInfo: { type: 'NamespaceNotFound', nonRetryable: true } } };
}

function attributesOf(command: StartChild): CommandAttributes['StartChildWorkflowExecution'] {
  const { workflowId, workflowType, taskQueue, input, workflowExecutionTimeout, workflowRunTimeout, workflowTaskTimeout, parentClosePolicy } = command;
  const { workflowIdReusePolicy, retryPolicy, cronSchedule, headers, memo, searchAttributes } = command;
  return defined({
    workflowId,
    workflowType,
    taskQueue,
    input,
    workflowExecutionTimeout,
    workflowRunTimeout,
    workflowTaskTimeout,
    parentClosePolicy,
    workflowIdReusePolicy,
    retryPolicy,
    cronSchedule,
    header: unlessEmpty(headers),
    memo,
    searchAttributes,
  } as { [K in keyof CommandAttributes['StartChildWorkflowExecution']]: CommandAttributes['StartChildWorkflowExecution'][K] | undefined });
}
