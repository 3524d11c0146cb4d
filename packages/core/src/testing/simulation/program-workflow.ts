/** The workflow that runs drawn programs, with the public API of workflow code, and the activity they use. */

import type { QueryDefinition, SignalDefinition } from '../../common/definitions.ts';
import { ActivityFailure, isCancellation } from '../../common/failures.ts';
import { proxyActivities } from '../../workflow/activities.ts';
import { defineQuery, defineSignal, setHandler } from '../../workflow/definitions.ts';
import { CancellationScope } from '../../workflow/scope.ts';
import { condition, sleep } from '../../workflow/timers.ts';
import { uuid4 } from '../../workflow/workflow-info.ts';
import { type ActivityInput, activityInput, type Program } from './program.ts';

interface Activities {
  work(input: ActivityInput): Promise<string>;
  echo(value: unknown): Promise<unknown>;
}

export const numberSignal: SignalDefinition<[number]> = defineSignal<[number]>('number');
export const numbersQuery: QueryDefinition<number[]> = defineQuery<number[]>('numbers');

const patient = proxyActivities<Activities>({ startToCloseTimeout: '1 minute', retry: { initialInterval: '1 second', maximumInterval: '10 seconds' } });
const beating = proxyActivities<Activities>({
  startToCloseTimeout: '5 minutes',
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '10 seconds' },
});

export async function runProgram(program: Program): Promise<{ result: unknown; numbers: number[] }> {
  const numbers: number[] = [];
  setHandler(numberSignal, (number) => void numbers.push(number));
  setHandler(numbersQuery, () => numbers);
  const result = await run(program, numbers);
  return { result, numbers };
}

async function run(program: Program, numbers: readonly number[]): Promise<unknown> {
  switch (program.op) {
    case 'activity':
      return await runActivity(program);
    case 'timer':
      await sleep(program.ms);
      return 'slept';
    case 'signals':
      await condition(() => numbers.length >= program.count);
      return 'signalled';
    case 'chance':
      return await echoChance();
    case 'all':
      return await Promise.all(program.parts.map((part) => run(part, numbers)));
    case 'sequence': {
      const results: unknown[] = [];
      for (const part of program.parts) results.push(await run(part, numbers));
      return results;
    }
    case 'within':
      return await runWithin(program, numbers);
  }
}

async function runActivity(program: Extract<Program, { op: 'activity' }>): Promise<string> {
  try {
    const result = await (program.beats ? beating : patient).work(activityInput(program));
    return result.split('#')[0] ?? '';
  } catch (error) {
    if (error instanceof ActivityFailure && !isCancellation(error)) return 'fatal';
    throw error;
  }
}

/** What chance and time say must be the same in every replay, or the activity's input and the history part ways. */
async function echoChance(): Promise<string> {
  const drawn = { random: Math.random(), uuid: uuid4(), time: Date.now() };
  const echoed = await patient.echo(drawn);
  if (JSON.stringify(echoed) !== JSON.stringify(drawn)) throw new Error(`chance is not deterministic: ${JSON.stringify({ drawn, echoed })}`);
  return 'chance';
}

async function runWithin({ ms, part }: Extract<Program, { op: 'within' }>, numbers: readonly number[]): Promise<unknown> {
  let isOver = false;
  try {
    return await CancellationScope.withTimeout(ms, () => run(part, numbers).finally(() => (isOver = true)));
  } catch (error) {
    if (!isCancellation(error) || CancellationScope.current().consideredCancelled) throw error;
    return isOver ? 'given up' : 'gave up';
  }
}
