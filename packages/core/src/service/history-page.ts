/** A page of a run's history: what of it is in the store, and no more. */
import type { GetWorkflowExecutionHistoryRequest, GetWorkflowExecutionHistoryResponse } from '../protocol/workflow-service.ts';
import type { LoadedRun } from './loaded-run.ts';

/** Temporal's. */
const DEFAULT_PAGE = 256;

/** @returns the answer, or `undefined` when the caller wants to wait for what is not there yet */
export function historyPage(run: LoadedRun, request: GetWorkflowExecutionHistoryRequest): GetWorkflowExecutionHistoryResponse | undefined {
  const { afterEventId = 0, waitNewEvent = false, historyEventFilterType = 'ALL_EVENT', maximumPageSize = DEFAULT_PAGE } = request;
  const { runId, committedEventId, state, events } = run;
  const closeEvent = state.closeEvent && state.closeEvent.eventId <= committedEventId ? state.closeEvent : undefined;
  if (historyEventFilterType === 'CLOSE_EVENT') {
    if (closeEvent) return { runId, events: [closeEvent], more: false };
    return waitNewEvent ? undefined : { runId, events: [], more: false };
  }
  const end = Math.min(committedEventId, afterEventId + maximumPageSize);
  if (end <= afterEventId && waitNewEvent && !closeEvent) return undefined;
  return { runId, events: events.slice(afterEventId, end), more: end < committedEventId };
}
