/** How a call gets at its run: finds it, in memory or in the store, decides on it, and answers when what was decided is stored. */
import { checkedSearchAttributes, SearchAttributeError } from '../common/search-attribute-types.ts';
import { ServiceError } from '../common/service-error.ts';
import { isWaitedOut } from '../engine/closing.ts';
import type { ActivityAttemptRef, EngineCommand } from '../engine/command.ts';
import { type ActivityState, isOpen, type RunState } from '../engine/run-state.ts';
import type { Transition } from '../engine/transition.ts';
import type { WorkflowExecutionRef } from '../history/events.ts';
import type { WorkerPoll } from '../protocol/engine-info.ts';
import type {
  ActivityRef,
  PollRequest,
  StartWorkflowExecutionRequest,
  UpdateWithStartWorkflowExecutionRequest,
  UpdateWithStartWorkflowExecutionResponse,
  UpdateWorkflowExecutionResponse,
} from '../protocol/workflow-service.ts';
import { expectRoom } from './admission.ts';
import type { LoadedRun } from './loaded-run.ts';
import { DEFAULT_NAMESPACE, type Namespaces } from './namespaces.ts';
import { Reach } from './reach.ts';
import { expectSmall } from './request-limits.ts';
import { checkExecution, checkId, checkPoll, checkStart, checkUpdate } from './requests.ts';
import type { RunName } from './rows.ts';
import type { Shard } from './shard.ts';
import type { StartOutcome } from './starts.ts';
import { parseActivityTaskToken } from './tokens.ts';

/** Names a run, or the newest one of a workflow id. */
export interface RunRequest {
  readonly namespace: string;
  readonly workflowExecution: WorkflowExecutionRef;
  readonly firstExecutionRunId?: string;
}

export class Calls {
  readonly #shard: Shard;
  readonly #namespaces: Namespaces;

  constructor(shard: Shard, namespaces: Namespaces) {
    this.#shard = shard;
    this.#namespaces = namespaces;
  }

  /** @throws {ServiceError} `Unavailable`, or `NamespaceNotFound` */
  async enter(namespace: string): Promise<void> {
    this.#shard.expectRunning();
    if (namespace !== DEFAULT_NAMESPACE) await this.#namespaces.expectKnown(namespace);
  }

