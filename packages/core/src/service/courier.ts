/**
 * Carries what a run asks of other runs. One engine writes them all, so it is done in the same turn and stored in the same commit as the
 * decision that asked for it: no queue between runs, nothing to retry, nothing that a crash could cut in two.
 */
import type { Millis } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';
import { invariant, unreachable } from '../common/invariant.ts';
import type { EngineCommand, EngineCommands } from '../engine/command.ts';
import { isFullOfSignals } from '../engine/execution.ts';
import type { Limits } from '../engine/limits.ts';
import { isOpen, type RunState } from '../engine/run-state.ts';
import type { Reach as RunRef, Send } from '../engine/sends.ts';
import { type Transition, transition } from '../engine/transition.ts';
import type { LoadedRun } from './loaded-run.ts';
import type { Reach } from './reach.ts';

type SendOf<K extends Send['kind']> = Extract<Send, { kind: K }>;

export interface CourierOptions {
  readonly clock: Clock;
  readonly limits: Limits;
  /** Decides at once. `undefined` would mean that something the command reaches is not in memory. */
  readonly attempt: (run: LoadedRun, command: EngineCommand, reach: Reach) => Transition | undefined;
  readonly startChild: (parent: LoadedRun, send: SendOf<'startChild'>, reach: Reach) => EngineCommands['RecordChildStart']['outcome'];
}

/** What a parent that closes does to a child of this policy. */
const TERMINATE: EngineCommand<'TerminateWorkflowExecution'> = { type: 'TerminateWorkflowExecution', reason: 'by parent close policy' };

export class Courier {
  readonly #options: CourierOptions;

  constructor(options: CourierOptions) {
    this.#options = options;
  }

  /** Looks for all that the sends reach, and that what they cause reaches. @returns whether it is in memory, or known not to exist */
  isReached(sender: LoadedRun, sends: readonly Send[], reach: Reach): boolean {
    for (const send of sends) {
      const target = reach.find(sender.namespace, targetOf(send));
      if (target === undefined || typeof target === 'string' || !isOpen(target.state)) continue;
      if (send.kind === 'leaveChild' ? isTerminated(send, sender, target) : replaces(send)) this.#reachThroughEnd(target, reach);
    }
    return !reach.isIncomplete;
  }

  deliver(sender: LoadedRun, sends: readonly Send[], reach: Reach): void {
    for (const send of sends) this.#deliverOne(sender, send, reach);
  }

