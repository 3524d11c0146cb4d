/**
 * Holds every commit to the invariants. It reads what is in the store, as a new engine would, and nothing else; so what it finds wrong
 * would be wrong after a crash at this very moment.
 */
import type { Epoch, Millis } from '../../common/brand.ts';
import { isPressed } from '../../engine/closing.ts';
import { isBusy, wakeAt } from '../../engine/derive.ts';
import { MAX_HELD_EVENTS, MAX_HELD_EVENTS_PRESSED } from '../../engine/held.ts';
import { isEvent } from '../../engine/input.ts';
import { rebuild } from '../../engine/rebuild.ts';
import { isOpen, type RunState } from '../../engine/run-state.ts';
import type { HistoryEvent } from '../../history/events.ts';
import type { WorkflowExecutionSummary } from '../../protocol/workflow-service.ts';
import { NO_SUM, unpackInputs } from '../../service/history-rows.ts';
import { closedKey, currentKey, type ExecutionRow, openKey, runKey } from '../../service/rows.ts';
import { compareKeys } from '../../storage/key.ts';
import type { Batch, Key, Table } from '../../storage/store.ts';
import { AttemptChecker } from './attempt-checker.ts';
import { type Described, describedAfter, isSameMap, UNDESCRIBED } from './described.ts';
import { EventChecker } from './event-checker.ts';
import { checkFamily } from './family-checker.ts';
import { checkTask } from './task-checker.ts';

/** A run as the store has it. */
export interface StoredRun {
  readonly key: { readonly namespace: string; readonly workflowId: string; readonly runId: string };
  readonly events: HistoryEvent[];
  readonly checker: EventChecker;
  readonly attempts: AttemptChecker;
  state: RunState;
  described: Described;
  /** The number that the next row of its history has to have. */
  nextInput: number;
  /** Of the last row. */
  sum: number;
}

export class Checker {
  readonly runs: Map<string, StoredRun> = new Map();
  readonly #rows: Map<string, unknown> = new Map();
  /** Requests that histories hold, by workflow id. */
  readonly #requestIds: Map<string, Set<string>> = new Map();
  readonly #now: () => Millis;
  readonly #patience: () => Millis;
  readonly #violate: (statement: string) => void;
  #epoch: Epoch = 0;

  /**
   * @param now the latest that a clock shows
   * @param patience how late a timer may be that fires now
   */
  constructor(now: () => Millis, patience: () => Millis, violate: (statement: string) => void) {
    this.#now = now;
    this.#patience = patience;
    this.#violate = violate;
  }

