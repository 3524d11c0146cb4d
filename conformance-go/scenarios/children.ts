import { errorOf, execute, type Harness, scenario, settle, start } from '../harness.ts';
import * as w from './children.workflows.ts';

const childOf = (h: Harness, id: string) => settle(h.client.workflow.getHandle(id).result());

/** Runs a parent that closes once its child has had its first workflow task. */
async function leave(h: Harness, policy: w.Policy, fail: boolean) {
  const [id, child] = [h.id(), h.id('child')];
  const parent = await start(h, w.parentLeaves, [child, policy, fail], { id });
  await h.until(id, 'WorkflowTaskCompleted', 2);
  await h.until(child, 'WorkflowTaskCompleted');
  await parent.signal('leave', true);
  return { child, parent: await settle(parent.result()) };
}

/** Runs a parent that starts a child and completes in one task, and says whether the child exists. */
async function leaveAtOnce(h: Harness, policy: w.Policy) {
  const [id, child] = [h.id(), h.id('child')];
  const parent = await settle((await start(h, w.parentLeavesAtOnce, [child, policy], { id })).result());
  await h.sleep(1_000);
  return { parent, child: await errorOf(h.client.workflow.getHandle(child).describe()) };
}

export default [
  scenario('go-children/one', 'a child with default options and its result; the id is generated', (h) => execute(h, w.parentOfOne)),
  scenario('go-children/inherits', "a child takes over its parent's task queue, but neither timeouts nor memo", async (h) => {
    const timeouts = { workflowExecutionTimeout: '1 hour', workflowRunTimeout: '30 minutes', workflowTaskTimeout: '7s' } as const;
    return settle((await start(h, w.parentOfOne, [], { ...timeouts, memo: { note: 'of the parent' } })).result());
  }),
  scenario('go-children/fails', 'the child fails; the parent sees why', (h) => execute(h, w.parentOfFailing)),
  scenario('go-children/id-taken', 'a second child with the id of a running one does not start', (h) => execute(h, w.parentOfTwin)),
  scenario('go-children/signal', "the parent signals its child by the child's handle", (h) => execute(h, w.parentSignals)),
  scenario('go-children/abandon', 'the parent waits for the start and completes; the child goes on', async (h) => {
    const { parent, child } = await leave(h, 'Abandon', false);
    await h.client.workflow.getHandle(child).signal('release', 'from outside');
    return { parent, child: await childOf(h, child) };
  }),
  scenario('go-children/terminate', 'the default policy: the child is terminated when its parent completes', async (h) => {
    const { parent, child } = await leave(h, 'Terminate', false);
    return { parent, child: await childOf(h, child) };
  }),
  scenario('go-children/terminate-on-failure', 'the policy is applied to the child of a failed parent too', async (h) => {
    const { parent, child } = await leave(h, 'Terminate', true);
    return { parent, child: await childOf(h, child) };
  }),
  scenario('go-children/request-cancel', 'the child is asked to cancel when its parent completes', async (h) => {
    const { parent, child } = await leave(h, 'RequestCancel', false);
    return { parent, child: await childOf(h, child) };
  }),
  scenario('go-children/leave-at-once-terminate', 'the parent completes without waiting: the child with the default policy never starts', (h) =>
    leaveAtOnce(h, 'Terminate'),
  ),
  scenario('go-children/leave-at-once-abandon', 'the parent completes without waiting, with ABANDON: the child never starts either', (h) =>
    leaveAtOnce(h, 'Abandon'),
  ),
];