  #deliverOne(sender: LoadedRun, send: Send, reach: Reach): void {
    switch (send.kind) {
      case 'startChild':
        return this.#startChild(sender, send, reach);
      case 'signal':
        return this.#signal(sender, send, reach);
      case 'cancel':
        return this.#cancel(sender, send, reach);
      case 'leaveChild':
        return this.#leaveChild(sender, send, reach);
      case 'tellParent':
        return this.#tellParent(sender, send, reach);
      default:
        return unreachable(send);
    }
  }

  /** The sender may be closed by now: by a child of this task that took the workflow id of the sender's parent. */
  #startChild(sender: LoadedRun, send: SendOf<'startChild'>, reach: Reach): void {
    if (!isOpen(sender.state)) return;
    const outcome = this.#options.startChild(sender, send, reach);
    this.#do(sender, { type: 'RecordChildStart', initiatedEventId: send.initiatedEventId, outcome }, reach);
  }

  #signal(sender: LoadedRun, send: SendOf<'signal'>, reach: Reach): void {
    const { initiatedEventId, attributes } = send;
    const { signalName, input, header } = attributes;
    const target = findTarget(sender, send, reach);
    const isFull = target !== undefined && isFullOfSignals(target.state, this.#options.limits.signals);
    if (target && !isFull)
      this.#do(
        target,
        {
          type: 'SignalWorkflowExecution',
          signalName,
          ...(input ? { input } : {}),
          ...(header ? { header } : {}),
          externalWorkflowExecution: executionOf(sender),
          requestId: requestIdOf(sender, initiatedEventId),
        },
        reach,
      );
    this.#do(sender, { type: 'RecordExternal', initiatedEventId, kind: 'signal', attributes, isFound: target !== undefined, isFull }, reach);
  }

  #cancel(sender: LoadedRun, send: SendOf<'cancel'>, reach: Reach): void {
    const { initiatedEventId, attributes } = send;
    const { reason } = attributes;
    const target = findTarget(sender, send, reach);
    if (target && isOpen(target.state))
      this.#do(
        target,
        {
          type: 'RequestCancelWorkflowExecution',
          requestId: requestIdOf(sender, initiatedEventId),
          ...(reason === undefined ? {} : { reason }),
          externalInitiatedEventId: initiatedEventId,
          externalWorkflowExecution: executionOf(sender),
        },
        reach,
      );
    this.#do(sender, { type: 'RecordExternal', initiatedEventId, kind: 'cancel', attributes, isFound: target !== undefined }, reach);
  }

  #leaveChild(sender: LoadedRun, send: SendOf<'leaveChild'>, reach: Reach): void {
    const child = found(reach, sender, targetOf(send));
    if (!child || !isChildStill(send, sender, child)) return;
    if (send.policy === 'TERMINATE') return this.#do(child, TERMINATE, reach);
    const requestId = `${sender.runId}:closed`;
    this.#do(child, { type: 'RequestCancelWorkflowExecution', requestId, externalWorkflowExecution: executionOf(sender) }, reach);
  }

  #tellParent(child: LoadedRun, send: SendOf<'tellParent'>, reach: Reach): void {
    const { initiatedEventId, closed } = send;
    const parent = found(reach, child, targetOf(send));
    if (parent && isOpen(parent.state)) this.#do(parent, { type: 'RecordChildClose', initiatedEventId, runId: child.runId, closed }, reach);
  }

  #do(run: LoadedRun, command: EngineCommand, reach: Reach): void {
    invariant(this.#options.attempt(run, command, reach), 'all that a decision reaches is in memory before it is made');
  }

  /** What the end of a run by force reaches: its parent, its children, and so on. */
  #reachThroughEnd(run: LoadedRun, reach: Reach): void {
    const { sends } = transition(run.state, TERMINATE, this.#now(run.state));
    if (sends) this.isReached(run, sends, reach);
  }

  #now({ lastEventAt }: RunState): Millis {
    return Math.max(this.#options.clock.now(), lastEventAt);
  }
}

function targetOf(send: Send): RunRef {
  switch (send.kind) {
    case 'startChild':
      return { workflowId: send.attributes.workflowId };
    case 'signal':
    case 'cancel':
      return send.attributes.workflowExecution;
    case 'leaveChild':
      return { workflowId: send.workflowId };
    case 'tellParent':
      return { workflowId: send.workflowId, runId: send.runId };
    default:
      return unreachable(send);
  }
}

const found = (reach: Reach, { namespace }: LoadedRun, target: RunRef): LoadedRun | undefined => {
  const run = reach.find(namespace, target);
  return typeof run === 'string' ? undefined : run;
};

/**
 * The run that is meant. As on Temporal's server, a signal finds only an open run, a request to cancel a closed one too, and a workflow does
 * not find itself.
 */
function findTarget(sender: LoadedRun, send: SendOf<'signal'> | SendOf<'cancel'>, reach: Reach): LoadedRun | undefined {
  const target = found(reach, sender, targetOf(send));
  if (!target || target.workflowId === sender.workflowId) return undefined;
  if (!isOpen(target.state)) return send.kind === 'cancel' ? target : undefined;
  if (!send.attributes.childWorkflowOnly) return target;
  return target.state.parent?.runId === sender.runId ? target : undefined;
}

const isChildStill = ({ firstExecutionRunId }: SendOf<'leaveChild'>, parent: LoadedRun, { state }: LoadedRun): boolean =>
  isOpen(state) && state.firstExecutionRunId === firstExecutionRunId && state.parent?.runId === parent.runId;

const isTerminated = (send: SendOf<'leaveChild'>, parent: LoadedRun, child: LoadedRun): boolean =>
  send.policy === 'TERMINATE' && isChildStill(send, parent, child);

const replaces = (send: Send): boolean => send.kind === 'startChild' && send.attributes.workflowIdReusePolicy === 'TERMINATE_IF_RUNNING';

/** The same for each repetition, so that nothing is done twice. */
export const requestIdOf = ({ runId }: LoadedRun, initiatedEventId: number): string => `${runId}:${initiatedEventId}`;

const executionOf = ({ workflowId, runId }: LoadedRun): { workflowId: string; runId: string } => ({ workflowId, runId });
