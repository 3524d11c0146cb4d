/** Lets time pass for runs: what is due is decided, and each run is told when to look again. */
import type { Millis } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';
import type { EngineCommand } from '../engine/command.ts';
import { wakeAt } from '../engine/derive.ts';
import type { Transition } from '../engine/transition.ts';
import type { Alarm } from './alarm.ts';
import type { LoadedRun } from './loaded-run.ts';
import { Reach } from './reach.ts';
import type { Runs } from './runs.ts';

export interface TimePassageOptions {
  readonly clock: Clock;
  readonly runs: Runs;
  readonly alarm: Alarm;
  readonly attempt: (run: LoadedRun, command: EngineCommand, reach: Reach) => Transition | undefined;
  /** Nothing is decided any more. */
  readonly isOver: () => boolean;
  /** The run was looked at, and has to be offered again. */
  readonly onPassed: (run: LoadedRun) => void;
  readonly onReadFailed: (error: unknown) => void;
  /** Something is wrong with a single run, in words. */
  readonly onProblem: (problem: string) => void;
}

/** How long time leaves a run alone whose decision failed by a bug of ours, in ms. */
const PARKED: Millis = 60_000;
/** How long time leaves a run alone after the store could not give what its end reaches, in ms. */
const REACH_RETRY: Millis = 1_000;

export class TimePassage {
  readonly #options: TimePassageOptions;

  constructor(options: TimePassageOptions) {
    this.#options = options;
  }

  /** Sets the alarm for the run. */
  place(run: LoadedRun): void {
    const { clock, alarm } = this.#options;
    const now = Math.max(clock.now(), run.state.lastEventAt);
    alarm.place(run, run.isReaching ? Number.POSITIVE_INFINITY : Math.max(wakeAt(run.state, now), run.parkedUntil));
  }

  passTime(run: LoadedRun, reach: Reach = new Reach(this.#options.runs)): void {
    const { clock, alarm, attempt, isOver, onPassed, onProblem } = this.#options;
    const now = clock.now();
    try {
      const result = attempt(run, { type: 'PassTime' }, reach);
      if (!result) return this.#passTimeLater(run, reach);
      reach.close();
      if (result.inputs.length === 0) onPassed(run);
      if (run.wakeAt <= now) alarm.place(run, now + 1); // nothing is left that time could do: the next look is later, in any case
    } catch (error) {
      reach.close();
      if (isOver()) return;
      run.parkedUntil = now + PARKED;
      alarm.place(run, run.parkedUntil);
      onProblem(`time could not pass for run ${run.runId} of workflow "${run.workflowId}": ${String(error)}`);
    }
  }

  /** The run's time is over, and its end reaches runs that are not in memory. Until they are, the alarm leaves it alone. */
  #passTimeLater(run: LoadedRun, reach: Reach): void {
    const { clock, alarm, onReadFailed } = this.#options;
    run.isReaching = true;
    run.pins++;
    alarm.place(run, Number.POSITIVE_INFINITY);
    reach
      .load()
      .catch((error: unknown) => {
        run.parkedUntil = clock.now() + REACH_RETRY;
        onReadFailed(error);
      })
      .then(() => this.#passTimeNow(run, reach));
  }

  #passTimeNow(run: LoadedRun, reach: Reach): void {
    const { clock, isOver, onPassed } = this.#options;
    run.isReaching = false;
    run.pins--;
    const isLost = run.isGone || isOver();
    if (!isLost && run.parkedUntil <= clock.now()) return this.passTime(run, reach);
    reach.close();
    if (!isLost) onPassed(run);
  }
}
