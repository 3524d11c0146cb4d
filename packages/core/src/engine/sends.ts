/**
 * What a run asks of other runs. One engine writes them all, so what one run does to another is part of the same commit: the service
 * applies each of these as soon as the transition that made it is decided, and tells the sender the outcome.
 */
import type { EventId } from '../common/brand.ts';
import type { CloseEvent, EventAttributes, ParentClosePolicy } from '../history/events.ts';
import type { Draft } from './draft.ts';
import { isOpen, type RunState } from './run-state.ts';

export type Send =
  | { readonly kind: 'startChild'; readonly initiatedEventId: EventId; readonly attributes: EventAttributes['StartChildWorkflowExecutionInitiated'] }
  | { readonly kind: 'signal'; readonly initiatedEventId: EventId; readonly attributes: EventAttributes['SignalExternalWorkflowExecutionInitiated'] }
  | { readonly kind: 'cancel'; readonly initiatedEventId: EventId; readonly attributes: EventAttributes['RequestCancelExternalWorkflowExecutionInitiated'] }
  /** The parent has closed. It means the newest run of the chain that the child began, if that is still its child. */
  | { readonly kind: 'leaveChild'; readonly policy: ParentClosePolicy; readonly workflowId: string; readonly firstExecutionRunId: string }
  /** A child has closed, and no other run of its chain follows. */
  | { readonly kind: 'tellParent'; readonly workflowId: string; readonly runId: string; readonly initiatedEventId: EventId; readonly closed: CloseEvent };

/** After a decision that closed a run: what its children and its parent have to hear. What it had not yet sent to children is dropped, as on Temporal's server. */
export function sendOnClose(draft: Draft, before: RunState): void {
  const { state } = draft;
  if (!isOpen(before) || isOpen(state) || state.lastEventId === 0) return;
  draft.sends = draft.sends.filter((send) => send.kind !== 'startChild');
  for (const child of before.children.values())
    if (child.phase.tag === 'started' && child.attributes.parentClosePolicy !== 'ABANDON')
      draft.sends.push({
        kind: 'leaveChild',
        policy: child.attributes.parentClosePolicy,
        workflowId: child.attributes.workflowId,
        firstExecutionRunId: child.phase.runId,
      });
  const { parent, parentInitiatedEventId, closeEvent } = state;
  if (parent?.runId === undefined || parentInitiatedEventId === undefined || !closeEvent || draft.opens) return;
  draft.sends.push({
    kind: 'tellParent',
    workflowId: parent.workflowId,
    runId: parent.runId,
    initiatedEventId: parentInitiatedEventId,
    closed: closeEvent as CloseEvent,
  });
}

/** Run ids and workflow ids that commands are about to reach: to be in memory before they are decided. */
export interface Reach {
  readonly workflowId: string;
  readonly runId?: string;
}
