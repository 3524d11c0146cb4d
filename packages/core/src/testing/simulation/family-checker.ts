/** What must hold between runs after every commit: parents and their children, and what lists say of a run. */
import { isOpen } from '../../engine/run-state.ts';
import type { StoredRun } from './checker.ts';

export type Runs = ReadonlyMap<string, StoredRun>;

/** TREE-CLOSED. One engine writes all runs, so it holds at each commit, not in the end alone. */
export function checkFamily(run: StoredRun, runs: Runs, violate: (statement: string) => void): void {
  const { key, state, checker } = run;
  for (const { attributes, runId } of checker.exchange.children.values()) {
    if (runId === undefined) continue;
    if (!runs.has(runId)) violate(`R57: ${key.workflowId} has started the child ${attributes.workflowId}, and its run ${runId} is not in the store`);
    if (isOpen(state) || attributes.parentClosePolicy === 'ABANDON') continue;
    const child = [...runs.values()].find((other) => isOpen(other.state) && other.state.firstExecutionRunId === runId);
    if (!child || (attributes.parentClosePolicy === 'REQUEST_CANCEL' && child.state.cancelRequested)) continue;
    violate(
      `TREE-CLOSED: ${key.workflowId} is closed (${state.status}) and its child ${attributes.workflowId} runs on in spite of ${attributes.parentClosePolicy}`,
    );
  }
  checkParent(run, runs, violate);
}

function checkParent({ key, state }: StoredRun, runs: Runs, violate: (statement: string) => void): void {
  const { parent, parentInitiatedEventId, closeEvent } = state;
  if (isOpen(state) || parent?.runId === undefined || parentInitiatedEventId === undefined) return;
  if ((closeEvent?.attributes as { newExecutionRunId?: string } | undefined)?.newExecutionRunId !== undefined) return;
  const told = runs.get(parent.runId);
  if (!told) return violate(`TREE-CLOSED: the parent of ${key.workflowId} is not in the store`);
  const child = told.state.children.get(parentInitiatedEventId);
  if (isOpen(told.state) && child?.phase.tag === 'started' && child.phase.runId === state.firstExecutionRunId)
    violate(`TREE-CLOSED: the child ${key.workflowId} has ended (${state.status}) and its parent ${parent.workflowId} is not told`);
}
