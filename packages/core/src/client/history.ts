/** A workflow's history, fetched whole. */
import type { HistoryEvent, WorkflowExecutionRef } from '../history/events.ts';
import { type HistoryJson, historyToJson } from '../history/json.ts';
import { rethrow } from './errors.ts';
import type { CallContext } from './options.ts';

export interface History {
  readonly events: readonly HistoryEvent[];
  /** Temporal's JSON, so that `JSON.stringify` writes a file which Temporal's tools read. */
  toJSON(): HistoryJson;
}

export interface HistoryAndWorkflowId {
  readonly workflowId: string;
  readonly history: History;
}

export async function fetchHistory({ service, namespace }: CallContext, execution: WorkflowExecutionRef): Promise<History> {
  const events: HistoryEvent[] = [];
  let workflowExecution = execution;
  try {
    for (;;) {
      const page = await service.getWorkflowExecutionHistory({ namespace, workflowExecution, afterEventId: events.at(-1)?.eventId ?? 0 });
      events.push(...page.events);
      if (!page.more) return { events, toJSON: () => historyToJson(events) };
      // The pages are of one run, even if another one takes the id in between.
      workflowExecution = { workflowId: execution.workflowId, runId: page.runId };
    }
  } catch (error) {
    rethrow(error, 'Failed to get Workflow execution history', execution, namespace);
  }
}
