import { ApplicationFailure, continueAsNew, sleep, workflowInfo } from '@perdure/core/workflow';

/** The guide's: it continues as new until its value has three letters. */
export async function simpleWorkflow(value: string, continued: boolean[]): Promise<boolean[]> {
  const seen = [...continued, workflowInfo().continuedFromExecutionRunId !== undefined];
  if (value.length === 3) return seen;
  return continueAsNew<typeof simpleWorkflow>(`${value}x`, seen);
}

export async function sleepForever(): Promise<void> {
  await sleep('1 hour');
}

/** Fails before the given attempt. */
export async function failUntil(attempt: number): Promise<number> {
  const now = workflowInfo().attempt;
  if (now < attempt) throw ApplicationFailure.create({ message: 'not yet', type: 'TooEarly', details: [now] });
  return attempt;
}

/** Its first workflow task is held until that has timed out. */
export async function blockOnce(): Promise<string> {
  return 'done';
}
