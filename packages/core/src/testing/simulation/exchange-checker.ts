/** What must hold in a history of all that its run has with others: children, external signals and cancel requests, updates. */
import type { EventId } from '../../common/brand.ts';
import type { EventAttributes, HistoryEvent } from '../../history/events.ts';

/** A child that has not ended, as the parent's history has it. */
export interface PendingChild {
  readonly attributes: EventAttributes['StartChildWorkflowExecutionInitiated'];
  /** The first run of its chain, once it has begun. */
  readonly runId?: string;
}

type Fail = (event: HistoryEvent, statement: string) => void;

export class ExchangeChecker {
  readonly children: Map<EventId, PendingChild> = new Map();
  readonly #fail: Fail;
  readonly #sent: Set<EventId> = new Set();
  readonly #updates: Map<string, { readonly acceptedEventId: EventId; isCompleted: boolean }> = new Map();

  constructor(fail: Fail) {
    this.#fail = fail;
  }

  /** An update was accepted and has no outcome yet. */
  get hasUpdatesAtWork(): boolean {
    return [...this.#updates.values()].some(({ isCompleted }) => !isCompleted);
  }

  check(event: HistoryEvent): void {
    switch (event.type) {
      case 'StartChildWorkflowExecutionInitiated':
        return void this.children.set(event.eventId, { attributes: event.attributes });
      case 'ChildWorkflowExecutionStarted':
        return this.#childStarted(event);
      case 'StartChildWorkflowExecutionFailed':
      case 'ChildWorkflowExecutionCompleted':
      case 'ChildWorkflowExecutionFailed':
      case 'ChildWorkflowExecutionCanceled':
      case 'ChildWorkflowExecutionTimedOut':
      case 'ChildWorkflowExecutionTerminated':
        return this.#childEnded(event);
      case 'SignalExternalWorkflowExecutionInitiated':
      case 'RequestCancelExternalWorkflowExecutionInitiated':
        return void this.#sent.add(event.eventId);
      case 'ExternalWorkflowExecutionSignaled':
      case 'SignalExternalWorkflowExecutionFailed':
      case 'ExternalWorkflowExecutionCancelRequested':
      case 'RequestCancelExternalWorkflowExecutionFailed':
        if (!this.#sent.delete(event.attributes.initiatedEventId)) this.#fail(event, 'ONE-OUTCOME: nothing was sent, or its outcome stands already');
        return;
      case 'WorkflowExecutionUpdateAccepted':
        return this.#accepted(event);
      case 'WorkflowExecutionUpdateCompleted':
        return this.#completed(event);
    }
  }

  #childStarted(event: HistoryEvent<'ChildWorkflowExecutionStarted'>): void {
    const { initiatedEventId, workflowExecution } = event.attributes;
    const child = this.children.get(initiatedEventId);
    if (!child || child.runId !== undefined) return this.#fail(event, 'ONE-OUTCOME: the child is not waiting for its start');
    this.children.set(initiatedEventId, { ...child, runId: workflowExecution.runId ?? '' });
  }

  #childEnded(event: HistoryEvent & { readonly attributes: { readonly initiatedEventId: EventId } }): void {
    const child = this.children.get(event.attributes.initiatedEventId);
    if (!child) return this.#fail(event, 'ONE-OUTCOME: the child is not pending');
    const isFailedStart = event.type === 'StartChildWorkflowExecutionFailed';
    if ((child.runId === undefined) !== isFailedStart) this.#fail(event, `ONE-OUTCOME: the child has ${isFailedStart ? '' : 'not '}been started`);
    this.children.delete(event.attributes.initiatedEventId);
  }

  #accepted(event: HistoryEvent<'WorkflowExecutionUpdateAccepted'>): void {
    const updateId = event.attributes.acceptedRequest?.meta.updateId ?? event.attributes.protocolInstanceId;
    if (this.#updates.has(updateId)) this.#fail(event, `R66: update ${updateId} is accepted a second time`);
    this.#updates.set(updateId, { acceptedEventId: event.eventId, isCompleted: false });
  }

  #completed(event: HistoryEvent<'WorkflowExecutionUpdateCompleted'>): void {
    const { meta, acceptedEventId } = event.attributes;
    const update = this.#updates.get(meta.updateId);
    if (update?.acceptedEventId !== acceptedEventId || update.isCompleted) this.#fail(event, `ONE-OUTCOME: update ${meta.updateId} is not at work`);
    if (update) update.isCompleted = true;
  }
}
