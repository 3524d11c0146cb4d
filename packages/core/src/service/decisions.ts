/**
 * What is decided on the runs in memory. A decision, the next run of a chain that it opens and what it asks of other runs are one turn, so
 * that one commit holds all of it; what the changed runs offer is looked at when the turn is over.
 */
import type { Millis } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';
import { invariant } from '../common/invariant.ts';
import type { Rng } from '../common/rng.ts';
import { mayOpenNext } from '../engine/chain.ts';
import type { EngineCommand, EngineCommands } from '../engine/command.ts';
import { type Input, isEvent } from '../engine/input.ts';
import type { Limits } from '../engine/limits.ts';
import type { RunState } from '../engine/run-state.ts';
import type { Send } from '../engine/sends.ts';
import { type Transition, transition } from '../engine/transition.ts';
import { Courier } from './courier.ts';
import type { LoadedRun } from './loaded-run.ts';
import { Reach } from './reach.ts';
import { nextRunId } from './run-ids.ts';
import type { Runs } from './runs.ts';

/** Of how many requests the next run of a chain knows that they were answered: more than can be on their way again. */
const KEPT_REQUESTS = 100;

export interface DecisionsOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly limits: Limits;
  readonly runs: Runs;
  /** @throws {ServiceError} when nothing is decided any more */
  readonly expectRunning: () => void;
  readonly startChild: (parent: LoadedRun, send: Extract<Send, { kind: 'startChild' }>, reach: Reach) => EngineCommands['RecordChildStart']['outcome'];
  /** The run has changed in memory, and is to be stored; called within the turn. */
  readonly onChanged: (run: LoadedRun, before: RunState, inputs: readonly Input[]) => void;
  /** A workflow task of the run was completed, and what it asked for was taken. */
  readonly onTaskCompleted: (run: LoadedRun, command: EngineCommand<'CompleteWorkflowTask'>) => void;
  /** The run was closed, and this one goes on with its work. */
  readonly onFollowed: (run: LoadedRun, next: LoadedRun) => void;
  /** The turn in which the run has changed is over. */
  readonly onDecided: (run: LoadedRun) => void;
}

export class Decisions {
  readonly #options: DecisionsOptions;
  readonly #courier: Courier;
  /** Runs that have changed in this turn. */
  readonly #changed = new Set<LoadedRun>();
  #depth = 0;
  #isEndingTurn = false;

  constructor(options: DecisionsOptions) {
    const { clock, limits, startChild } = options;
    this.#options = options;
    this.#courier = new Courier({ clock, limits, startChild, attempt: (run, command, reach) => this.attempt(run, command, reach) });
  }

  /**
   * Decides a command if all that it reaches is in memory; it is on its way to the store when this returns.
   *
   * @param earliest it is decided no earlier than then, whatever the clock shows: it may have been set back
   * @returns `undefined` if something is missing: nothing has changed, and `reach.load()` is to be called before the next attempt
   * @throws {ServiceError} when the command is refused: nothing has changed
   */
  attempt(run: LoadedRun, command: EngineCommand, reach: Reach, earliest: Millis = 0): Transition | undefined {
    const { clock, limits, expectRunning } = this.#options;
    expectRunning();
    const result = transition(run.state, this.#withNewRunId(run, command), Math.max(clock.now(), earliest), limits);
    if (result.inputs.length === 0) return result;
    if (result.sends && !this.#courier.isReached(run, result.sends, reach)) return undefined;
    return this.turn(() => {
      this.#keep(run, command, result, reach);
      return result;
    });
  }

  /** Decides a command that asks nothing of other runs. */
  apply(run: LoadedRun, command: EngineCommand, earliest: Millis = 0): Transition {
    const result = this.attempt(run, command, new Reach(this.#options.runs), earliest);
    invariant(result, `${command.type} asks nothing of other runs`);
    return result;
  }

  /** What is decided within is one turn: what runs offer is looked at behind it. */
  turn<T>(act: () => T): T {
    this.#depth++;
    try {
      return act();
    } finally {
      this.#depth--;
      if (this.#depth === 0) this.#endTurn();
    }
  }

  #keep(run: LoadedRun, command: EngineCommand, { state, inputs, opens, sends, refused }: Transition, reach: Reach): void {
    const { state: before } = run;
    this.#changed.add(run);
    run.state = state;
    for (const input of inputs) keepInput(run, input);
    this.#options.onChanged(run, before, inputs);
    if (command.type === 'CompleteWorkflowTask' && !refused) this.#options.onTaskCompleted(run, command);
    if (opens) this.#openNext(run, opens);
    if (sends) this.#courier.deliver(run, sends, reach);
  }

  /** Closes the one and opens the other in one commit. */
  #openNext(run: LoadedRun, start: EngineCommand<'StartWorkflowExecution'>): void {
    const { runs, onFollowed } = this.#options;
    const { namespace, workflowId } = run;
    const next = runs.open({ namespace, workflowId, runId: start.runId }, start.requestId, run);
    this.apply(next, start, run.state.lastEventAt);
    this.apply(next, { type: 'AttachRequests', requestIds: lastAnswered(run) });
    onFollowed(run, next);
  }

  #endTurn(): void {
    if (this.#isEndingTurn) return; // the turn within goes on in the loop that is under way
    this.#isEndingTurn = true;
    try {
      for (const run of this.#changed) {
        this.#changed.delete(run);
        this.#options.onDecided(run);
      }
    } finally {
      this.#isEndingTurn = false;
    }
  }

  /** What may end a run that is followed by another brings the id of that one. */
  #withNewRunId(run: LoadedRun, command: EngineCommand): EngineCommand {
    if (command.type !== 'PassTime' && command.type !== 'CompleteWorkflowTask') return command;
    const isNeeded =
      mayOpenNext(run.state) || (command.type === 'CompleteWorkflowTask' && command.commands.some(({ type }) => type === 'ContinueAsNewWorkflowExecution'));
    return isNeeded ? { ...command, newRunId: nextRunId(this.#options.clock.now(), this.#options.rng, run.runId) } : command;
  }
}

/** SIGNAL-ONCE: a request that is sent again when the chain has gone on was answered all the same. The one that started the run is found by its row. */
const lastAnswered = ({ state, requestId: own }: LoadedRun): string[] =>
  [...state.requestIds.keys()].filter((requestId) => requestId !== own).slice(-KEPT_REQUESTS);

function keepInput(run: LoadedRun, input: Input): void {
  run.pending.push(input);
  run.newOffers.see(input);
  if (isEvent(input)) {
    run.events.push(input);
    if (input.type === 'WorkflowTaskCompleted') {
      run.completedTasks++;
      run.cachedBy = run.taskWorker;
    } else if (input.type === 'WorkflowTaskFailed' || input.type === 'WorkflowTaskTimedOut') run.cachedBy = undefined;
  } else if (input.note === 'WorkflowTaskRetryScheduled' || input.note === 'WorkflowTaskRetryWithdrawn') run.cachedBy = undefined;
  else if (input.note === 'UpdateTaskDropped') run.completedTasks++; // a query that waited for it goes on
}
