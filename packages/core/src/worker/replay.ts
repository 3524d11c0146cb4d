/** Replays histories without an engine: whether code still agrees with what it did once. */
import type { RunId } from '../common/brand.ts';
import type { HistoryEvent } from '../history/events.ts';
import { historyFromJson } from '../history/json.ts';
import { validateHistory } from '../history/validate.ts';
import { DeterminismViolationError } from '../workflow/errors.ts';
import { RunMachines } from './activations.ts';
import { NonDeterminismError } from './determinism.ts';
import { ReplayError } from './errors.ts';
import { type CompiledCodeOptions, compileCodeOptions, type WorkflowCodeOptions } from './options.ts';
import { RunLocals } from './run-locals.ts';
import { SandboxKeeper } from './sandbox-keeper.ts';
import { nextTaskEnd } from './task-chunk.ts';
import { decodeEvents } from './task-codec.ts';
import { WorkflowTaskFailure } from './task-failure.ts';
import { replay } from './workflow-task.ts';

export interface ReplayWorkerOptions extends WorkflowCodeOptions {
  /** @defaultValue "default" */
  namespace?: string;
}

/** Events as they are in this package, or Temporal's JSON (parsed, or as text). */
export type ReplayableHistory = readonly HistoryEvent[] | { readonly events: readonly unknown[] } | string;

export interface ReplayResult {
  readonly workflowId: string;
  readonly runId: string;
  /** Why it was refused; absent when code and history agree. */
  readonly error?: DeterminismViolationError | ReplayError;
}

/** What Temporal's replayer calls a workflow whose history does not tell its id. */
const UNKNOWN_WORKFLOW_ID = 'fake';

export class Replayer {
  readonly #options: CompiledCodeOptions;
  readonly #namespace: string;
  readonly #keeper: SandboxKeeper;

  constructor(options: ReplayWorkerOptions) {
    this.#options = compileCodeOptions(options);
    this.#namespace = options.namespace ?? 'default';
    const { createSandbox, isolateExecutionTimeout: limit, watchdogClock: clock } = this.#options;
    if (!createSandbox) throw new TypeError('There is no workflow code to replay with; give workflows or a sandbox');
    this.#keeper = new SandboxKeeper({ create: createSandbox, limit, clock, onReplaced: () => undefined });
  }

  /** Never rejects for what is wrong with the history: that is in the result, and the next one can be replayed. */
  async replay(history: ReplayableHistory, workflowId?: string): Promise<ReplayResult> {
    let run = { workflowId: workflowId ?? UNKNOWN_WORKFLOW_ID, runId: '' };
    try {
      const events = eventsOf(history);
      const { attributes } = startOf(events);
      run = { workflowId: workflowId ?? (attributes.workflowId || UNKNOWN_WORKFLOW_ID), runId: attributes.originalExecutionRunId };
      await this.#replay(events, run, attributes);
      // After the replay: code that went another way says more about a history than the rule which it breaks on that way.
      validateHistory(events);
      return run;
    } catch (error) {
      return { ...run, error: toReplayError(error) };
    } finally {
      if (run.runId !== '') await this.#forget(run.runId);
    }
  }

  close(): Promise<void> {
    return this.#keeper.close();
  }

  async #replay(
    events: readonly HistoryEvent[],
    run: { workflowId: string; runId: RunId },
    started: { workflowType: string; taskQueue: string },
  ): Promise<void> {
    const { clock, logger, sinks, dataConverter } = this.#options;
    const { workflowType, taskQueue } = started;
    const known = await this.#keeper.ready();
    const runsCode = nextTaskEnd(events, 0) >= 0;
    if (runsCode && known.length > 0 && !known.includes(workflowType) && !known.includes('default'))
      throw new ReplayError(
        `The history is of workflow type '${workflowType}', which the workflow code does not export; it exports ${[...known].sort().join(', ')}`,
      );
    const namespace = this.#namespace;
    const machines = new RunMachines({ namespace, ...run });
    const locals = new RunLocals({ run: () => () => undefined }, { namespace, ...run, workflowType, taskQueue, workflowTaskTimeout: 0 }, machines);
    const decoded = await decodeEvents(dataConverter.payloadCodecs, events, { type: 'workflow', namespace, workflowId: run.workflowId });
    const driver = { clock, logger, sinks, activate: (activation: Parameters<SandboxKeeper['activate']>[0]) => this.#keeper.activate(activation) };
    await replay(driver, { machines, locals, info: { namespace, ...run, workflowType, taskQueue } }, decoded, { updates: [], continueAsNewSuggested: false });
  }

  async #forget(runId: RunId): Promise<void> {
    const frame = { timestamp: 0, isReplaying: true, historyLength: 0, historySize: 0, continueAsNewSuggested: false, availableInternalFlags: [] };
    try {
      await this.#keeper.activate({ runId, ...frame, jobs: [{ type: 'removeFromCache', reason: 'the replay is over' }] });
    } catch {
      // the sandbox hung and is gone: so is the run
    }
  }
}

function startOf(events: readonly HistoryEvent[]): HistoryEvent<'WorkflowExecutionStarted'> {
  const [first] = events;
  if (first?.type === 'WorkflowExecutionStarted') return first;
  throw new ReplayError(`A history starts with WorkflowExecutionStarted; this one starts with ${first?.type ?? 'nothing'}`);
}

function eventsOf(history: ReplayableHistory): readonly HistoryEvent[] {
  const given: unknown = typeof history === 'string' ? JSON.parse(history) : history;
  const events = Array.isArray(given) ? given : (given as { events?: unknown }).events;
  const first: unknown = Array.isArray(events) ? events[0] : undefined;
  if (typeof first === 'object' && first !== null && 'type' in first && 'attributes' in first) return events as HistoryEvent[];
  return historyFromJson(Array.isArray(given) ? { events: given } : given);
}

function toReplayError(error: unknown): DeterminismViolationError | ReplayError {
  if (error instanceof ReplayError) return error;
  const isViolation = error instanceof NonDeterminismError || (error instanceof WorkflowTaskFailure && error.failedCause === 'NON_DETERMINISTIC_ERROR');
  const violation = isViolation
    ? new DeterminismViolationError((error as Error).message)
    : new ReplayError(error instanceof Error ? error.message : String(error));
  violation.cause = error;
  return violation;
}
