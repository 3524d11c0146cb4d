import { ApplicationFailure, executeChild, getSignalChannel, ParentClosePolicy, sleep, startChild, workflowInfo } from '@perdure/core/workflow';

/** The guide's: default options, and the child's result. */
export async function parentOfOne(): Promise<string> {
  return executeChild(childSleeps, { args: ['your_input'] });
}

/** Parent close policies by the names that Go has for them. */
const POLICIES = { Abandon: ParentClosePolicy.ABANDON, Terminate: ParentClosePolicy.TERMINATE, RequestCancel: ParentClosePolicy.REQUEST_CANCEL } as const;
export type Policy = keyof typeof POLICIES;

/** Waits for its child to start and for a signal, then closes. */
export async function parentLeaves(workflowId: string, policy: Policy, fail: boolean): Promise<{ ID: string; RunID: string }> {
  const child = await startChild(childWaits, { workflowId, parentClosePolicy: POLICIES[policy], args: [0] });
  await getSignalChannel('leave').receive();
  if (fail) throw ApplicationFailure.create({ message: 'the parent fails' });
  return { ID: child.workflowId, RunID: child.firstExecutionRunId };
}

/** Does not wait for its child to start. */
export async function parentLeavesAtOnce(workflowId: string, policy: Policy): Promise<string> {
  void startChild(childWaits, { workflowId, parentClosePolicy: POLICIES[policy], args: [0] });
  return 'left';
}

const ownChildId = (): string => `${workflowInfo().workflowId}/child`;

export async function parentOfFailing(): Promise<void> {
  await executeChild(childFails, { workflowId: ownChildId() });
}

/** Starts two children with one id; the second start fails. */
export async function parentOfTwin(): Promise<boolean> {
  await startChild(childWaits, { workflowId: ownChildId(), args: [0] });
  await sleep(200);
  await executeChild(childWaits, { workflowId: ownChildId(), args: [0] });
  return true;
}

/** Releases its child. */
export async function parentSignals(): Promise<string> {
  const child = await startChild(childWaits, { workflowId: ownChildId(), args: [200] });
  await sleep(200);
  await child.signal('release', 'from the parent');
  return child.result();
}

/** Returns what releases it, some milliseconds later, or is cancelled. */
export async function childWaits(milliseconds: number): Promise<string> {
  const by = await getSignalChannel<string>('release').receive();
  if (milliseconds > 0) await sleep(milliseconds);
  return by;
}

/** Takes long enough for its parent to have seen it start. */
export async function childSleeps(input: string): Promise<string> {
  await sleep(200);
  return `child: ${input}`;
}

export async function childFails(): Promise<void> {
  await sleep(200);
  throw ApplicationFailure.create({ message: 'the child fails' });
}
