/**
 * Updates. An admitted one is not in the history: it waits in the service, and rides on a workflow task. What the workflow accepts is.
 *
 *     (admitted) ──▶ accepted ──▶ completed
 *          └──▶ rejected: no trace
 */
import type { EventId } from '../common/brand.ts';
import { invariant } from '../common/invariant.ts';
import type { HistoryEvent } from '../history/events.ts';
import type { CommandAttributes } from '../protocol/commands.ts';
import { type Draft, own, record } from './draft.ts';
import { refuse } from './refused.ts';
import type { RunState, UpdateState } from './run-state.ts';

export function acceptUpdate(draft: Draft, { protocolInstanceId, request }: CommandAttributes['AcceptUpdate'], sequencingEventId: EventId): void {
  const { updateId } = request.meta;
  if (draft.state.updates.has(updateId)) bad(`update "${updateId}" is accepted a second time`);
  record(draft, 'WorkflowExecutionUpdateAccepted', {
    protocolInstanceId,
    acceptedRequestMessageId: `${protocolInstanceId}/request`,
    acceptedRequestSequencingEventId: sequencingEventId,
    acceptedRequest: request,
  });
}

export function completeUpdate(draft: Draft, { protocolInstanceId, outcome }: CommandAttributes['CompleteUpdate']): void {
  const update = instanceOf(draft.state, protocolInstanceId);
  if (update?.phase.tag !== 'accepted') return bad(`update "${protocolInstanceId}" is completed and was not accepted, or has been completed before`);
  record(draft, 'WorkflowExecutionUpdateCompleted', { meta: update.meta, acceptedEventId: update.acceptedEventId, outcome });
}

export function foldUpdateEvent(draft: Draft, event: HistoryEvent<'WorkflowExecutionUpdateAccepted' | 'WorkflowExecutionUpdateCompleted'>): void {
  const updates = own(draft, 'updates');
  if (event.type === 'WorkflowExecutionUpdateAccepted') {
    const { protocolInstanceId, acceptedRequest } = event.attributes;
    const meta = acceptedRequest?.meta ?? { updateId: protocolInstanceId }; // after a reset the admitted event has the request
    draft.state.openUpdates++;
    updates.set(meta.updateId, { protocolInstanceId, meta, acceptedEventId: event.eventId, phase: { tag: 'accepted' } });
    return;
  }
  const update = updates.get(event.attributes.meta.updateId);
  invariant(update, 'an update is accepted before it is completed');
  draft.state.openUpdates--;
  updates.set(event.attributes.meta.updateId, { ...update, phase: { tag: 'completed', outcome: event.attributes.outcome } } satisfies UpdateState);
}

/** Named by its update id, unless a reset has given it another. */
function instanceOf({ updates }: RunState, protocolInstanceId: string): UpdateState | undefined {
  const update = updates.get(protocolInstanceId);
  if (update?.protocolInstanceId === protocolInstanceId) return update;
  for (const other of updates.values()) if (other.protocolInstanceId === protocolInstanceId) return other;
  return undefined;
}

const bad = (what: string): never => refuse('BAD_UPDATE_WORKFLOW_EXECUTION_MESSAGE', `BadUpdateWorkflowExecutionMessage: ${what}`);
