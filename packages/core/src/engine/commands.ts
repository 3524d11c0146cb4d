/** The commands of a workflow task, each handed to the machine that it belongs to. Any of them may refuse, and then none is kept. */
import { unreachable } from '../common/invariant.ts';
import { checkedSearchAttributes, SearchAttributeError, type SearchAttributeTypes } from '../common/search-attribute-types.ts';
import { CLOSE_COMMANDS, type Command } from '../protocol/commands.ts';
import { requestCancelActivity, scheduleActivity } from './activity.ts';
import { completeExecution, continueAsNew, failExecution } from './chain.ts';
import { startChild } from './child.ts';
import { isCloseRefused } from './closing.ts';
import { checkLimits } from './command-limits.ts';
import { type Draft, record } from './draft.ts';
import { cancelExecution } from './execution.ts';
import { cancelExternal, signalExternal } from './external.ts';
import { releaseHeld } from './held.ts';
import type { HeldEvent } from './input.ts';
import { refuse } from './refused.ts';
import { isOpen } from './run-state.ts';
import { cancelTimer, startTimer } from './timer.ts';
import { acceptUpdate, completeUpdate } from './update.ts';
import { scheduleWorkflowTask } from './workflow-task.ts';

/** What the commands of one task share. */
export interface CommandContext {
  readonly workflowTaskCompletedEventId: number;
  /** Of the task that completes. */
  readonly startedEventId: number;
  readonly identity: string;
  /** How often in a row the run wanted to close and was refused, before this task. */
  readonly refusedCloses: number;
  readonly searchAttributeTypes: SearchAttributeTypes | undefined;
  /** Events that the commands cause and that stand behind all of them. */
  readonly consequences: HeldEvent[];
}

export function applyCommands(draft: Draft, commands: readonly Command[], context: CommandContext, forceNewTask: boolean): void {
  for (const [index, command] of commands.entries()) {
    if (!isOpen(draft.state))
      refuse(
        'BAD_COMPLETE_WORKFLOW_EXECUTION_ATTRIBUTES',
        `a command that closes the run must be the last one: ${command.type} stands at place ${index + 1}, behind it`,
      );
    if (CLOSE_COMMANDS.has(command.type) && isCloseRefused(draft.state, command.type, context.refusedCloses)) refuse('UNHANDLED_COMMAND', 'UnhandledCommand');
    checkLimits(draft, command);
    apply(draft, withCheckedAttributes(draft, command, context), context);
  }
  if (!isOpen(draft.state)) return;
  const hasNews = draft.state.held.length + context.consequences.length > 0;
  releaseHeld(draft);
  for (const { type, attributes } of context.consequences) record(draft, type, attributes as never);
  if (hasNews || forceNewTask) scheduleWorkflowTask(draft);
}

/** Each search attribute gets its type, as a server writes it. */
function withCheckedAttributes({ state }: Draft, command: Command, { searchAttributeTypes: types }: CommandContext): Command {
  if (!types || !('searchAttributes' in command.attributes) || !command.attributes.searchAttributes) return command;
  try {
    const searchAttributes = checkedSearchAttributes(command.attributes.searchAttributes, types, state.namespace);
    return { ...command, attributes: { ...command.attributes, searchAttributes } } as Command;
  } catch (error) {
    if (!(error instanceof SearchAttributeError)) throw error;
    return refuse('BAD_SEARCH_ATTRIBUTES', `BadSearchAttributes: ${error.message}`);
  }
}

function apply(draft: Draft, command: Command, context: CommandContext): void {
  const { workflowTaskCompletedEventId, identity } = context;
  switch (command.type) {
    case 'ScheduleActivityTask':
      return scheduleActivity(draft, command.attributes, workflowTaskCompletedEventId);
    case 'RequestCancelActivityTask':
      return requestCancelActivity(draft, command.attributes, context);
    case 'StartTimer':
      return startTimer(draft, command.attributes, workflowTaskCompletedEventId);
    case 'CancelTimer':
      return cancelTimer(draft, command.attributes, workflowTaskCompletedEventId, identity);
    case 'RecordMarker':
      if (command.attributes.markerName === '')
        refuse('BAD_RECORD_MARKER_ATTRIBUTES', 'BadRecordMarkerAttributes: markerName is empty; give the marker a name');
      return void record(draft, 'MarkerRecorded', { ...command.attributes, workflowTaskCompletedEventId });
    case 'UpsertWorkflowSearchAttributes':
      return void record(draft, 'UpsertWorkflowSearchAttributes', { ...command.attributes, workflowTaskCompletedEventId });
    case 'ModifyWorkflowProperties':
      return void record(draft, 'WorkflowPropertiesModified', { ...command.attributes, workflowTaskCompletedEventId });
    case 'CompleteWorkflowExecution':
      return completeExecution(draft, command.attributes, workflowTaskCompletedEventId);
    case 'FailWorkflowExecution':
      return failExecution(draft, command.attributes, workflowTaskCompletedEventId);
    case 'CancelWorkflowExecution':
      return cancelExecution(draft, command.attributes, workflowTaskCompletedEventId);
    case 'ContinueAsNewWorkflowExecution':
      return continueAsNew(draft, command.attributes, workflowTaskCompletedEventId);
    case 'StartChildWorkflowExecution':
      return startChild(draft, command.attributes, workflowTaskCompletedEventId);
    case 'SignalExternalWorkflowExecution':
      return signalExternal(draft, command.attributes, workflowTaskCompletedEventId);
    case 'RequestCancelExternalWorkflowExecution':
      return cancelExternal(draft, command.attributes, workflowTaskCompletedEventId);
    case 'AcceptUpdate':
      return acceptUpdate(draft, command.attributes, context.startedEventId - 1);
    case 'RejectUpdate':
      return; // leaves no trace
    case 'CompleteUpdate':
      return completeUpdate(draft, command.attributes);
    default:
      return unreachable(command);
  }
}
