/** Says that a run comes near to a limit, before it is refused or ended: once per run and kind, as long as the run is in memory. */
import { type Input, isEvent } from '../engine/input.ts';
import type { Limits } from '../engine/limits.ts';
import { isWorthMeasuring } from '../engine/run-limits.ts';
import type { RunState } from '../engine/run-state.ts';
import { sizeOf, sizeOfState, sizeOfValue } from '../engine/size.ts';
import type { LimitWarning } from '../protocol/limit-warning.ts';
import type { LoadedRun } from './loaded-run.ts';

export interface WarningOptions {
  readonly limits: Limits;
  readonly onWarning: (warning: LimitWarning) => void;
}

const WORDS: Readonly<Record<LimitWarning['limit'], string>> = {
  historyEvents: 'events in its history; let it continue as new',
  historyBytes: 'bytes in its history; let it continue as new',
  blobBytes: 'bytes in one event; pass a reference to what is large',
  memoBytes: 'bytes of memo; keep what is large elsewhere',
  stateBytes: 'bytes of what it has under way; start less at once',
};

export function warnOfLimits(run: LoadedRun, before: RunState, inputs: readonly Input[], { limits, onWarning }: WarningOptions): void {
  const { state } = run;
  const warn = (limit: LimitWarning['limit'], found: number): void => {
    if (found <= limits[limit].warn || run.warned.has(limit)) return;
    run.warned.add(limit);
    const { namespace, workflowId, runId } = run;
    const allowed = limits[limit].error;
    const message = `run ${runId} of workflow "${workflowId}" has ${found} ${WORDS[limit]} (the limit is ${allowed})`;
    onWarning({ namespace, workflowId, runId, limit, found, allowed, message });
  };
  if (before.lastEventId <= limits.historyEvents.warn) warn('historyEvents', state.lastEventId);
  if (before.historySize <= limits.historyBytes.warn) warn('historyBytes', state.historySize);
  if (state.historySize - before.historySize > limits.blobBytes.warn) for (const input of inputs) if (isEvent(input)) warn('blobBytes', sizeOf(input));
  if (state.memo !== before.memo) warn('memoBytes', sizeOfValue(state.memo));
  if (!run.warned.has('stateBytes') && isWorthMeasuring(before, state, limits.stateBytes.warn)) warn('stateBytes', sizeOfState(state));
}
