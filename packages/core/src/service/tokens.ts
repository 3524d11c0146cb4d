/** Task tokens: opaque to workers, JSON to us. They carry what names one delivery, so that an answer finds its task or is refused. */
import { ServiceError } from '../common/service-error.ts';
import type { WorkflowTaskRef } from '../engine/command.ts';
import type { RunName } from './rows.ts';

export interface WorkflowTaskToken {
  readonly run: RunName;
  readonly task: WorkflowTaskRef;
}
export interface ActivityTaskToken {
  readonly run: RunName;
  readonly activity: { readonly scheduledEventId: number; readonly attempt: number; readonly secret: string };
}

export const workflowTaskToken = (run: RunName, { scheduledEventId, startedEventId, startedAt, attempt, requestId }: WorkflowTaskRef): string =>
  JSON.stringify(['workflow', run.namespace, run.workflowId, run.runId, scheduledEventId, startedEventId, startedAt, attempt, requestId]);

export const activityTaskToken = (run: RunName, { scheduledEventId, attempt, secret }: ActivityTaskToken['activity']): string =>
  JSON.stringify(['activity', run.namespace, run.workflowId, run.runId, scheduledEventId, attempt, secret]);

export const queryTaskToken = (queryId: string): string => JSON.stringify(['query', queryId]);

export function parseWorkflowTaskToken(token: string): WorkflowTaskToken {
  const [namespace, workflowId, runId, scheduledEventId, startedEventId, startedAt, attempt, requestId] = parts(token, 'workflow', 'sssnnnns') as [
    string,
    string,
    string,
    number,
    number,
    number,
    number,
    string,
  ];
  return { run: { namespace, workflowId, runId }, task: { scheduledEventId, startedEventId, startedAt, attempt, requestId } };
}

export function parseActivityTaskToken(token: string): ActivityTaskToken {
  const [namespace, workflowId, runId, scheduledEventId, attempt, secret] = parts(token, 'activity', 'sssnns') as [
    string,
    string,
    string,
    number,
    number,
    string,
  ];
  return { run: { namespace, workflowId, runId }, activity: { scheduledEventId, attempt, secret } };
}

export const parseQueryTaskToken = (token: string): string => (parts(token, 'query', 's') as [string])[0];

/** @param form a letter for each part: s for a string that is not empty, n for a number */
function parts(token: string, kind: string, form: string): unknown[] {
  const value = parsed(token);
  const isOfForm =
    Array.isArray(value) &&
    JSON.stringify(value) === token && // as it was given: one token, one text
    value[0] === kind &&
    value.length === form.length + 1 &&
    [...form].every((letter, i) => (letter === 's' ? typeof value[i + 1] === 'string' && value[i + 1] !== '' : typeof value[i + 1] === 'number'));
  if (isOfForm) return value.slice(1);
  throw new ServiceError('InvalidArgument', `taskToken: expected the token of a task (${kind}), as a poll gave it, but found ${excerpt(token)}`, {
    details: { field: 'taskToken' },
  });
}

function parsed(token: string): unknown {
  try {
    return JSON.parse(token);
  } catch {
    return undefined; // refused by its form, like any other text
  }
}

const excerpt = (token: unknown): string => (typeof token === 'string' ? JSON.stringify(token.slice(0, 80)) : typeof token);
