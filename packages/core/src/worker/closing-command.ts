/** The commands that end a run. */
import type { EventAttributes } from '../history/events.ts';
import type { WorkflowCommand } from '../protocol/activation.ts';
import type { Command, CommandAttributes } from '../protocol/commands.ts';
import { unlessEmpty } from './activity-machine.ts';
import { defined } from './machine.ts';

type Closing = Extract<
  WorkflowCommand,
  { type: 'completeWorkflowExecution' | 'failWorkflowExecution' | 'cancelWorkflowExecution' | 'continueAsNewWorkflowExecution' }
>;

/** @param started how the run was started: memo and retry policy go on to the next run unless the code gives others */
export function closingCommand(command: Closing, started: EventAttributes['WorkflowExecutionStarted'] | undefined): Command {
  switch (command.type) {
    case 'completeWorkflowExecution':
      return { type: 'CompleteWorkflowExecution', attributes: command.result ? { result: [command.result] } : {} };
    case 'failWorkflowExecution':
      return { type: 'FailWorkflowExecution', attributes: { failure: command.failure } };
    case 'cancelWorkflowExecution':
      return { type: 'CancelWorkflowExecution', attributes: {} };
    case 'continueAsNewWorkflowExecution': {
      const { workflowType, taskQueue, workflowRunTimeout, workflowTaskTimeout, memo, headers, searchAttributes, retryPolicy } = command;
      const attributes = defined<CommandAttributes['ContinueAsNewWorkflowExecution']>({
        workflowType,
        taskQueue,
        input: command.arguments,
        workflowRunTimeout,
        workflowTaskTimeout,
        retryPolicy: retryPolicy ?? started?.retryPolicy,
        header: unlessEmpty(headers),
        memo: memo ?? started?.memo,
        searchAttributes,
      } as { [K in keyof CommandAttributes['ContinueAsNewWorkflowExecution']]: CommandAttributes['ContinueAsNewWorkflowExecution'][K] | undefined });
      return { type: 'ContinueAsNewWorkflowExecution', attributes };
    }
  }
}