  /** After a batch has taken effect. */
  check(batch: Batch, epoch: Epoch): void {
    if (epoch < this.#epoch) this.#violate(`FENCED-WRITER: epoch ${epoch} wrote after epoch ${this.#epoch}`);
    this.#epoch = Math.max(this.#epoch, epoch);
    for (const [table, key] of batch.deletes) this.#rows.delete(rowName(table, key));
    const histories = batch.puts.filter(([table]) => table === 'history').sort((a, b) => compareKeys(a[1], b[1]));
    for (const [table, key, value] of batch.puts) if (table !== 'history') this.#rows.set(rowName(table, key), value);
    const touched = new Set(histories.map(([, key, value]) => this.#append(key, value)));
    for (const run of touched) {
      this.#checkIndexes(run);
      this.#checkLists(run);
      if (isOpen(run.state)) run.attempts.checkState();
      checkTask(run, this.#violate);
      checkFamily(run, this.runs, this.#violate);
      this.#checkOneOpen(run.key.namespace, run.key.workflowId);
    }
  }

  /** When all has come to rest: no row leads to a run that is closed. A new engine may leave one for a moment, until it has looked at it. */
  checkLeftovers(): void {
    for (const { key, state } of this.runs.values()) {
      if (isOpen(state)) continue;
      if (this.#rows.has(rowName('busy', runKey(key)))) this.#violate(`INDEX-AGREES: ${key.workflowId} is closed and has a row in "busy"`);
      if (this.#isWokenBy(key, Number.POSITIVE_INFINITY)) this.#violate(`INDEX-AGREES: ${key.workflowId} is closed and has a row in "wake"`);
    }
  }

  /** The runs of a workflow id, oldest first. */
  chain(workflowId: string): StoredRun[] {
    return [...this.runs.values()].filter((run) => run.key.workflowId === workflowId).sort((a, b) => (a.key.runId < b.key.runId ? -1 : 1));
  }

  /** The runs of the chain that this run is of, oldest first. */
  chainOf({ key, state }: StoredRun): StoredRun[] {
    return this.chain(key.workflowId).filter((run) => run.state.firstExecutionRunId === state.firstExecutionRunId);
  }

  #append(key: Key, value: unknown): StoredRun {
    const [namespace, workflowId, runId, first] = key as [string, string, string, number];
    const run = this.runs.get(runId) ?? this.#open({ namespace, workflowId, runId }, first);
    if (first !== run.nextInput)
      this.#violate(`GAPLESS: the history of ${workflowId} goes on at input ${run.nextInput} and is given the row of input ${first}`);
    const { inputs, sum } = unpackInputs(value, key, run.sum);
    run.sum = sum;
    run.nextInput = first + inputs.length;
    run.state = rebuild(run.key, inputs, run.state);
    for (const input of inputs) {
      run.attempts.check(input);
      if (!isEvent(input)) continue;
      run.checker.check(input, this.#now(), this.#patience());
      run.events.push(input);
      run.described = describedAfter(run.described, input);
    }
    if (run.state.held.length > (isPressed(run.state) ? MAX_HELD_EVENTS_PRESSED : MAX_HELD_EVENTS))
      this.#violate(`BOUNDED: ${workflowId} holds ${run.state.held.length} events`);
    return run;
  }

  #open(key: StoredRun['key'], nextInput: number): StoredRun {
    const requestsOf = (firstRunId: string) => {
      const requests = this.#requestIds.get(firstRunId) ?? new Set<string>();
      this.#requestIds.set(firstRunId, requests);
      return requests;
    };
    const checker = new EventChecker(key.workflowId, requestsOf, this.#violate);
    const attempts = new AttemptChecker((statement) => this.#violate(`${key.workflowId}: ${statement}`));
    const run: StoredRun = { key, events: [], checker, attempts, state: rebuild(key, []), described: UNDESCRIBED, nextInput, sum: NO_SUM };
    this.runs.set(key.runId, run);
    return run;
  }

  /** INDEX-AGREES and NO-ORPHAN: a new engine finds the run by the rows that follow from its state. */
  #checkIndexes({ key, state }: StoredRun): void {
    const isBusyRow = this.#rows.has(rowName('busy', runKey(key)));
    const open = this.#rows.get(rowName('visibility', openKey(key, state.startedAt))) as WorkflowExecutionSummary | undefined;
    if (!isOpen(state)) {
      if (open) this.#violate(`INDEX-AGREES: ${key.workflowId} is closed and still listed as open`);
      return;
    }
    if (!open) this.#violate(`INDEX-AGREES: ${key.workflowId} is open and not listed`);
    const wake = wakeAt(state, state.lastEventAt);
    if (isBusy(state) && !isBusyRow) this.#violate(`NO-ORPHAN: ${key.workflowId} offers a task and no new engine would find it`);
    if (!isBusyRow && wake < Number.POSITIVE_INFINITY && !this.#isWokenBy(key, wake))
      this.#violate(`NO-ORPHAN: ${key.workflowId} has to wake at ${wake} and no row says so`);
    const current = this.#rows.get(rowName('executions', currentKey(key.namespace, key.workflowId))) as ExecutionRow | undefined;
    if (current?.runId !== key.runId) this.#violate(`ONE-OPEN-RUN: the open run of ${key.workflowId} is not the one that its id leads to`);
  }

  /** INDEX-AGREES: lists show of a run what its history says. */
  #checkLists({ key, state, described: { memo, searchAttributes } }: StoredRun): void {
    const at = isOpen(state) ? openKey(key, state.startedAt) : closedKey(key, state.closedAt ?? 0);
    const row = this.#rows.get(rowName('visibility', at)) as WorkflowExecutionSummary | undefined;
    if (!row) return this.#violate(`INDEX-AGREES: ${key.workflowId} (${state.status}) is not listed`);
    if (row.status !== state.status || !isSameMap(row.memo, memo) || !isSameMap(row.searchAttributes, searchAttributes))
      this.#violate(
        `INDEX-AGREES: ${key.workflowId} is listed as ${JSON.stringify(row)}; it is ${state.status}, ${JSON.stringify({ memo, searchAttributes })}`,
      );
  }

  #isWokenBy(key: StoredRun['key'], at: Millis): boolean {
    const ending = `,${JSON.stringify(key.namespace)},${JSON.stringify(key.workflowId)},${JSON.stringify(key.runId)}]`;
    for (const name of this.#rows.keys()) if (name.startsWith('wake[') && name.endsWith(ending) && Number.parseFloat(name.slice(5)) <= at) return true;
    return false;
  }

  #checkOneOpen(namespace: string, workflowId: string): void {
    const open = this.chain(workflowId).filter((run) => run.key.namespace === namespace && isOpen(run.state));
    if (open.length > 1) this.#violate(`ONE-OPEN-RUN: ${workflowId} has ${open.length} open runs`);
  }
}

const rowName = (table: Table, key: Key): string => table + JSON.stringify(key);
