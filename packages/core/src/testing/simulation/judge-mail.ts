/** Whether what one run sends to another stands in both histories: once, or in neither. */
import type { HistoryEvent } from '../../history/events.ts';
import type { StoredRun } from './checker.ts';

type Violate = (statement: string) => void;

/** ONE-OUTCOME of external signals and cancel requests (R56), from both sides. */
export function judgeMail(runs: ReadonlyMap<string, StoredRun>, violate: Violate): void {
  const received = new Map<string, number>();
  for (const { key, events } of runs.values())
    for (const event of events) {
      const letter = letterOf(event, key.workflowId);
      if (letter !== undefined) received.set(letter, (received.get(letter) ?? 0) + 1);
    }
  const known = new Set([...runs.values()].map(({ key }) => key.workflowId));
  for (const run of runs.values())
    for (const event of run.events) {
      if (event.type === 'ExternalWorkflowExecutionCancelRequested' && !known.has(event.attributes.workflowExecution.workflowId))
        violate(`R56: a request to cancel ${event.attributes.workflowExecution.workflowId}, which never was, is said to have arrived`);
      judgeSent(run, event, received, violate);
      judgeLeft(run, event, runs, violate);
    }
  for (const [letter, count] of received) if (count > 1) violate(`SIGNAL-ONCE: ${letter} has arrived ${count} times`);
}

/** Who sent it, with which event, to whom. */
function letterOf(event: HistoryEvent, to: string): string | undefined {
  if (event.type !== 'WorkflowExecutionSignaled' || !event.attributes.externalWorkflowExecution) return undefined;
  return `signal ${event.attributes.requestId} to ${to}`;
}

function judgeSent({ key, events }: StoredRun, event: HistoryEvent, received: ReadonlyMap<string, number>, violate: Violate): void {
  if (event.type === 'SignalExternalWorkflowExecutionInitiated') {
    const letter = `signal ${key.runId}:${event.eventId} to ${event.attributes.workflowExecution.workflowId}`;
    const outcome = events.find((other) => OUTCOMES.has(other.type) && (other.attributes as { initiatedEventId?: number }).initiatedEventId === event.eventId);
    const isReceived = received.has(letter);
    if (outcome?.type === 'ExternalWorkflowExecutionSignaled' && !isReceived) violate(`ONE-OUTCOME: ${letter} is said to have arrived`);
    if (outcome?.type === 'SignalExternalWorkflowExecutionFailed' && isReceived) violate(`ONE-OUTCOME: ${letter} is said not to have arrived`);
  }
}

/** R61: what a parent that closes does to a child is what it said when it started the child. */
function judgeLeft({ key, state }: StoredRun, event: HistoryEvent, runs: ReadonlyMap<string, StoredRun>, violate: Violate): void {
  const isCancelled =
    event.type === 'WorkflowExecutionCancelRequested' && event.attributes.externalWorkflowExecution && event.attributes.externalInitiatedEventId === undefined;
  const isTerminated = event.type === 'WorkflowExecutionTerminated' && event.attributes.reason === 'by parent close policy';
  if (!isCancelled && !isTerminated) return;
  const initiated = runs.get(state.parent?.runId ?? '')?.events[(state.parentInitiatedEventId ?? 0) - 1];
  const policy = initiated?.type === 'StartChildWorkflowExecutionInitiated' ? initiated.attributes.parentClosePolicy : 'none';
  if (policy !== (isCancelled ? 'REQUEST_CANCEL' : 'TERMINATE'))
    violate(`R61: the child ${key.workflowId} is left with ${event.type}, in spite of the policy ${policy}`);
}

const OUTCOMES: ReadonlySet<string> = new Set(['ExternalWorkflowExecutionSignaled', 'SignalExternalWorkflowExecutionFailed']);
