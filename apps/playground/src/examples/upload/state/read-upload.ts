/** Reads one upload from the engine. */
import type { Client, WorkflowExecutionDescription, WorkflowService } from '@perdure/core/client';
import { rootCause } from '@perdure/core/common';
import { PROGRESS, type UploadMemo, type UploadProgress, type UploadResult, WORKFLOW_TYPE } from '../contract.ts';
import type { UploadView } from '../models/upload-view.ts';

export interface UploadSource {
  readonly client: Client;
  readonly service: WorkflowService;
}

export const NAMESPACE = 'default';

/**
 * @param before what was last read: what cannot have changed since is not asked for again
 * @returns `undefined` for a workflow that is no upload
 */
export async function readUpload(client: Client, workflowId: string, before: UploadView | undefined): Promise<UploadView | undefined> {
  const description = await client.workflow.getHandle(workflowId).describe();
  if (description.type !== WORKFLOW_TYPE) return undefined;
  const view = viewOf(description, before);
  if (before?.historyLength === view.historyLength && (before.progress || before.result || before.failure)) return view;
  const handle = client.workflow.getHandle(workflowId, view.runId);
  if (view.status === 'COMPLETED') return { ...view, result: (await handle.result()) as UploadResult };
  if (view.status !== 'RUNNING') return { ...view, failure: await handle.result().then(() => '', failureInWords) };
  // A query waits for the workflow's code; where that fails, the description says so and there is nothing to ask.
  if (view.pendingWorkflowTask && view.pendingWorkflowTask.attempt > 1) return view;
  return { ...view, progress: await handle.query<UploadProgress, []>(PROGRESS) };
}

function viewOf({ memo, raw }: WorkflowExecutionDescription, before: UploadView | undefined): UploadView {
  const { pendingActivities, pendingWorkflowTask, cancelRequested, summary } = raw;
  const { workflowId, runId, status, startTime, closeTime, historyLength } = summary;
  return {
    workflowId,
    runId,
    memo: memo as unknown as UploadMemo,
    status,
    startTime,
    ...(closeTime !== undefined && { closeTime }),
    historyLength,
    cancelRequested,
    pendingActivities,
    ...(pendingWorkflowTask && { pendingWorkflowTask }),
    ...(before?.progress && { progress: before.progress }),
    ...(before?.result && { result: before.result }),
    ...(before?.failure !== undefined && { failure: before.failure }),
  };
}

function failureInWords(error: unknown): string {
  return rootCause(error) ?? (error instanceof Error ? error.message : String(error));
}
