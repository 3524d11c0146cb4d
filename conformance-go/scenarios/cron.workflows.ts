import { ApplicationFailure, sleep, workflowInfo } from '@perdure/core/workflow';

interface CronState {
  readonly Runs: number;
  readonly LastError: string;
}

/** Counts the completed runs before it, and fails at one count. */
export async function cronCount(failAt: number): Promise<CronState> {
  const { lastResult, lastFailure } = workflowInfo();
  const before = (lastResult as CronState | undefined) ?? { Runs: 0, LastError: '' };
  const state = { Runs: before.Runs + 1, LastError: lastFailure?.message ?? before.LastError };
  if (state.Runs === failAt && !lastFailure) throw ApplicationFailure.create({ message: 'not this time', type: 'Skipped' });
  await sleep(50);
  return state;
}