  /** @returns the request with the types of its search attributes @throws {ServiceError} `InvalidArgument` for one that may not be set */
  async admitStart<T extends StartWorkflowExecutionRequest>(request: T): Promise<T> {
    const { namespace, searchAttributes, input, memo, header } = request;
    expectSmall(this.#shard.limits, { input, memo, header, searchAttributes });
    this.#shard.expectRunning();
    expectRoom(this.#shard.store);
    await this.#namespaces.expectOpenForStarts(namespace);
    await this.#shard.totals.prepare(namespace);
    if (!searchAttributes) return request;
    try {
      return { ...request, searchAttributes: checkedSearchAttributes(searchAttributes, this.#shard.searchAttributeTypes, namespace) };
    } catch (error) {
      if (!(error instanceof SearchAttributeError)) throw error;
      throw new ServiceError('InvalidArgument', `searchAttributes: ${error.message}`, { details: { field: 'searchAttributes' } });
    }
  }

  async meetWorker(kind: WorkerPoll['kind'], request: PollRequest): Promise<void> {
    checkPoll(request);
    await this.enter(request.namespace);
    this.#shard.meetWorker(kind, request);
  }

  /** Decides `command` on the run that the request names. */
  async change(request: RunRequest, command: EngineCommand): Promise<void> {
    await this.onRun(request, async (run, reach) => {
      if (this.#shard.decisions.attempt(run, command, reach)) await this.#shard.commits.durable(run);
    });
  }

  /** As `change`, for a signal. One to a run that has tried in vain to end waits until the task that tries it again has come to its end. */
  async signal(request: RunRequest, command: EngineCommand<'SignalWorkflowExecution'>): Promise<void> {
    this.#shard.expectRunning();
    expectRoom(this.#shard.store);
    this.#shard.totals.admitSignal(request.namespace);
    for (let isDone = false; !isDone; )
      isDone = await this.onRun(request, async (run, reach) => {
        if (isWaitedOut(run.state) && !run.state.requestIds.has(command.requestId)) {
          await new Promise<void>((resolve) => run.waiting.push(resolve));
          return false;
        }
        if (this.#shard.decisions.attempt(run, command, reach)) await this.#shard.commits.durable(run);
        return true;
      });
  }

  /** Decides `command` on the run of a token. */
  async changeByToken(name: RunName, command: EngineCommand): Promise<Transition> {
    const { runs, decisions, commits } = this.#shard;
    const result = await this.#onLoaded(
      () => runs.get(name),
      () => runs.load(name),
      (run, reach) =>
        this.#toldWhenDurable(run, async () => {
          const transition = decisions.attempt(run, command, reach);
          if (transition) await commits.durable(run);
          return transition;
        }),
    );
    return result ?? noRun(name);
  }

  /** One turn for both: the update is with the first task of a new run. A closed run that knows the update answers it, and none is started. */
  async updateWithStart({ start, update }: UpdateWithStartWorkflowExecutionRequest): Promise<UpdateWithStartWorkflowExecutionResponse> {
    checkStart(start);
    checkUpdate(update);
    expectSmall(this.#shard.limits, { args: update.args, header: update.header });
    const admitted = await this.admitStart(start);
    const { starts, updates } = this.#shard;
    const request = { ...update, namespace: start.namespace, workflowExecution: { workflowId: start.workflowId } };
    const [outcome, asked] = await starts.begin(
      admitted,
      (found): [StartOutcome, Promise<UpdateWorkflowExecutionResponse> | undefined] => [
        found,
        found.kind === 'run' ? asking(() => updates.ask(found.run, request)) : undefined,
      ],
      (current) => !isOpen(current.state) && updates.isKnown(current, update.updateId),
    );
    const started = await starts.answer(outcome);
    if (asked) return { start: started, update: await asked };
    const earlier = { ...request, workflowExecution: { workflowId: start.workflowId, runId: started.runId } };
    return { start: started, update: await this.onRun(earlier, async (run) => updates.ask(run, earlier)) };
  }

  /** Decides a command on the activity that a token, or a workflow and an activity id, name. */
  async changeActivity<T = void>(
    ref: ActivityRef,
    commandFor: (activity: ActivityAttemptRef) => EngineCommand,
    answerFor?: (state: RunState, activity: ActivityAttemptRef) => T,
  ): Promise<T> {
    const token = 'taskToken' in ref ? parseActivityTaskToken(ref.taskToken) : undefined;
    const request = token
      ? { namespace: token.run.namespace, workflowExecution: token.run }
      : { namespace: (ref as { namespace: string }).namespace, workflowExecution: ref as WorkflowExecutionRef };
    const activity = token ? token.activity : { activityId: (ref as { activityId: string }).activityId };
    if ('activityId' in activity) checkId('activityId', activity.activityId);
    return this.onRun(request, async (run) => {
      this.#shard.decisions.apply(run, commandFor(activity));
      const answer = answerFor?.(run.state, activity) as T;
      await this.#shard.commits.durable(run);
      return answer;
    });
  }

  /** Calls `act` with the run that the request names; again, when `act` has found that its reach is incomplete and it is loaded. */
  async onRun<T>({ namespace, workflowExecution, firstExecutionRunId }: RunRequest, act: (run: LoadedRun, reach: Reach) => Promise<T>): Promise<T> {
    checkExecution(workflowExecution);
    if (namespace === DEFAULT_NAMESPACE) this.#shard.expectRunning();
    else await this.enter(namespace);
    const { runs } = this.#shard;
    const { workflowId, runId } = workflowExecution;
    const answer = await this.#onLoaded(
      () => (runId ? runs.get({ namespace, workflowId, runId }) : runs.getCurrentInTurn(namespace, workflowId)),
      () => (runId ? runs.load({ namespace, workflowId, runId }) : runs.loadCurrent(namespace, workflowId)),
      (run, reach) => {
        if (firstExecutionRunId && run.state.firstExecutionRunId !== firstExecutionRunId) return undefined;
        return { of: this.#toldWhenDurable(run, () => act(run, reach)) };
      },
    );
    return answer ? answer.of : noRun({ workflowId, ...(runId ? { runId } : {}) }, firstExecutionRunId);
  }

  /** R11: a refusal tells of the run's state, too; what it tells must not be undone by a commit that fails. */
  async #toldWhenDurable<T>(run: LoadedRun, act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      await this.#shard.commits.durable(run);
      throw error;
    }
  }

  /** Calls `act` at once when the run is there, so that nothing comes between: a run may leave memory while one waits. */
  async #onLoaded<T>(
    get: () => LoadedRun | undefined,
    load: () => Promise<LoadedRun | undefined>,
    act: (run: LoadedRun, reach: Reach) => T,
  ): Promise<T | undefined> {
    const reach = new Reach(this.#shard.runs);
    try {
      for (;;) {
        const run = get() ?? (await load());
        if (!run) return undefined;
        if (run.isGone) continue;
        const answer = act(run, reach);
        if (!reach.isIncomplete) return answer;
        await reach.load();
      }
    } finally {
      reach.close();
    }
  }
}

/** Refused at once or later: a rejection in either case, and nobody need be listening yet. */
function asking<T>(ask: () => Promise<T>): Promise<T> {
  const asked = (async () => ask())();
  asked.catch(() => {}); // who asked is told when the start has been answered
  return asked;
}

function noRun({ workflowId, runId }: WorkflowExecutionRef, firstExecutionRunId?: string): never {
  const which = `workflow "${workflowId}"${runId ? ` with the run ${runId}` : ''}${firstExecutionRunId ? ` in the chain of run ${firstExecutionRunId}` : ''}`;
  throw new ServiceError('NotFound', `${which} is not known here; look at its ids, or start it first`, {
    details: { workflowId, ...(runId ? { runId } : {}) },
  });
}

/** The activity that a token or its id names, while it is under way. */
export function activityOf({ activities, activityIds }: RunState, ref: ActivityAttemptRef): ActivityState | undefined {
  const scheduledEventId = 'scheduledEventId' in ref ? ref.scheduledEventId : activityIds.get(ref.activityId)?.[0];
  return scheduledEventId === undefined ? undefined : activities.get(scheduledEventId);
}
