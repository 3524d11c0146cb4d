/**
 * One run between its history and its sandbox: events become jobs, commands of the workflow code become commands of the engine, and each
 * command is held against the event that it left. Synchronous and incremental: a run that is kept handles only what is new to it.
 *
 * One workflow task after the other: `advance` to the next, then `apply` the answer and go `onward` until nothing is left, then `finish`.
 */
import type { Millis, RunId } from '../common/brand.ts';
import { unreachable } from '../common/invariant.ts';
import { defaultPayloadConverter, type PayloadConverter } from '../common/payload-converter.ts';
import type { HistoryEvent, SdkMetadata, UpdateRequest } from '../history/events.ts';
import type { ActivationJob, WorkflowActivation, WorkflowCommand } from '../protocol/activation.ts';
import type { Command } from '../protocol/commands.ts';
import type { WorkflowTask } from '../protocol/workflow-service.ts';
import { ActivityMachines } from './activity-machine.ts';
import { ChildMachines } from './child-machine.ts';
import { closingCommand } from './closing-command.ts';
import { isCommandEvent } from './determinism.ts';
import { ExternalMachines } from './external-machine.ts';
import { initializeJob } from './initialize.ts';
import { Jobs } from './jobs.ts';
import { LOCAL_ACTIVITY_MARKER, LocalActivityMachines } from './local-activity-machine.ts';
import type { RunContext } from './machine.ts';
import { OutgoingCommands } from './outgoing.ts';
import { CHANGE_VERSION, PATCH_MARKER, PatchMachines } from './patch-machine.ts';
import { CORE_FLAG, SdkFlags } from './sdk-flags.ts';
import { SideEffectMachines } from './side-effect-machine.ts';
import { nextTaskEnd } from './task-chunk.ts';
import { TimerMachines } from './timer-machine.ts';
import { UpdateMachines } from './update-machine.ts';

/** A workflow task that is to be run: replayed, or live. `activation` is absent when it brings the workflow nothing. */
export interface TaskStart {
  readonly isReplaying: boolean;
  readonly activation: WorkflowActivation | undefined;
}

/** What a completed task sends to the engine. */
export interface TaskResult {
  readonly commands: readonly Command[];
  readonly sdkMetadata: SdkMetadata | undefined;
  readonly isClosed: boolean;
}

export class RunMachines {
  readonly runId: RunId;
  readonly workflowId: string;
  /** What the sandbox is asked next stands in the history already. */
  isReplaying = false;

  readonly #outgoing = new OutgoingCommands();
  readonly #flags = new SdkFlags();
  readonly #context: RunContext;
  readonly #timers: TimerMachines;
  readonly #activities: ActivityMachines;
  readonly #children: ChildMachines;
  readonly #external: ExternalMachines;
  readonly #patches: PatchMachines;
  readonly #updates: UpdateMachines;
  readonly #sideEffects: SideEffectMachines;
  readonly locals: LocalActivityMachines;
  /** Updates that a reset admitted anew: their requests stand in the history before they are accepted. */
  readonly #admitted = new Map<string, UpdateRequest>();

