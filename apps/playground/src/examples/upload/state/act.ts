/** What a person can do to an upload. A request that the engine refuses is shown in the engine's words. */
import type { Client } from '@perdure/core/client';
import { APPROVE } from '../contract.ts';
import { rememberRemoved } from './removed.ts';
import type { UploadsStore } from './uploads-store.ts';

export interface UploadActions {
  approve(workflowId: string): void;
  /** Lets the workflow clean up. */
  cancel(workflowId: string): void;
  /** Ends the workflow at once: its code does not run again. */
  terminate(workflowId: string): void;
  /** Takes a closed upload off the list. */
  remove(workflowId: string): void;
  dismissRefusal(id: string): void;
  dismissProblem(): void;
}

export function createActions(client: Client, store: UploadsStore): UploadActions {
  const attempt = (what: string, request: Promise<unknown>): void => {
    request.catch((error: unknown) => store.setState({ problem: `${what} was refused: ${error instanceof Error ? error.message : String(error)}` }));
  };
  return {
    approve: (workflowId) => attempt('Approve', client.workflow.getHandle(workflowId).signal(APPROVE)),
    cancel: (workflowId) => attempt('Cancel', client.workflow.getHandle(workflowId).cancel()),
    terminate: (workflowId) => attempt('Terminate', client.workflow.getHandle(workflowId).terminate('Terminated from the playground')),
    remove(workflowId) {
      rememberRemoved(workflowId);
      store.setState(({ uploads, selectedId, ...state }) => {
        const rest = uploads.filter((upload) => upload.workflowId !== workflowId);
        return selectedId === workflowId ? { ...state, uploads: rest } : { ...state, uploads: rest, ...(selectedId !== undefined && { selectedId }) };
      }, true);
    },
    dismissRefusal: (id) => store.setState(({ refusals }) => ({ refusals: refusals.filter((refusal) => refusal.id !== id) })),
    dismissProblem: () => store.setState(({ problem: _, ...state }) => state, true),
  };
}
