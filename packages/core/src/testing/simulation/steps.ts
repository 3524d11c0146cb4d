/** What the steps of drawn programs do, in terms of the public API of workflow code. */
import { ActivityFailure, ChildWorkflowFailure, isCancellation, WorkflowExecutionAlreadyStartedError } from '../../common/failures.ts';
import { proxyActivities, proxyLocalActivities, scheduleActivity } from '../../workflow/activities.ts';
import { executeChild, getExternalWorkflowHandle, startChild } from '../../workflow/children.ts';
import { mutableSideEffect, sideEffect } from '../../workflow/markers.ts';
import type { ActivityOptions, ChildWorkflowOptions } from '../../workflow/options.ts';
import { CancellationScope } from '../../workflow/scope.ts';
import { sleep } from '../../workflow/timers.ts';
import { deprecatePatch, patched, upsertMemo, upsertSearchAttributes, uuid4, workflowInfo } from '../../workflow/workflow-info.ts';
import { type ActivityPlan, activityInput, type ChildPlan, type Program, type RunInput, type RunResult } from './program.ts';

export interface Activities {
  work(input: ActivityPlan): Promise<string>;
  echo(value: unknown): Promise<unknown>;
}

/** What a run's code has beside its input. */
export interface Surroundings {
  /** How new the code is: 0 is older than all patches, 1 has them, 2 has forgotten the old ways. */
  readonly version: number;
  /** Another number at each call: what a side effect is for. */
  readonly nonce: () => number;
  /** Resolves when so many signals have come. */
  readonly signalled: (count: number) => Promise<void>;
}

type ProgramWorkflow = (input: RunInput) => Promise<RunResult>;
type Step<Op extends Program['op']> = Extract<Program, { op: Op }>;

const retry = { initialInterval: '1 second', maximumInterval: '10 seconds' } as const;
const PATIENT = { startToCloseTimeout: '1 minute', retry } as const;
const BEATING = { startToCloseTimeout: '5 minutes', heartbeatTimeout: '10 seconds', retry } as const;
const HEEDING = { ...BEATING, cancellationType: 'WAIT_CANCELLATION_COMPLETED' } as const;
/** An attempt that nobody completes is over soon. */
const LATER = { startToCloseTimeout: '15 seconds', retry } as const;
const patient = proxyActivities<Activities>(PATIENT);
const local = proxyLocalActivities<Activities>({
  startToCloseTimeout: '30 seconds',
  localRetryThreshold: '3 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '5 seconds' },
});

export async function run(program: Program, around: Surroundings): Promise<unknown> {
  switch (program.op) {
    case 'activity':
      return await runActivity(program);
    case 'timer':
      await sleep(program.ms);
      return 'slept';
    case 'signals':
      await around.signalled(program.count);
      return 'signalled';
    case 'chance':
      await expectSame('chance', { random: Math.random(), uuid: uuid4(), time: Date.now() });
      return 'chance';
    case 'child':
      return await runChild(program);
    case 'tell':
      return await tell(program);
    case 'patch':
      return await runPatch(program, around);
    case 'effect':
      await expectSame('a side effect', { value: sideEffect(around.nonce) });
      return 'effect';
    case 'setting':
      return await readSetting(program, around);
    case 'mark':
      upsertSearchAttributes({ CustomIntField: [program.value] });
      upsertMemo({ mark: program.value });
      return 'mark';
    case 'all':
      return await Promise.all(program.parts.map((part) => run(part, around)));
    case 'sequence':
      return await runSequence(program, around);
    case 'within':
      return await runWithin(program, around);
    case 'shielded':
      return await CancellationScope.nonCancellable(() => run(program.part, around));
  }
}

async function runSequence({ parts }: Step<'sequence' | 'all'>, around: Surroundings): Promise<unknown[]> {
  const results: unknown[] = [];
  for (const part of parts) results.push(await run(part, around));
  return results;
}

/** Ids that say which run they are of: activities and children of another run are others. */
const ofThisRun = (id: string): string => `${id}@${workflowInfo().runId.slice(-12)}`;

async function runActivity(program: Step<'activity'>): Promise<string> {
  try {
    const result = await startActivity({ ...activityInput(program), id: ofThisRun(program.id) }, program.mostAttempts);
    // a result that is taken from another run of a local activity than the one in the history would not be the same
    if (program.how === 'local') await expectSame('a local activity', { result });
    return result.split('@')[0] ?? '';
  } catch (error) {
    if (error instanceof ActivityFailure ? !isCancellation(error) : isFatal(error)) return 'fatal';
    throw error;
  }
}

