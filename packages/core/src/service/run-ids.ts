/** Ids of new runs: those of one workflow id grow, even where the clock does not. */
import type { Millis, RunId } from '../common/brand.ts';
import { type Rng, uuidByTime } from '../common/rng.ts';

/** @param predecessor the newest run that the workflow id had, if it had one */
export const nextRunId = (now: Millis, rng: Rng, predecessor: RunId | undefined): RunId =>
  uuidByTime(predecessor === undefined ? now : Math.max(now, timeOf(predecessor) + 1), rng);

const timeOf = (runId: RunId): Millis => Number.parseInt(runId.slice(0, 8) + runId.slice(9, 13), 16);
