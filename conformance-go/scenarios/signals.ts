import { type AnyWorkflow, begin, errorOf, execute, type Harness, scenario, settle, start } from '../harness.ts';
import * as w from './signals.workflows.ts';

/** Sends signals before the first workflow task. */
async function signalled(h: Harness, workflow: AnyWorkflow, ...items: string[]): Promise<unknown> {
  await h.stopWorker();
  const handle = await start(h, workflow);
  for (const item of items) await handle.signal('item', item);
  await h.startWorker();
  return settle(handle.result());
}

const signalWithStart = (h: Harness, workflowId: string) =>
  h.client.workflow.signalWithStart(w.receiveSignal, {
    workflowId,
    taskQueue: h.taskQueue,
    signal: 'your-signal-name',
    signalArgs: [{ Message: 'SOME_VALUE' }],
  });

export default [
  scenario('go-signals/receive', 'a signal channel receives an object', async (h) => {
    const handle = await begin(h, w.receiveSignal);
    await handle.signal('your-signal-name', { Message: 'SOME_VALUE' });
    return settle(handle.result());
  }),
  scenario('go-signals/receive-fails', "the workflow refuses the signal's message and fails", async (h) => {
    const handle = await begin(h, w.receiveSignal);
    await handle.signal('your-signal-name', { Message: 'Some important data' });
    return settle(handle.result());
  }),
  scenario('go-signals/drain-before-complete', 'three signals before the first task: one receive, then receiveAsync until empty', (h) =>
    signalled(h, w.drainSignals, 'a', 'b', 'c'),
  ),
  scenario('go-signals/drain-before-continue-as-new', 'signals are drained, carried to the next run, and go on there', async (h) => {
    await h.stopWorker();
    const handle = await start(h, w.drainThenContinue, [[]]);
    await handle.signal('item', 'a');
    await handle.signal('item', 'b');
    await h.startWorker();
    const current = h.client.workflow.getHandle(handle.workflowId);
    while ((await current.describe()).runId === handle.firstExecutionRunId) await h.sleep(25);
    await h.until(handle.workflowId, 'WorkflowTaskCompleted');
    await current.signal('item', 'last');
    return settle(handle.result());
  }),
  scenario('go-signals/not-drained', 'signals nobody receives stay in the history of the completed run', (h) => signalled(h, w.ignoresSignals, 'a', 'b')),
  scenario('go-signals/selector', 'a workflow waits for two channels and a timer', async (h) => {
    const handle = await begin(h, w.selectSignals);
    await handle.signal('second', 'one');
    await h.until(handle.workflowId, 'WorkflowTaskCompleted', 2);
    await handle.signal('first', 'two');
    return settle(handle.result());
  }),
  scenario('go-signals/selector-ready', 'with several channels ready they are taken in their order, then the default', async (h) => {
    await h.stopWorker();
    const handle = await start(h, w.selectReady);
    await handle.signal('second', 'b1');
    await handle.signal('first', 'a1');
    await handle.signal('second', 'b2');
    await h.startWorker();
    return settle(handle.result());
  }),
  scenario('go-signals/external', 'a workflow signals another one', async (h) => {
    const receiver = await begin(h, w.receiveSignal, [], { id: h.id('receiver') });
    const sender = await start(h, w.signalExternal, [receiver.workflowId], { id: h.id('sender') });
    return { sender: await settle(sender.result()), receiver: await settle(receiver.result()) };
  }),
  scenario('go-signals/external-unknown', 'the signalled workflow does not exist', (h) => execute(h, w.signalExternal, 'no-such-workflow')),
  scenario('go-signals/with-start-new', 'signal-with-start starts the workflow; the signal is event 2', async (h) =>
    settle((await signalWithStart(h, h.id())).result()),
  ),
  scenario('go-signals/with-start-running', 'signal-with-start signals the workflow that runs', async (h) => {
    const first = await begin(h, w.receiveSignal);
    const second = await signalWithStart(h, first.workflowId);
    return { sameRun: first.firstExecutionRunId === second.signaledRunId, result: await settle(second.result()) };
  }),
  scenario('go-signals/during-closing-task', 'a signal that comes while the closing task runs: the task fails and runs again with it', async (h) => {
    const id = h.id();
    h.beforeAnswer(() => h.client.workflow.getHandle(id).signal('item', 'late'));
    return settle((await start(h, w.closesOnSignal, [], { id })).result());
  }),
  scenario('go-signals/errors', 'signals to an unknown and to a closed workflow', async (h) => {
    const send = (id: string) => errorOf(h.client.workflow.getHandle(id).signal('your-signal-name', { Message: '' }));
    const unknown = await send('no-such-workflow');
    const handle = await start(h, w.ignoresSignals);
    await handle.result();
    return { unknown, closed: await send(handle.workflowId) };
  }),
];
