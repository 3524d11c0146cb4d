/** Orders to an engine: each becomes a call of its service. */
import type { WorkflowService } from '@perdure/core/client';
import type { SerializationContext, WirePayloads } from '@perdure/core/common';
import { BackendError, type CommandOutcome, type DevtoolsCommand, type RunRef } from './backend.ts';
import type { Codecs } from './codecs.ts';
import { type OriginStorage, persist } from './origin-storage.ts';

/** By whom events say that they were caused. */
export const IDENTITY = 'perdure-devtools';

export interface Commands {
  readonly service: WorkflowService;
  readonly codecs: Codecs;
  readonly restart: () => void;
  readonly storage: OriginStorage | undefined;
}

/** @throws what the service throws */
export async function carryOut(to: Commands, command: DevtoolsCommand): Promise<CommandOutcome> {
  const { service } = to;
  switch (command.type) {
    case 'start':
      return start(to, command);
    case 'signal':
      await service.signalWorkflowExecution({
        ...target(command),
        ...(await input(to, command)),
        signalName: command.signalName,
        requestId: command.requestId,
      });
      return ACCEPTED;
    case 'update':
      return update(to, command);
    case 'cancel':
      await service.requestCancelWorkflowExecution({ ...target(command), requestId: command.requestId, ...reasonOf(command) });
      return ACCEPTED;
    case 'terminate':
      await service.terminateWorkflowExecution({ ...target(command), ...reasonOf(command) });
      return ACCEPTED;
    case 'completeActivity': {
      const result = await to.codecs.encode(command.result, contextOf(command));
      await service.respondActivityTaskCompleted({ ...activity(command), ...(result.length > 0 && { result }) });
      return ACCEPTED;
    }
    case 'failActivity':
      await service.respondActivityTaskFailed({
        ...activity(command),
        failure: { message: command.message, source: IDENTITY, applicationFailureInfo: { type: 'Error', nonRetryable: !command.isRetryable } },
      });
      return ACCEPTED;
    case 'retryActivity':
      await service.retryActivityTask({ ...runOf(command), activityId: command.activityId });
      return ACCEPTED;
    case 'fireTimer':
      await service.fireTimer({ ...runOf(command), timerId: command.timerId });
      return ACCEPTED;
    case 'delete':
      await service.deleteWorkflowExecution(runOf(command));
      return ACCEPTED;
    case 'persistStorage':
      return persist(to.storage);
    case 'restartEngine':
      to.restart();
      return ACCEPTED;
    default:
      throw new BackendError('unsupported', `An engine in this page takes no order of the kind "${command.type}"`);
  }
}

const ACCEPTED: CommandOutcome = { isAccepted: true };

async function start({ service, codecs }: Commands, command: Extract<DevtoolsCommand, { type: 'start' }>): Promise<CommandOutcome> {
  const { namespace, workflowType, workflowId, taskQueue, requestId } = command;
  const args = await codecs.encode(command.args, contextOf(command));
  const { runId } = await service.startWorkflowExecution({
    namespace,
    workflowType,
    workflowId,
    taskQueue,
    requestId,
    identity: IDENTITY,
    ...(args.length > 0 && { input: args }),
  });
  return { isAccepted: true, runId };
}

async function update({ service, codecs }: Commands, command: Extract<DevtoolsCommand, { type: 'update' }>): Promise<CommandOutcome> {
  const args = await codecs.encode(command.args, contextOf(command));
  const { outcome } = await service.updateWorkflowExecution({
    ...target(command),
    updateId: command.updateId,
    updateName: command.updateName,
    waitStage: 'COMPLETED',
    ...(args.length > 0 && { args }),
  });
  if (!outcome) return ACCEPTED;
  if ('failure' in outcome) return { isAccepted: false, code: 'UpdateFailed', reason: outcome.failure.message };
  return { isAccepted: true, result: await codecs.decode(outcome.success, contextOf(command)) };
}

const runOf = ({ namespace, workflowId, runId }: RunRef) => ({ namespace, workflowExecution: { workflowId, ...(runId !== undefined && { runId }) } });

const target = ({ namespace, workflowId, runId }: RunRef) => ({
  namespace,
  workflowExecution: { workflowId, ...(runId !== undefined && { runId }) },
  identity: IDENTITY,
});

const activity = ({ namespace, workflowId, runId, activityId }: RunRef & { readonly activityId: string }) => ({
  namespace,
  workflowId,
  activityId,
  ...(runId !== undefined && { runId }),
  identity: IDENTITY,
});

async function input({ codecs }: Commands, command: RunRef & { readonly args: WirePayloads }): Promise<{ readonly input?: WirePayloads }> {
  return command.args.length > 0 ? { input: await codecs.encode(command.args, contextOf(command)) } : {};
}

const reasonOf = ({ reason }: { readonly reason?: string }) => (reason ? { reason } : {});

export const contextOf = ({ namespace, workflowId }: { readonly namespace: string; readonly workflowId: string }): SerializationContext => ({
  type: 'workflow',
  namespace,
  workflowId,
});
