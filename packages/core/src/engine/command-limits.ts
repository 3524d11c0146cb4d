/** The limits that a command of a workflow task is held to. One that asks for too much fails its task, with the number found and the number allowed. */
import type { WorkflowTaskFailedCause } from '../history/events.ts';
import type { Command } from '../protocol/commands.ts';
import type { Draft } from './draft.ts';
import { refuse } from './refused.ts';
import type { Send } from './sends.ts';
import { sizeOfValue } from './size.ts';

const BLOBS = ['input', 'header', 'result', 'details', 'failure', 'acceptedRequest', 'request', 'outcome', 'searchAttributes'] as const;
const MEMOS = ['memo', 'upsertedMemo'] as const;
const IDS = ['activityId', 'activityType', 'timerId', 'workflowId', 'workflowType', 'taskQueue', 'signalName', 'markerName'] as const;

/** What a command with an id that is too long fails its task with. */
const CAUSES: Partial<Record<Command['type'], WorkflowTaskFailedCause>> = {
  ScheduleActivityTask: 'BAD_SCHEDULE_ACTIVITY_ATTRIBUTES',
  StartTimer: 'BAD_START_TIMER_ATTRIBUTES',
  RecordMarker: 'BAD_RECORD_MARKER_ATTRIBUTES',
  StartChildWorkflowExecution: 'BAD_START_CHILD_EXECUTION_ATTRIBUTES',
  ContinueAsNewWorkflowExecution: 'BAD_CONTINUE_AS_NEW_ATTRIBUTES',
};

export function checkLimits(draft: Draft, command: Command): void {
  const { blobBytes, memoBytes } = draft.limits;
  checkIds(draft, command);
  checkSizes(command, BLOBS, blobBytes.error);
  checkSizes(command, MEMOS, memoBytes.error);
  checkPending(draft, command.type);
}

function checkIds({ limits: { idLength } }: Draft, { type, attributes }: Command): void {
  const fields = attributes as Partial<Record<(typeof IDS)[number], string>> & { workflowExecution?: { workflowId?: string } };
  const longest = IDS.find((name) => (fields[name]?.length ?? 0) > idLength);
  const target = fields.workflowExecution?.workflowId ?? '';
  if (longest === undefined && target.length <= idLength) return;
  const [name, found] = longest === undefined ? ['workflowExecution.workflowId', target] : [longest, fields[longest] ?? ''];
  const cause = CAUSES[type] ?? 'BAD_SIGNAL_WORKFLOW_EXECUTION_ATTRIBUTES';
  refuse(cause, `${inCamelCase(cause)}: ${name} of ${type} has ${found.length} characters; at most ${idLength} are allowed`);
}

function checkSizes({ type, attributes }: Command, names: readonly string[], allowed: number): void {
  for (const name of names) {
    const value = (attributes as Record<string, unknown>)[name];
    if (value === undefined) continue;
    const bytes = sizeOfValue(value);
    if (bytes > allowed) refuse('PAYLOADS_TOO_LARGE', `PayloadsTooLarge: ${name} of ${type} has ${bytes} bytes; at most ${allowed} are allowed`);
  }
}

function checkPending(draft: Draft, type: Command['type']): void {
  const { state, limits, sends } = draft;
  if (type === 'ScheduleActivityTask') expectRoom('PENDING_ACTIVITIES_LIMIT_EXCEEDED', 'pending activities', state.activities.size, limits.pendingActivities);
  else if (type === 'StartChildWorkflowExecution')
    expectRoom('PENDING_CHILD_WORKFLOWS_LIMIT_EXCEEDED', 'pending child workflow executions', state.children.size, limits.pendingChildren);
  else if (type === 'SignalExternalWorkflowExecution')
    expectRoom('PENDING_SIGNALS_LIMIT_EXCEEDED', 'pending signals to external workflows', countOf(sends, 'signal'), limits.pendingSignals);
  else if (type === 'RequestCancelExternalWorkflowExecution')
    expectRoom('PENDING_REQUEST_CANCEL_LIMIT_EXCEEDED', 'pending requests to cancel external workflows', countOf(sends, 'cancel'), limits.pendingCancels);
}

function expectRoom(cause: WorkflowTaskFailedCause, what: string, found: number, allowed: number): void {
  if (found >= allowed) refuse(cause, `${inCamelCase(cause)}: the number of ${what}, ${found}, has reached the per-workflow limit of ${allowed}`);
}

/** They are answered in the commit that sends them, so those under way are those of this task. */
const countOf = (sends: readonly Send[], kind: Send['kind']): number => sends.reduce((count, send) => (send.kind === kind ? count + 1 : count), 0);

/** As Temporal's server begins its messages. */
const inCamelCase = (cause: string): string => cause.replaceAll(/([A-Z])([A-Z]*)_?/g, (_, first: string, rest: string) => first + rest.toLowerCase());
