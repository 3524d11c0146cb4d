/** Signals and cancel requests to other workflows, as the worker sees them: on their way, delivered, or without a receiver. */
import type { WorkflowCommand } from '../protocol/activation.ts';
import type { CommandAttributes } from '../protocol/commands.ts';
import { unlessEmpty } from './activity-machine.ts';
import { NonDeterminismError } from './determinism.ts';
import { type ActivationJob, defined, type Failure, type HistoryEvent, type OutgoingCommand, type RunContext } from './machine.ts';

type SignalDelivered = Extract<HistoryEvent, { type: 'ExternalWorkflowExecutionSignaled' | 'SignalExternalWorkflowExecutionFailed' }>;
type CancelDelivered = Extract<HistoryEvent, { type: 'ExternalWorkflowExecutionCancelRequested' | 'RequestCancelExternalWorkflowExecutionFailed' }>;

export class ExternalMachines {
  readonly #run: RunContext;
  /** Signals whose command has not been recorded, by sequence number: they can be taken back. */
  readonly #unsent = new Map<number, OutgoingCommand>();
  readonly #signals = new Map<number, number>();
  readonly #cancels = new Map<number, number>();

  constructor(run: RunContext) {
    this.#run = run;
  }

  signal({ seq, target, signalName, args, headers }: Extract<WorkflowCommand, { type: 'signalExternalWorkflowExecution' }>): void {
    const isChild = 'childWorkflowId' in target;
    const attributes = defined<Omit<CommandAttributes['SignalExternalWorkflowExecution'], 'namespace'>>({
      workflowExecution: isChild ? { workflowId: target.childWorkflowId } : target.workflowExecution,
      signalName,
      input: args,
      header: unlessEmpty(headers),
      childWorkflowOnly: isChild ? true : undefined,
    });
    const outgoing = this.#run.send({ type: 'SignalExternalWorkflowExecution', attributes }, ({ eventId }) => {
      this.#unsent.delete(seq);
      this.#signals.set(eventId, seq);
    });
    this.#unsent.set(seq, outgoing);
  }

  /** A signal that has left cannot be called back. */
  cancelSignal(seq: number): void {
    const outgoing = this.#unsent.get(seq);
    if (!outgoing) return;
    outgoing.isWithdrawn = true;
    this.#unsent.delete(seq);
    this.#run.tell({ type: 'resolveSignalExternalWorkflow', seq, failure: { message: 'Signal was cancelled before being sent', canceledFailureInfo: {} } });
  }

  requestCancel({ seq, workflowExecution, reason }: Extract<WorkflowCommand, { type: 'requestCancelExternalWorkflowExecution' }>): void {
    // The words of Temporal's core: histories hold them.
    const attributes = { workflowExecution, reason: `Cancel requested by workflow with run id ${this.#run.runId} with reason: ${reason}` };
    this.#run.send({ type: 'RequestCancelExternalWorkflowExecution', attributes }, ({ eventId }) => this.#cancels.set(eventId, seq));
  }

  /** @throws {NonDeterminismError} for a signal that the code did not send */
  signalDelivered(event: SignalDelivered): ActivationJob {
    const seq = take(this.#signals, event);
    if (event.type === 'ExternalWorkflowExecutionSignaled') return { type: 'resolveSignalExternalWorkflow', seq };
    const reason = event.attributes.cause === 'SIGNAL_COUNT_LIMIT_EXCEEDED' ? 'the per-workflow signal limit was exceeded' : 'it was not found';
    return { type: 'resolveSignalExternalWorkflow', seq, failure: unable(`Unable to signal external workflow because ${reason}`) };
  }

  /** @throws {NonDeterminismError} for a cancel request that the code did not send */
  cancelDelivered(event: CancelDelivered): ActivationJob {
    const seq = take(this.#cancels, event);
    if (event.type === 'ExternalWorkflowExecutionCancelRequested') return { type: 'resolveRequestCancelExternalWorkflow', seq };
    return { type: 'resolveRequestCancelExternalWorkflow', seq, failure: unable('Unable to cancel external workflow because not found') };
  }
}

const unable = (message: string): Failure => ({ message, applicationFailureInfo: {} });

function take(pending: Map<number, number>, event: SignalDelivered | CancelDelivered): number {
  const { initiatedEventId } = event.attributes;
  const seq = pending.get(initiatedEventId);
  if (seq === undefined) throw new NonDeterminismError(event.eventId, `${event.type} (initiatedEventId ${initiatedEventId})`, 'no such request');
  pending.delete(initiatedEventId);
  return seq;
}
