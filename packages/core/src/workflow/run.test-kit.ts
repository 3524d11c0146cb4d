/** For tests of the sandbox: one run, driven by activations, as the worker would drive it. */
import { defaultPayloadConverter } from '../common/payload-converter.ts';
import { fromWire, toWire, toWireList } from '../common/wire.ts';
import type { ActivationCompletion, ActivationJob, InitializeWorkflow, Sandbox, WorkflowActivation, WorkflowCommand } from '../protocol/activation.ts';
import { createSandbox, type SandboxOptions } from './sandbox.ts';

export interface GivenRun {
  readonly sandbox: Sandbox;
  /** What the last activation answered. */
  readonly completion: ActivationCompletion;
  /** The commands of the last activation. @throws {Error} if it failed */
  readonly commands: readonly WorkflowCommand[];
  activate(...jobs: ActivationJob[]): Promise<GivenRun>;
  /** With other fields of the activation, for example `isReplaying`. */
  activateAs(fields: Partial<WorkflowActivation>, ...jobs: ActivationJob[]): Promise<GivenRun>;
}

export interface GivenRunOptions extends Partial<SandboxOptions> {
  readonly init?: Partial<InitializeWorkflow>;
  readonly activation?: Partial<WorkflowActivation>;
  /** Jobs beside the one that initialises. */
  readonly jobs?: readonly ActivationJob[];
  readonly sandbox?: Sandbox;
  readonly runId?: string;
}

export const START: number = Date.UTC(2026, 0, 1);

// biome-ignore lint/suspicious/noExplicitAny: any workflow
export function givenRun(workflow: (...args: any[]) => unknown, args: unknown[] = [], options: GivenRunOptions = {}): Promise<GivenRun> {
  const { init, activation, jobs = [], sandbox = createSandbox({ workflows: { [workflow.name]: workflow }, ...options }), runId = 'run-1' } = options;
  const initialize: InitializeWorkflow = {
    type: 'initializeWorkflow',
    namespace: 'default',
    workflowType: workflow.name,
    workflowId: 'workflow-1',
    randomnessSeed: runId,
    arguments: toWireList(defaultPayloadConverter, args),
    headers: {},
    taskQueue: 'queue',
    attempt: 1,
    firstExecutionRunId: runId,
    workflowTaskTimeout: 10_000,
    memo: {},
    searchAttributes: {},
    startTime: START,
    runStartTime: START,
    ...init,
  };
  return driven(sandbox, runId).activateAs({ ...activation }, initialize, ...jobs);
}

function driven(sandbox: Sandbox, runId: string): GivenRun {
  let last: ActivationCompletion | undefined;
  let timestamp = START;
  const run: GivenRun = {
    sandbox,
    get completion() {
      if (!last) throw new Error('no activation yet');
      return last;
    },
    get commands() {
      if (last?.status !== 'successful') throw new Error(`the activation failed: ${JSON.stringify(last)}`);
      return last.commands;
    },
    activate: (...jobs) => run.activateAs({}, ...jobs),
    async activateAs(fields, ...jobs) {
      timestamp = fields.timestamp ?? timestamp + 1_000;
      last = await sandbox.activate({
        runId,
        timestamp,
        isReplaying: false,
        historyLength: 3,
        historySize: 300,
        continueAsNewSuggested: false,
        availableInternalFlags: [],
        jobs,
        ...fields,
      });
      return run;
    },
  };
  return run;
}

export const wire = (value: unknown): ReturnType<typeof toWire> => toWire(defaultPayloadConverter, value);
export const value = (payload: Parameters<typeof fromWire>[1] | undefined): unknown => payload && fromWire(defaultPayloadConverter, payload);

/** The result of a run whose last command completes it. */
export function resultOf(run: GivenRun): unknown {
  const last = run.commands.at(-1);
  if (last?.type !== 'completeWorkflowExecution') throw new Error(`the run did not complete: ${JSON.stringify(run.completion)}`);
  return value(last.result);
}

export const signal = (signalName: string, ...args: unknown[]): ActivationJob => ({
  type: 'signalWorkflow',
  signalName,
  input: toWireList(defaultPayloadConverter, args),
  identity: 'test',
  headers: {},
});
export const query = (queryType: string, ...args: unknown[]): ActivationJob => ({
  type: 'queryWorkflow',
  queryId: 'q',
  queryType,
  arguments: toWireList(defaultPayloadConverter, args),
  headers: {},
});
export const update = (name: string, ...args: unknown[]): ActivationJob => ({
  type: 'doUpdate',
  id: `${name}-id`,
  protocolInstanceId: `${name}-instance`,
  name,
  input: toWireList(defaultPayloadConverter, args),
  headers: {},
  identity: 'test',
  runValidator: true,
});
export const fireTimer = (seq: number): ActivationJob => ({ type: 'fireTimer', seq });
export const activityDone = (seq: number, result: unknown): ActivationJob => ({
  type: 'resolveActivity',
  seq,
  result: { status: 'completed', result: wire(result) },
});
