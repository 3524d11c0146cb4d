/** What the page knows of an upload: all of it read from the engine, none of it kept by the page. */
import type { WorkflowExecutionStatusName } from '@perdure/core/client';
import type { UploadMemo, UploadProgress, UploadResult } from '../contract.ts';
import type { PendingActivity, PendingWorkflowTask } from '../engine-types.ts';

export interface UploadView {
  readonly workflowId: string;
  readonly runId: string;
  readonly memo: UploadMemo;
  readonly status: WorkflowExecutionStatusName;
  readonly startTime: number;
  readonly closeTime?: number;
  readonly historyLength: number;
  readonly cancelRequested: boolean;
  readonly pendingActivities: readonly PendingActivity[];
  readonly pendingWorkflowTask?: PendingWorkflowTask;
  readonly progress?: UploadProgress;
  readonly result?: UploadResult;
  /** Why it failed, in words. */
  readonly failure?: string;
}

/** A dropped file on its way into the browser's storage: its workflow is started when it is there. */
export interface StoringView {
  readonly uploadId: string;
  readonly name: string;
  readonly size: number;
  readonly bytesKept: number;
}

/** A file that was not taken, and why. */
export interface Refusal {
  readonly id: string;
  readonly name: string;
  readonly reason: string;
}
