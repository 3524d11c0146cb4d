/**
 * What a batch writes of a run: its new inputs as one row, and the difference between the rows that the store has and those that follow
 * from its state. An open run that waits for anything is found again by exactly one row: 'busy' (looked at when an engine starts; kept
 * while the run stays in memory, so that a run at work writes its history alone) or 'wake' (looked at when its time has come).
 */

import { isBusy, summaryOf, wakeAt } from '../engine/derive.ts';
import { isOpen, type RunState } from '../engine/run-state.ts';
import type { WorkflowExecutionSummary } from '../protocol/workflow-service.ts';
import type { Key, Table, Value } from '../storage/store.ts';
import { packInputs } from './history-rows.ts';
import type { LoadedRun } from './loaded-run.ts';
import { closedKey, currentKey, type ExecutionRow, historyKey, openKey, runKey, wakeKey } from './rows.ts';

export interface Rows {
  readonly puts: [Table, Key, Value][];
  readonly deletes: [Table, Key][];
}

export function writeRun(run: LoadedRun, rows: Rows): void {
  writeHistory(run, rows);
  if (!run.rows.hasExecution) writeExecution(run, rows);
  if (isOpen(run.state)) writeOpen(run, rows);
  else writeClosed(run, rows);
  run.isSettling = false;
}

function writeHistory(run: LoadedRun, { puts }: Rows): void {
  if (run.pending.length === 0) return;
  const key = historyKey(run, run.nextInput);
  const { text, sum } = packInputs(run.pending, key, run.sum);
  puts.push(['history', key, text]);
  run.sum = sum;
  run.nextInput += run.pending.length;
  run.pending = [];
  run.bytes += 2 * text.length;
  run.flushedEventId = run.state.lastEventId;
}

/** The newest run of a workflow id has the row that is found by the id alone; the one before moves to a row of its own. */
function writeExecution(run: LoadedRun, { puts }: Rows): void {
  const { namespace, workflowId, predecessor } = run;
  if (predecessor) puts.push(['executions', runKey(predecessor), executionRow(predecessor)]);
  puts.push(['executions', currentKey(namespace, workflowId), executionRow(run)]);
  run.rows.hasExecution = true;
  run.predecessor = undefined;
}

const executionRow = ({ runId, state, requestId }: LoadedRun): ExecutionRow => ({ runId, firstExecutionRunId: state.firstExecutionRunId, requestId });

function writeOpen(run: LoadedRun, { puts, deletes }: Rows): void {
  const { rows, state } = run;
  if (rows.visibility === 'none' || rows.memo !== state.memo || rows.searchAttributes !== state.searchAttributes) {
    puts.push(['visibility', openKey(run, state.startedAt), openSummary(state)]);
    Object.assign(rows, { visibility: 'open', memo: state.memo, searchAttributes: state.searchAttributes });
  }
  const hasBusy = isBusy(state) || (rows.hasBusy && !run.isSettling);
  writeBusy(run, hasBusy, { puts, deletes });
  writeWake(run, hasBusy ? Number.POSITIVE_INFINITY : wakeAt(state, state.lastEventAt), { puts, deletes });
}

function writeClosed(run: LoadedRun, { puts, deletes }: Rows): void {
  const { rows, state } = run;
  if (rows.visibility !== 'closed') {
    if (rows.visibility === 'open') deletes.push(['visibility', openKey(run, state.startedAt)]);
    puts.push(['visibility', closedKey(run, state.closedAt ?? state.lastEventAt), summaryOf(state)]);
    rows.visibility = 'closed';
  }
  writeBusy(run, false, { puts, deletes });
  writeWake(run, Number.POSITIVE_INFINITY, { puts, deletes });
}

function writeBusy(run: LoadedRun, hasBusy: boolean, { puts, deletes }: Rows): void {
  if (hasBusy === run.rows.hasBusy) return;
  if (hasBusy) puts.push(['busy', runKey(run), 1]);
  else deletes.push(['busy', runKey(run)]);
  run.rows.hasBusy = hasBusy;
}

function writeWake(run: LoadedRun, at: number, { puts, deletes }: Rows): void {
  const { rows } = run;
  if (rows.wakeAt === at) return;
  if (rows.wakeAt !== Number.POSITIVE_INFINITY) deletes.push(['wake', wakeKey(rows.wakeAt, run)]);
  if (at !== Number.POSITIVE_INFINITY) puts.push(['wake', wakeKey(at, run), 1]);
  rows.wakeAt = at;
}

/** As in Temporal, an open run's length is not in lists. */
const openSummary = (state: RunState): WorkflowExecutionSummary => ({ ...summaryOf(state), historyLength: 0, historySizeBytes: 0 });
