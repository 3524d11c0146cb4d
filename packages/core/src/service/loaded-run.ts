/** A run in memory: its state, its history, and how far the store has followed. Nothing here outlives the engine. */
import type { EventId, Millis, RunId, WorkflowId } from '../common/brand.ts';
import type { PayloadMap } from '../common/payload.ts';
import { isBusy, wakeAt } from '../engine/derive.ts';
import type { Input } from '../engine/input.ts';
import { isOpen, type RunState } from '../engine/run-state.ts';
import type { HistoryEvent } from '../history/events.ts';
import type { Batch } from './commit.ts';
import { NewOffers } from './new-offers.ts';
import type { RunName } from './rows.ts';
import type { Sleeper } from './wake-heap.ts';

/** What the store holds of a run once the batches that were built are in it. */
export interface RowsOfRun {
  hasExecution: boolean;
  hasBusy: boolean;
  /** `Infinity`: none. */
  wakeAt: Millis;
  visibility: 'none' | 'open' | 'closed';
  memo: PayloadMap;
  searchAttributes: PayloadMap;
}

/** One text for two, with a length, since both may hold any character: no two pairs give the same. */
export const pairName = (first: string, second: string): string => `${first.length}:${first}${second}`;
export const idName = (namespace: string, workflowId: WorkflowId): string => pairName(namespace, workflowId);
export const nameOf = ({ namespace, workflowId, runId }: RunName): string => pairName(namespace, pairName(workflowId, runId));

/** About what a run's objects cost beyond the text of its history, in bytes. */
const BASE_BYTES = 1_024;

export class LoadedRun implements RunName, Sleeper {
  readonly namespace: string;
  readonly workflowId: WorkflowId;
  readonly runId: RunId;
  readonly name: string;
  /** The request that started it. */
  requestId = '';
  /** The run that had the workflow id before, to be moved aside by the batch that opens this one. */
  predecessor: LoadedRun | undefined = undefined;

  state: RunState;
  /** The whole history, what is not committed included. */
  readonly events: HistoryEvent[];
  /** Inputs that are in no batch yet, and the number of the first of them. */
  pending: Input[] = [];
  nextInput: number;
  /** Of the last row of its history, what is in a batch included. */
  sum: number;
  /** The last batch that holds something of the run, until it is committed. */
  batch: Batch | undefined = undefined;
  flushedEventId: EventId;
  committedEventId: EventId;
  readonly rows: RowsOfRun;
  /** An estimate of its heap. */
  bytes: number;
  /** What of it is counted among the idle runs. */
  idleBytes = 0;

  /** Dropped or evicted: who holds it still has to load it again. */
  isGone = false;
  /** Wants rows that say it sleeps, so that it can be evicted. */
  isSettling = false;
  /** Signals that wait for the end of the workflow task that is under way. */
  readonly waiting: (() => void)[] = [];
  /** The limits that it was said to be near to. */
  readonly warned: Set<string> = new Set();
  /** Keeps it in memory: queries that wait for it. */
  pins = 0;

  wakeAt: Millis = Number.POSITIVE_INFINITY;
  heapIndex = -1;
  /** Time is over for it, and what its end reaches is being read. */
  isReaching = false;
  /** After a decision of ours failed on it: time does not touch it before. */
  parkedUntil: Millis = 0;

  /** The worker that has the run in its cache, as of its last completed task. */
  cachedBy: string | undefined = undefined;
  /** The worker that has the workflow task that is started; none after a restart. */
  taskWorker: string | undefined = undefined;
  completedTasks = 0;
  /** It stands in the line for workflow pollers. */
  isInLine = false;
  readonly newOffers: NewOffers = new NewOffers();
  /** Activities that stand in a line: scheduled event id → attempt. */
  readonly offered: Map<EventId, number> = new Map();
  isOffering = false;

  constructor(run: RunName, state: RunState, events: HistoryEvent[], stored: { readonly inputs: number; readonly bytes: number; readonly sum: number }) {
    this.namespace = run.namespace;
    this.workflowId = run.workflowId;
    this.runId = run.runId;
    this.name = nameOf(run);
    this.state = state;
    this.events = events;
    this.nextInput = stored.inputs;
    this.sum = stored.sum;
    this.bytes = BASE_BYTES + 2 * stored.bytes;
    this.flushedEventId = state.lastEventId;
    this.committedEventId = state.lastEventId;
    this.rows = rowsOf(state, stored.inputs > 0);
  }

  /** The workflow task that was under way is over, or the run is gone: who waited for that looks again. */
  wakeWaiting(): void {
    for (const wake of this.waiting.splice(0)) wake();
  }

  get isIdle(): boolean {
    return this.batch === undefined && this.pins === 0 && !isBusy(this.state);
  }
}

/** A run that was stored and is not busy has the rows that its state says. */
function rowsOf(state: RunState, isStored: boolean): RowsOfRun {
  const { memo, searchAttributes } = state;
  if (!isStored) return { hasExecution: false, hasBusy: false, wakeAt: Number.POSITIVE_INFINITY, visibility: 'none', memo, searchAttributes };
  return {
    hasExecution: true,
    hasBusy: false,
    wakeAt: isBusy(state) ? Number.POSITIVE_INFINITY : wakeAt(state, state.lastEventAt),
    visibility: isOpen(state) ? 'open' : 'closed',
    memo,
    searchAttributes,
  };
}