/** A local activity fails with its own failure. */
const isFatal = (error: unknown): boolean => error instanceof Error && error.message === 'fatal by plan';

function startActivity(input: ActivityPlan, mostAttempts = 0): Promise<string> {
  if (input.how === 'local') return local.work(input);
  const options = { ...optionsOf(input), ...(mostAttempts > 0 ? { retry: { ...retry, maximumAttempts: mostAttempts } } : {}) };
  return scheduleActivity<string>('work', [input], input.how === undefined ? options : { ...options, activityId: input.id });
}

function optionsOf({ how, heeds, beats }: ActivityPlan): ActivityOptions {
  if (how !== undefined) return LATER;
  if (heeds) return HEEDING;
  return beats ? BEATING : PATIENT;
}

/** What chance, time and the world said must be the same in every replay, or the activity's result and the code part ways. */
async function expectSame(what: string, value: unknown): Promise<void> {
  const echoed = await patient.echo(value);
  if (JSON.stringify(echoed) !== JSON.stringify(value)) throw new Error(`${what} is not deterministic: ${JSON.stringify({ value, echoed })}`);
}

async function runChild(plan: Step<'child'>): Promise<unknown> {
  const options = childOptions(plan);
  try {
    switch (plan.use) {
      case 'execute':
        return (await executeChild<ProgramWorkflow>('runProgram', options)).result;
      case 'start':
        await startChild<ProgramWorkflow>('runProgram', options);
        return 'began';
      case 'signal': {
        const child = await startChild<ProgramWorkflow>('runProgram', options);
        await child.signal('number', 0);
        return (await child.result()).result;
      }
      case 'twin':
        await startChild<ProgramWorkflow>('runProgram', options);
        return (await executeChild<ProgramWorkflow>('runProgram', { ...options, workflowIdReusePolicy: 'REJECT_DUPLICATE' })).result;
    }
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return 'taken';
    const hasMissed = plan.use === 'signal' && !(error instanceof ChildWorkflowFailure); // it was closed before it was signalled
    if ((hasMissed || error instanceof ChildWorkflowFailure) && !isCancellation(error)) return 'child failed';
    throw error;
  }
}

function childOptions({ id, run: plan, policy, cancellation, runTimeout, use }: ChildPlan): ChildWorkflowOptions & { args: [RunInput] } {
  const input: RunInput = { ...plan, hasChannel: false, lap: 0, numbers: [], pokes: [] };
  const { succession } = plan;
  return {
    workflowId: `${ofThisRun(id)}${use === 'signal' ? ' waits' : ''}`,
    args: [input],
    parentClosePolicy: policy,
    cancellationType: cancellation,
    ...(succession.kind === 'retry' ? { retry: { initialInterval: '1 second', maximumAttempts: succession.attempts } } : {}),
    ...(runTimeout === undefined ? {} : { workflowRunTimeout: runTimeout }),
  };
}

/** What came of it is in both histories. */
async function tell({ id, target, how }: Step<'tell'>): Promise<string> {
  const workflowId = target === 'parent' ? (workflowInfo().parent?.workflowId ?? 'nobody') : target;
  const other = getExternalWorkflowHandle(workflowId);
  try {
    await (how === 'signal' ? other.signal('poke', ofThisRun(id)) : other.cancel());
  } catch (error) {
    if (isCancellation(error)) throw error;
  }
  return 'tell';
}

async function runPatch({ id }: Step<'patch'>, { version }: Surroundings): Promise<string> {
  if (version === 2) deprecatePatch(id);
  if (version === 2 || (version === 1 && patched(id))) await patient.echo({ patch: id });
  else await sleep(1_000);
  return 'patch';
}

async function readSetting({ id }: Step<'setting'>, { nonce }: Surroundings): Promise<string> {
  for (let call = 0; call < 3; call++) await expectSame('a mutable side effect', { value: mutableSideEffect(id, () => Math.floor(nonce() / 2)) });
  return 'setting';
}

async function runWithin({ ms, part }: Step<'within'>, around: Surroundings): Promise<unknown> {
  let isOver = false;
  try {
    return await CancellationScope.withTimeout(ms, () => run(part, around).finally(() => (isOver = true)));
  } catch (error) {
    if (!isCancellation(error) || CancellationScope.current().consideredCancelled) throw error;
    return isOver ? 'given up' : 'gave up';
  }
}
