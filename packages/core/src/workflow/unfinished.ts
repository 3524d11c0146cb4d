/** The warning about handlers that were at work when their workflow ended. */
import { HandlerUnfinishedPolicy } from '../common/enums.ts';

export interface HandlerExecution {
  readonly name: string;
  readonly unfinishedPolicy: HandlerUnfinishedPolicy;
  /** Of an update. */
  readonly id?: string;
}

const warnable = (executions: Iterable<HandlerExecution>): HandlerExecution[] =>
  [...executions].filter(({ unfinishedPolicy }) => unfinishedPolicy === HandlerUnfinishedPolicy.WARN_AND_ABANDON);

export function unfinishedUpdates(executions: Iterable<HandlerExecution>): string | undefined {
  const updates = warnable(executions);
  if (updates.length === 0) return undefined;
  return (
    '[TMPRL1102] Workflow finished while an update handler was still running. This may have interrupted work that the update handler was doing, ' +
    "and the client that sent the update will receive a 'workflow execution already completed' error instead of the update result. " +
    'You can wait for all update and signal handlers to complete by using `await condition(allHandlersFinished)`. ' +
    'Alternatively, if both you and the clients sending the update are okay with interrupting running handlers when the workflow finishes, ' +
    'then you can disable this warning by passing an option when setting the handler: ' +
    '`setHandler(myUpdate, myUpdateHandler, { unfinishedPolicy: HandlerUnfinishedPolicy.ABANDON })`. ' +
    `The following updates were unfinished (and warnings were not disabled for their handler): ${JSON.stringify(updates.map(({ name, id }) => ({ name, id })))}`
  );
}

export function unfinishedSignals(executions: Iterable<HandlerExecution>): string | undefined {
  const signals = warnable(executions);
  if (signals.length === 0) return undefined;
  const counts = new Map<string, number>();
  for (const { name } of signals) counts.set(name, (counts.get(name) ?? 0) + 1);
  return (
    '[TMPRL1102] Workflow finished while a signal handler was still running. This may have interrupted work that the signal handler was doing. ' +
    'You can wait for all update and signal handlers to complete by using `await condition(allHandlersFinished)`. ' +
    'Alternatively, if both you and the clients sending the signal are okay with interrupting running handlers when the workflow finishes, ' +
    'then you can disable this warning by passing an option when setting the handler: ' +
    '`setHandler(mySignal, mySignalHandler, { unfinishedPolicy: HandlerUnfinishedPolicy.ABANDON })`. ' +
    `The following signals were unfinished (and warnings were not disabled for their handler): ${JSON.stringify([...counts].map(([name, count]) => ({ name, count })))}`
  );
}
