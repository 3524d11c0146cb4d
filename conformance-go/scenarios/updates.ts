import { WithStartWorkflowOperation } from '@perdure/core/client';
import { begin, type Harness, scenario, settle } from '../harness.ts';
import * as w from './updates.workflows.ts';

const updateId = 'your-update-id';

/** Sends one update to a running counter, then ends the counter. */
async function updates(h: Harness, name: string, amount: number): Promise<unknown> {
  const handle = await begin(h, w.counter);
  return ended(h, handle.workflowId, await settle(handle.executeUpdate(name, { updateId, args: [amount] })));
}

async function ended(h: Harness, workflowId: string, update: unknown): Promise<unknown> {
  const handle = h.client.workflow.getHandle(workflowId);
  await handle.signal('end', true);
  return { update, result: await settle(handle.result()) };
}

export default [
  scenario('go-updates/complete', 'an update is accepted and completed in one task', (h) => updates(h, 'add', 5)),
  scenario('go-updates/rejected', 'a validator rejects an update; the history does not show it', (h) => updates(h, 'add', -1)),
  scenario('go-updates/fails', 'an update handler fails; the workflow goes on', (h) => updates(h, 'add', 13)),
  scenario('go-updates/unknown', 'no handler: the update is rejected', (h) => updates(h, 'no_such_update', 1)),
  scenario('go-updates/waits', 'an update is accepted in one task and completed in a later one', (h) => updates(h, 'add_later', 5)),
  scenario('go-updates/with-start', 'update-with-start starts the workflow and updates it', async (h) => {
    const id = h.id();
    const startWorkflowOperation = new WithStartWorkflowOperation(w.counter, {
      workflowId: id,
      taskQueue: h.taskQueue,
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
    const update = h.client.workflow.executeUpdateWithStart(w.addUpdate, { startWorkflowOperation, updateId, args: [5] });
    return ended(h, id, await settle(update));
  }),
];
