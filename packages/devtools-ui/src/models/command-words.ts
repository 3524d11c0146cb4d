/** Orders and what became of them, in words, for the log. */
import type { CommandOutcome, DevtoolsCommand } from '../backend/backend.ts';
import { formatClock } from './duration.ts';

export function commandWords(command: DevtoolsCommand): string {
  switch (command.type) {
    case 'start':
      return `start ${command.workflowType} as ${command.workflowId}`;
    case 'signal':
      return `signal ${command.signalName} to ${command.workflowId}`;
    case 'update':
      return `update ${command.updateName} of ${command.workflowId}`;
    case 'cancel':
      return `cancel ${command.workflowId}`;
    case 'terminate':
      return `terminate ${command.workflowId}${command.reason ? `: ${command.reason}` : ''}`;
    case 'delete':
      return `delete ${command.workflowId}`;
    case 'completeActivity':
      return `complete activity ${command.activityId} of ${command.workflowId}`;
    case 'failActivity':
      return `fail activity ${command.activityId} of ${command.workflowId}: ${command.message}`;
    case 'retryActivity':
      return `retry activity ${command.activityId} of ${command.workflowId}`;
    case 'fireTimer':
      return `fire timer ${command.timerId} of ${command.workflowId}`;
    case 'skipTime':
      return `skip the clock to ${formatClock(command.to)}`;
    case 'persistStorage':
      return 'ask the browser to keep the storage';
    case 'restartEngine':
      return 'restart the engine';
  }
}

export const outcomeWords = (outcome: CommandOutcome | undefined): string =>
  outcome === undefined ? 'under way' : outcome.isAccepted ? 'done' : `refused (${outcome.code}): ${outcome.reason}`;
