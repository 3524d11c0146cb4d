/** Whatever is asked in one namespace, by ids that two namespaces share, says nothing of the other and changes nothing there. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { child, tell } from './family.test-kit.ts';
import { finish, open, quiet, requestId, type World } from './service.test-kit.ts';

const IDS = ['a', 'b'] as const;
const CALLS = ['start', 'signal', 'cancel', 'terminate', 'delete', 'query', 'tell', 'child', 'finish', 'token'] as const;

interface Step {
  readonly call: (typeof CALLS)[number];
  readonly namespace: 'mine' | 'theirs';
  readonly id: (typeof IDS)[number];
}
const step: fc.Arbitrary<Step> = fc.record({ call: fc.constantFrom(...CALLS), namespace: fc.constantFrom('mine', 'theirs'), id: fc.constantFrom(...IDS) });

/** Ids of runs and times differ from run to run of the test; what happened does not. */
async function seenIn({ service }: World, namespace: string): Promise<unknown> {
  const seen: unknown[] = [await service.countWorkflowExecutions({ namespace })];
  const { executions } = await service.listWorkflowExecutions({ namespace });
  seen.push(executions.map(({ workflowId, workflowType, status }) => [workflowId, workflowType, status]).sort());
  for (const workflowId of [...IDS, 'child'])
    seen.push(
      await service.getWorkflowExecutionHistory({ namespace, workflowExecution: { workflowId }, maximumPageSize: 1_000 }).then(
        ({ events }) => events.map(({ type }) => type),
        (error) => error.code,
      ),
    );
  return seen;
}

async function carryOut(world: World, { call, namespace, id }: Step): Promise<void> {
  const { service } = world;
  const run = { namespace, workflowExecution: { workflowId: id } };
  const worker = { namespace, taskQueue: 'queue', identity: 'w', workerId: `worker of ${namespace}` };
  const answer = async (...commands: Parameters<typeof service.respondWorkflowTaskCompleted>[0]['commands'][number][]): Promise<void> => {
    const polled = service.pollWorkflowTaskQueue(worker).then(async (task) => {
      if (!task) return;
      expect(task.namespace).toBe(namespace);
      await service.respondWorkflowTaskCompleted({ taskToken: task.taskToken, commands, identity: 'w' });
    });
    await quiet();
    await service.shutdownWorker({ workerId: worker.workerId });
    await polled;
  };
  switch (call) {
    case 'start':
      return void (await service.startWorkflowExecution({
        namespace,
        workflowId: id,
        workflowType: `type of ${namespace}`,
        taskQueue: 'queue',
        requestId: requestId(),
      }));
    case 'signal':
      return service.signalWorkflowExecution({ ...run, signalName: 's', requestId: requestId() });
    case 'cancel':
      return service.requestCancelWorkflowExecution({ ...run, requestId: requestId() });
    case 'terminate':
      return service.terminateWorkflowExecution(run);
    case 'delete':
      return service.deleteWorkflowExecution(run);
    case 'query':
      return void (await service.describeWorkflowExecution(run));
    case 'tell':
      return answer(tell(id));
    case 'child':
      return answer(child('child'));
    case 'finish':
      return answer(finish);
    case 'token':
      return void (await service.respondActivityTaskCompleted({ namespace, workflowId: id, activityId: '1', identity: 'w' }));
  }
}

async function worldAfter(steps: readonly Step[]): Promise<World> {
  const world = await open();
  for (const namespace of ['mine', 'theirs']) await world.service.registerNamespace({ namespace, retention: 86_400_000 });
  for (const each of steps) {
    await carryOut(world, each).catch((error) => {
      if (typeof error.code !== 'string') throw error; // a refusal is an answer
    });
    await quiet();
  }
  return world;
}

test('S10: whatever is called in two namespaces, each is what it would be if the other were not there', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 25 }), async (steps) => {
      const both = await worldAfter(steps);
      for (const namespace of ['mine', 'theirs']) {
        const alone = await worldAfter(steps.filter((each) => each.namespace === namespace));
        expect(await seenIn(both, namespace)).toEqual(await seenIn(alone, namespace));
        await alone.service.stop();
      }
      await both.service.stop();
    }),
    { numRuns: 60, seed: 10 },
  );
}, 60_000);

test('S10: a run is not found by its id in another namespace, and a command of a workflow stays in its own', async () => {
  const { service } = await worldAfter([{ call: 'start', namespace: 'theirs', id: 'a' }]);
  const [execution] = (await service.listWorkflowExecutions({ namespace: 'theirs' })).executions;
  const theirs = { namespace: 'mine', workflowExecution: { workflowId: 'a', runId: execution?.runId as string } };
  for (const call of [
    service.describeWorkflowExecution(theirs),
    service.getWorkflowExecutionHistory(theirs),
    service.signalWorkflowExecution({ ...theirs, signalName: 's', requestId: requestId() }),
    service.terminateWorkflowExecution(theirs),
  ])
    await expect(call).rejects.toMatchObject({ code: 'NotFound' });
  await service.stop();
});

test('S10: names that put together would be the same are not taken for each other', async () => {
  const { service } = await open();
  const names = [
    ['a', 'b\nc'],
    ['a\nb', 'c'],
  ] as const;
  for (const [namespace] of names) await service.registerNamespace({ namespace, retention: 86_400_000 });
  for (const [namespace, workflowId] of names) {
    const started = service.startWorkflowExecution({ namespace, workflowId, workflowType: namespace, taskQueue: 'q', requestId: requestId() });
    expect(await started).toMatchObject({ started: true });
  }
  for (const [namespace, workflowId] of names) {
    const { summary } = await service.describeWorkflowExecution({ namespace, workflowExecution: { workflowId } });
    expect(summary.workflowType).toBe(namespace);
  }
  await service.stop();
});
