/**
 * What is left of a run whose history is damaged: it can be read up to the damage, and ended there. It is not in memory, and never will be, so
 * what is written of it does not go through the group commits of runs.
 */
import type { Epoch, Millis } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';
import { ServiceError } from '../common/service-error.ts';
import type { EngineCommand } from '../engine/command.ts';
import { summaryOf } from '../engine/derive.ts';
import { type Input, isEvent } from '../engine/input.ts';
import type { Limits } from '../engine/limits.ts';
import { rebuild } from '../engine/rebuild.ts';
import { isOpen } from '../engine/run-state.ts';
import { transition } from '../engine/transition.ts';
import type { HistoryEvent } from '../history/events.ts';
import type { GetWorkflowExecutionHistoryRequest, GetWorkflowExecutionHistoryResponse } from '../protocol/workflow-service.ts';
import type { Key, Store, Table } from '../storage/store.ts';
import { type HistoryReading, packInputs, readHistory } from './history-rows.ts';
import { pagesOf } from './pages.ts';
import type { Quarantine } from './quarantine.ts';
import { closedKey, currentKey, type ExecutionRow, historyKey, type RunName, runKey } from './rows.ts';
import type { Runs } from './runs.ts';

export interface SalvageOptions {
  readonly store: Store;
  readonly epoch: Epoch;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly runs: Runs;
  readonly quarantine: Quarantine;
  /** It was closed at this time, or is gone. */
  readonly onClosed: (run: RunName, closedAt: Millis | undefined) => void;
}

/** Rows that are read at once, of tables that are looked through. */
const PAGE = 500;
const DEFAULT_EVENTS = 256;

export class Salvage {
  readonly #options: SalvageOptions;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: SalvageOptions) {
    this.#options = options;
  }

  /** A page of what can be read, with the reason why it is not more. */
  async read(run: RunName, request: GetWorkflowExecutionHistoryRequest): Promise<GetWorkflowExecutionHistoryResponse> {
    const { afterEventId = 0, maximumPageSize = DEFAULT_EVENTS } = request;
    const { inputs, damage } = (await this.#look(run)).reading;
    const events = inputs.filter(isEvent) as HistoryEvent[];
    const end = afterEventId + maximumPageSize;
    return { runId: run.runId, events: events.slice(afterEventId, end), more: end < events.length, ...(damage && { damage: damage.message }) };
  }

  /**
   * Ends the run behind the last event that can be read; what comes after that is gone. A run of which nothing can be read is removed.
   *
   * @throws {ServiceError} `NotFound` when it is gone already
   */
  terminate(run: RunName, command: EngineCommand<'TerminateWorkflowExecution'>): Promise<void> {
    const turn = this.#last.then(() => this.#terminate(run, command));
    this.#last = turn.catch(() => {}); // who asked is told
    return turn;
  }

  async #terminate(run: RunName, command: EngineCommand<'TerminateWorkflowExecution'>): Promise<void> {
    const { store, epoch, clock, limits, runs, quarantine, onClosed } = this.#options;
    const { reading, keys } = await this.#look(run);
    if (!reading.damage)
      throw new ServiceError('NotFound', `run ${run.runId} of workflow "${run.workflowId}" is damaged no more; ask again`, { details: { ...run } });
    const deletes: [Table, Key][] = [...keys.slice(reading.rows).map((key): [Table, Key] => ['history', key]), ...(await this.#rowsThatFind(run))];
    const puts: [Table, Key, unknown][] = [];
    const state = rebuild(run, reading.inputs);
    let closedAt: Millis | undefined;
    if (reading.inputs.some((input) => input !== undefined && isEvent(input)) && isOpen(state)) {
      const ended = transition(state, command, Math.max(clock.now(), state.lastEventAt), limits);
      puts.push(['history', historyKey(run, reading.inputs.length), this.#packed(run, reading, ended.inputs)]);
      closedAt = ended.state.closedAt ?? ended.state.lastEventAt;
      puts.push(['visibility', closedKey(run, closedAt), summaryOf(ended.state)]);
    } else deletes.push(...(await this.#rowsOfId(run)), ...keys.map((key): [Table, Key] => ['history', key]));
    runs.beginLeaving([run]);
    try {
      await store.commit({ puts, deletes }, epoch);
      quarantine.remove(run);
    } finally {
      await runs.endLeaving([run]);
    }
    onClosed(run, closedAt);
  }

  #packed(run: RunName, { inputs, sum }: HistoryReading, added: readonly Input[]): string {
    return packInputs(added, historyKey(run, inputs.length), sum).text;
  }

  async #look(run: RunName): Promise<{ readonly reading: HistoryReading; readonly keys: readonly Key[] }> {
    const damaged: ServiceError[] = [];
    const entries = await this.#options.store.range('history', { prefix: runKey(run), onDamaged: (error) => damaged.push(error) });
    const reading = readHistory(entries, damaged);
    const lost = damaged.map(({ details }) => details['row']).filter((key): key is Key => Array.isArray(key));
    return { reading, keys: [...entries.map(([key]) => key), ...lost] };
  }

  /** The rows of lists, and those that say when the run is to be looked at: where they stand follows from what cannot be read. */
  async #rowsThatFind({ namespace, workflowId, runId }: RunName): Promise<[Table, Key][]> {
    const found: [Table, Key][] = [['busy', [namespace, workflowId, runId]]];
    const { store } = this.#options;
    for await (const page of pagesOf(store, 'visibility', { prefix: [namespace], limit: PAGE, onDamaged: () => {} }))
      for (const [key] of page) if (key[3] === runId) found.push(['visibility', key]);
    for await (const page of pagesOf(store, 'wake', { limit: PAGE, onDamaged: () => {} }))
      for (const [key] of page) if (key[3] === runId && key[1] === namespace) found.push(['wake', key]);
    return found;
  }

  async #rowsOfId({ namespace, workflowId, runId }: RunName): Promise<[Table, Key][]> {
    const current = (await this.#options.store.get('executions', currentKey(namespace, workflowId))) as ExecutionRow | undefined;
    const own: [Table, Key] = ['executions', [namespace, workflowId, runId]];
    return current?.runId === runId ? [own, ['executions', currentKey(namespace, workflowId)]] : [own];
  }
}
