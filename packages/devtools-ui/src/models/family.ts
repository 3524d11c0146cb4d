/** Whom a run descends from and whom it has started, as a tree; and the runs of its workflow id, one after the other. */
import type { RunStatus, RunSummary } from '../backend/shapes.ts';

export interface FamilyNode {
  readonly run: RunSummary;
  readonly children: readonly FamilyNode[];
}

export interface FamilyRow {
  readonly key: string;
  /** From 1. */
  readonly level: number;
  readonly run?: RunSummary;
  readonly isOpen?: boolean;
  /** Siblings that are not drawn one by one, by status. */
  readonly others?: Readonly<Partial<Record<RunStatus, number>>>;
}

/** More siblings than these are told as numbers, except those that failed. */
const MOST_SIBLINGS = 50;

/** The tree that a run is in, from its root as far as that is known. */
export function familyTree(runs: readonly RunSummary[], runId: string): FamilyNode | undefined {
  const byId = new Map(runs.map((run) => [run.runId, run]));
  const start = byId.get(runId);
  if (!start) return undefined;
  let root = start;
  const seen = new Set([root.runId]);
  for (;;) {
    const parent = root.parentExecution?.runId === undefined ? undefined : byId.get(root.parentExecution.runId);
    if (!parent || seen.has(parent.runId)) break;
    seen.add(parent.runId);
    root = parent;
  }
  const children = new Map<string, RunSummary[]>();
  for (const run of runs) {
    const parent = run.parentExecution?.runId;
    if (parent === undefined) continue;
    const siblings = children.get(parent);
    if (siblings) siblings.push(run);
    else children.set(parent, [run]);
  }
  const build = (run: RunSummary, depth: number): FamilyNode => ({
    run,
    children: depth > 100 ? [] : (children.get(run.runId) ?? []).sort((a, b) => a.startTime - b.startTime).map((child) => build(child, depth + 1)),
  });
  return build(root, 0);
}

const BAD: ReadonlySet<RunStatus> = new Set<RunStatus>(['FAILED', 'TIMED_OUT', 'TERMINATED']);

/** @param closed runs whose children are folded */
export function familyRows(tree: FamilyNode, closed: ReadonlySet<string>): FamilyRow[] {
  const rows: FamilyRow[] = [];
  const add = ({ run, children }: FamilyNode, level: number): void => {
    const isOpen = !closed.has(run.runId);
    rows.push({ key: run.runId, level, run, ...(children.length > 0 && { isOpen }) });
    if (!isOpen) return;
    const isMany = children.length > MOST_SIBLINGS;
    const shown = isMany ? children.filter((child) => BAD.has(child.run.status)).slice(0, MOST_SIBLINGS) : children;
    for (const child of shown) add(child, level + 1);
    if (isMany) rows.push({ key: `${run.runId}…`, level: level + 1, others: countsOf(children.filter((child) => !shown.includes(child))) });
  };
  add(tree, 1);
  return rows;
}

function countsOf(nodes: readonly FamilyNode[]): Partial<Record<RunStatus, number>> {
  const counts: Partial<Record<RunStatus, number>> = {};
  for (const { run } of nodes) counts[run.status] = (counts[run.status] ?? 0) + 1;
  return counts;
}

/** The runs that went on from one another (continued, retried, by cron), with this one among them, in their order. */
export function chainOf(runs: readonly RunSummary[], runId: string): readonly RunSummary[] {
  const own = runs.find((run) => run.runId === runId);
  if (!own) return [];
  return runs
    .filter((run) => run.workflowId === own.workflowId && run.firstExecutionRunId === own.firstExecutionRunId)
    .sort((a, b) => a.startTime - b.startTime);
}

/** Other runs of the workflow id, which were started anew. */
export const othersOf = (runs: readonly RunSummary[], runId: string): readonly RunSummary[] => {
  const own = runs.find((run) => run.runId === runId);
  return own
    ? runs.filter((run) => run.workflowId === own.workflowId && run.firstExecutionRunId !== own.firstExecutionRunId).sort((a, b) => b.startTime - a.startTime)
    : [];
};