  #started: (HistoryEvent & { readonly type: 'WorkflowExecutionStarted' }) | undefined;
  #events: readonly HistoryEvent[] = [];
  #cursor = 0;
  #lastEventId = 0;
  #isAmongCommands = false;
  #skipsChangeVersion = false;
  #time: Millis = 0;
  #task: { readonly historyLength: number; readonly historySize: number; readonly continueAsNewSuggested: boolean } = {
    historyLength: 0,
    historySize: 0,
    continueAsNewSuggested: false,
  };
  /** For the next activation of the task that is open. */
  #told: ActivationJob[] = [];

  readonly #recordsWaits: boolean;

  /**
   * @param run.payloadConverter that of the workflow code @defaultValue the default one
   * @param recordsWaits the sandbox keeps where the code waits
   */
  constructor(
    run: { readonly namespace: string; readonly workflowId: string; readonly runId: RunId; readonly payloadConverter?: PayloadConverter },
    recordsWaits = false,
  ) {
    this.#recordsWaits = recordsWaits;
    this.runId = run.runId;
    this.workflowId = run.workflowId;
    this.#context = {
      namespace: run.namespace,
      runId: run.runId,
      send: (command, onRecorded) => this.#outgoing.add(command, onRecorded),
      tell: (job) => this.#told.push(job),
    };
    this.#timers = new TimerMachines(this.#context);
    this.#activities = new ActivityMachines(this.#context);
    this.#children = new ChildMachines(this.#context);
    this.#external = new ExternalMachines(this.#context);
    this.#patches = new PatchMachines(this.#outgoing);
    this.#updates = new UpdateMachines(this.#context);
    this.#sideEffects = new SideEffectMachines(this.#context, run.payloadConverter ?? defaultPayloadConverter);
    this.locals = new LocalActivityMachines(this.#outgoing);
  }

  /** The last event that was taken in. */
  get lastEventId(): number {
    return this.#lastEventId;
  }

  /** The workflow's clock. */
  get time(): Millis {
    return this.#time;
  }

  /** The workflow has ended; what is left is to tell the engine. */
  get isClosing(): boolean {
    return this.#outgoing.isClosing;
  }

  /** The events between the last one that was taken in and the first of `events` are missing. */
  isBehind(events: readonly HistoryEvent[]): boolean {
    const first = events[0];
    return first !== undefined && first.eventId > this.#lastEventId + 1;
  }

  /** Gives the run a piece of its history. What it has taken in already is passed over. */
  feed(events: readonly HistoryEvent[]): void {
    this.#events = events;
    this.#cursor = 0;
    const first = events[0];
    if (first) this.#cursor = Math.max(0, this.#lastEventId + 1 - first.eventId);
  }

  /** Takes back what an empty task took in: a task with nothing but rejected updates leaves no events. */
  rewind(lastEventId: number): void {
    this.#lastEventId = lastEventId;
  }

  /**
   * Goes on to the next workflow task in the history.
   *
   * @param live the task that is to be answered; without it only completed tasks are replayed
   * @returns `undefined` when the history holds no further task
   * @throws {NonDeterminismError} when the commands of the last task are not those of the history
   */
  advance(live?: Pick<WorkflowTask, 'updates' | 'continueAsNewSuggested'>): TaskStart | undefined {
    const end = nextTaskEnd(this.#events, this.#cursor);
    const isReplaying = this.#events[end + 1]?.type === 'WorkflowTaskCompleted';
    if (end < 0 || !(isReplaying || live)) {
      this.#takeCommandEvents();
      return undefined;
    }
    const jobs = new Jobs();
    const isFirst = this.#started === undefined;
    for (; this.#cursor <= end; this.#cursor++) this.#take(this.#events[this.#cursor] as HistoryEvent, jobs);
    this.isReplaying = isReplaying;
    this.#startTask(this.#events[end] as HistoryEvent & { readonly type: 'WorkflowTaskStarted' }, live?.continueAsNewSuggested);
    if (isReplaying) this.#lookAhead(end + 1, jobs);
    else for (const { protocolInstanceId, request } of this.#dueUpdates(live?.updates ?? [])) this.#deliver(protocolInstanceId, request, jobs);
    if (isFirst && this.#started) jobs.add('initialize', initializeJob(this.#started, this.#context.namespace, this.#time, this.#recordsWaits));
    const all = jobs.inOrder();
    return { isReplaying, activation: all.length > 0 ? this.#activation(all) : undefined };
  }

  /** What the workflow is told next, in the task that is open: how cancelled operations ended, then results of local activities, one by one. */
  onward(): WorkflowActivation | undefined {
    if (this.#told.length > 0) {
      const jobs = this.#told;
      this.#told = [];
      return this.#activation(jobs);
    }
    const resolution = this.locals.nextResolution();
    if (!resolution) return undefined;
    this.#time = Math.max(this.#time, resolution.time ?? 0);
    return this.#activation([resolution.job]);
  }

  /** Takes in what the workflow code asked for. */
  apply(commands: readonly WorkflowCommand[], usedFlags: readonly number[] = []): void {
    this.#flags.addUsed(usedFlags);
    for (const command of commands) {
      if (this.#outgoing.isClosing && !this.#hasFlag(CORE_FLAG.moveTerminalCommands)) return;
      this.#applyOne(command);
    }
  }

  /** Ends the task that is open, in replay: its commands now wait for their events. */
  settle(): void {
    this.#outgoing.settle();
  }

  /** Ends the task that is open: what leaves with it. */
  finish(): TaskResult {
    this.#outgoing.settle();
    const commands = this.#sideEffects.name(this.#outgoing.leave(), this.#task.historyLength + 2);
    return { commands, sdkMetadata: this.#flags.takeMetadata(), isClosed: this.#outgoing.isClosing };
  }

  /** The frame of queries: they are asked of the run as it stands. */
  queryActivation(...jobs: readonly ActivationJob[]): WorkflowActivation {
    return { ...this.#activation(jobs), isReplaying: true };
  }

  #activation(jobs: readonly ActivationJob[]): WorkflowActivation {
    return { runId: this.runId, timestamp: this.#time, isReplaying: this.isReplaying, ...this.#task, availableInternalFlags: this.#flags.available, jobs };
  }

  #hasFlag(flag: number): boolean {
    return this.#flags.hasCore(flag, !this.isReplaying);
  }

  #startTask({ eventId, eventTime, attributes }: HistoryEvent & { readonly type: 'WorkflowTaskStarted' }, continueAsNewSuggested = false): void {
    this.#time = Math.max(this.#time, eventTime);
    const suggested = attributes.suggestContinueAsNew ?? continueAsNewSuggested;
    this.#task = { historyLength: eventId, historySize: attributes.historySizeBytes ?? 0, continueAsNewSuggested: suggested };
  }

  /** A history may end with the commands of its last completed task: they are compared, too. */
  #takeCommandEvents(): void {
    for (; this.#cursor < this.#events.length; this.#cursor++) {
      const event = this.#events[this.#cursor] as HistoryEvent;
      if (event.type !== 'WorkflowTaskCompleted' && !isCommandEvent(event)) break;
      this.#take(event, undefined);
    }
    this.#events = [];
    this.#cursor = 0;
  }

  /** Markers and accepted updates stand behind the task in which the code must know of them. */
  #lookAhead(completedIndex: number, jobs: Jobs): void {
    const completed = this.#events[completedIndex];
    if (completed?.type === 'WorkflowTaskCompleted') this.#flags.addFromHistory(completed.attributes.sdkMetadata);
    for (let i = completedIndex + 1; i < this.#events.length; i++) {
      const event = this.#events[i] as HistoryEvent;
      if (!isCommandEvent(event)) return;
      if (event.type === 'MarkerRecorded') this.#foreseeMarker(event, jobs);
      if (event.type === 'WorkflowExecutionUpdateAccepted') {
        const { protocolInstanceId, acceptedRequest } = event.attributes;
        const request = acceptedRequest ?? this.#admitted.get(protocolInstanceId);
        if (request) this.#deliver(protocolInstanceId, request, jobs);
      }
    }
  }

  #foreseeMarker(event: HistoryEvent & { readonly type: 'MarkerRecorded' }, jobs: Jobs): void {
    const { markerName, details } = event.attributes;
    if (markerName === PATCH_MARKER) jobs.add('patches', this.#patches.foresee(event));
    else if (markerName === LOCAL_ACTIVITY_MARKER) this.locals.foresee(event);
    else jobs.add('patches', { type: 'resolveMarker', markerName, details: details ?? {} });
  }

  #dueUpdates(updates: WorkflowTask['updates']): WorkflowTask['updates'] {
    const admitted = [...this.#admitted.values()].map((request) => ({ protocolInstanceId: request.meta.updateId, request }));
    return [...admitted, ...updates];
  }

  #deliver(protocolInstanceId: string, request: UpdateRequest, jobs: Jobs): void {
    this.#admitted.delete(request.meta.updateId);
    const job = this.#updates.deliver(protocolInstanceId, request, !this.isReplaying);
    if (job) jobs.add('messages', job);
  }

  /** Takes one event in. Without `jobs` only commands and the completion of their task come. */
  #take(event: HistoryEvent, jobs: Jobs | undefined): void {
    this.#lastEventId = event.eventId;
    if (isCommandEvent(event)) return this.#takeCommandEvent(event);
    if (event.type === 'WorkflowTaskCompleted') {
      this.#flags.addFromHistory(event.attributes.sdkMetadata);
      this.#isAmongCommands = true;
      return;
    }
    if (this.#isAmongCommands) {
      this.#isAmongCommands = false;
      this.#outgoing.expectNone(event);
    }
    if (jobs) this.#takeOther(event, jobs);
  }

  #takeCommandEvent(event: HistoryEvent): void {
    const isChangeVersion = event.type === 'UpsertWorkflowSearchAttributes' && CHANGE_VERSION in event.attributes.searchAttributes;
    if (isChangeVersion && this.#skipsChangeVersion) {
      this.#skipsChangeVersion = false;
      return;
    }
    this.#skipsChangeVersion = false;
    if (event.type === 'MarkerRecorded') {
      if (event.attributes.markerName === PATCH_MARKER && this.#patches.mayBeSkipped(event)) {
        this.#skipsChangeVersion = true;
        return;
      }
      if (event.attributes.markerName === LOCAL_ACTIVITY_MARKER && this.isReplaying) return this.locals.recorded(event);
    }
    this.#outgoing.match(event, this.#hasFlag(CORE_FLAG.idAndTypeChecks));
  }

  #takeOther(event: HistoryEvent, jobs: Jobs): void {
    switch (event.type) {
      case 'WorkflowExecutionStarted':
        this.#started = event;
        return;
      case 'WorkflowExecutionSignaled': {
        const { signalName, input, identity, header } = event.attributes;
        jobs.add('messages', { type: 'signalWorkflow', signalName, input: input ?? [], identity: identity ?? '', headers: header ?? {} });
        return;
      }
      case 'WorkflowExecutionUpdateAdmitted':
        this.#admitted.set(event.attributes.request.meta.updateId, event.attributes.request);
        return;
      case 'WorkflowExecutionCancelRequested':
        jobs.add('others', { type: 'cancelWorkflow', reason: event.attributes.cause ?? '' });
        return;
      case 'WorkflowTaskFailed':
        if (event.attributes.cause === 'RESET_WORKFLOW' && event.attributes.newRunId)
          jobs.add('seed', { type: 'updateRandomSeed', randomnessSeed: event.attributes.newRunId });
        return;
      default: {
        const job = this.#resolve(event);
        if (job) jobs.add('others', job);
      }
    }
  }

  /** What an event tells of an operation that the code started. */
  #resolve(event: HistoryEvent): ActivationJob | undefined {
    switch (event.type) {
      case 'TimerFired':
        return this.#timers.fired(event);
      case 'ActivityTaskStarted':
        return void this.#activities.started(event);
      case 'ActivityTaskCompleted':
      case 'ActivityTaskFailed':
      case 'ActivityTaskTimedOut':
      case 'ActivityTaskCanceled':
        return this.#activities.ended(event);
      case 'ChildWorkflowExecutionStarted':
      case 'StartChildWorkflowExecutionFailed':
        return this.#children.started(event);
      case 'ChildWorkflowExecutionCompleted':
      case 'ChildWorkflowExecutionFailed':
      case 'ChildWorkflowExecutionCanceled':
      case 'ChildWorkflowExecutionTimedOut':
      case 'ChildWorkflowExecutionTerminated':
        return this.#children.ended(event);
      case 'ExternalWorkflowExecutionSignaled':
      case 'SignalExternalWorkflowExecutionFailed':
        return this.#external.signalDelivered(event);
      case 'ExternalWorkflowExecutionCancelRequested':
      case 'RequestCancelExternalWorkflowExecutionFailed': {
        const toChild = this.#children.cancelDelivered(event.attributes.initiatedEventId);
        return toChild ? toChild.job : this.#external.cancelDelivered(event);
      }
      default:
        return undefined;
    }
  }

  #applyOne(command: WorkflowCommand): void {
    switch (command.type) {
      case 'startTimer':
        return this.#timers.start(command);
      case 'cancelTimer':
        return this.#timers.cancel(command.seq);
      case 'scheduleActivity':
        return this.#activities.schedule(command);
      case 'requestCancelActivity':
        return this.#activities.requestCancel(command.seq);
      case 'scheduleLocalActivity':
        return this.locals.schedule(command);
      case 'requestCancelLocalActivity':
        return this.locals.requestCancel(command.seq, this.#time);
      case 'startChildWorkflowExecution':
        return this.#children.start(command);
      case 'cancelChildWorkflowExecution':
        return this.#children.cancel(command.childWorkflowSeq, command.reason);
      case 'signalExternalWorkflowExecution':
        return this.#external.signal(command);
      case 'cancelSignalWorkflow':
        return this.#external.cancelSignal(command.seq);
      case 'requestCancelExternalWorkflowExecution':
        return this.#external.requestCancel(command);
      case 'setPatchMarker':
        return this.#patches.set(command, this.isReplaying, this.#hasFlag(CORE_FLAG.upsertOnPatch));
      case 'recordMarker':
        return this.#sideEffects.record(command);
      case 'upsertWorkflowSearchAttributes':
        return void this.#context.send({ type: 'UpsertWorkflowSearchAttributes', attributes: { searchAttributes: command.searchAttributes } });
      case 'modifyWorkflowProperties':
        return void this.#context.send({ type: 'ModifyWorkflowProperties', attributes: { upsertedMemo: command.upsertedMemo } });
      case 'updateResponse':
        return this.#updates.respond(command);
      case 'respondToQuery':
        return;
      case 'completeWorkflowExecution':
      case 'failWorkflowExecution':
      case 'cancelWorkflowExecution':
      case 'continueAsNewWorkflowExecution':
        return this.#outgoing.close(closingCommand(command, this.#started?.attributes));
      default:
        return unreachable(command);
    }
  }
}
