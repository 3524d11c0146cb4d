import { expect, test } from 'vitest';
import type { ServiceError } from '../common/service-error.ts';
import { again, answer, fail } from './family.test-kit.ts';
import { manualClock, on, open, quiet, startRequest, workflowTask } from './service.test-kit.ts';
import { StartStorms } from './start-storms.ts';

test('R49 of a hundred starts of one id in a hundred milliseconds, a burst is let through and the rest is told when to come again', async () => {
  for (const policy of ['TERMINATE_EXISTING', 'none'] as const) {
    const { service, clock } = await open();
    const refusals: ServiceError[] = [];
    let started = 0;
    for (let index = 0; index < 100; index++) {
      await clock.advance(1);
      if (policy === 'none' && started > 0 && refusals.length === 0) await service.terminateWorkflowExecution(on('wf'));
      await service.startWorkflowExecution(startRequest('wf', policy === 'none' ? {} : { workflowIdConflictPolicy: policy })).then(
        () => started++,
        (error) => refusals.push(error),
      );
    }
    expect([started, refusals.length]).toEqual([21, 79]); // the first is no reuse
    expect(refusals[0]).toMatchObject({ code: 'ResourceExhausted', details: { workflowId: 'wf', retryAfter: 980, retryable: true } });
    await expect(
      service.signalWithStartWorkflowExecution({ ...startRequest('wf', { workflowIdConflictPolicy: 'TERMINATE_EXISTING' }), signalName: 's' }),
    ).rejects.toMatchObject(policy === 'none' ? { code: 'ResourceExhausted' } : { code: 'ResourceExhausted' });
    await clock.advance(1_000);
    expect(await service.startWorkflowExecution(startRequest('wf', { workflowIdConflictPolicy: 'TERMINATE_EXISTING' }))).toMatchObject({ started: true });
    await expect(service.startWorkflowExecution(startRequest('wf', { workflowIdConflictPolicy: 'TERMINATE_EXISTING' }))).rejects.toMatchObject({
      code: 'ResourceExhausted',
    });
    await service.stop();
  }
});

test('a start that is refused leaves the run that is open as it is', async () => {
  const { service, store } = await open({ workflowIdReuse: { burst: 1, interval: 1_000 } });
  const replace = () => service.startWorkflowExecution(startRequest('wf', { workflowIdConflictPolicy: 'TERMINATE_EXISTING' }));
  await replace();
  const { runId } = await replace();
  store.batches.length = 0;
  await expect(replace()).rejects.toMatchObject({ code: 'ResourceExhausted' });
  expect(store.batches).toEqual([]);
  expect((await service.describeWorkflowExecution(on('wf'))).summary).toMatchObject({ runId, status: 'RUNNING' });
  await service.stop();
});

test('other ids, repeated requests, attached ones and what the engine starts by itself are not counted', async () => {
  const { service, clock } = await open({ workflowIdReuse: { burst: 1, interval: 1_000_000 } });
  for (let index = 0; index < 100; index++) await service.startWorkflowExecution(startRequest(`wf-${index}`));
  const request = startRequest('wf');
  for (let index = 0; index < 100; index++) await service.startWorkflowExecution(request);
  for (let index = 0; index < 100; index++) await service.startWorkflowExecution(startRequest('wf', { workflowIdConflictPolicy: 'USE_EXISTING' }));
  for (let index = 0; index < 101; index++) await service.terminateWorkflowExecution(on(index === 100 ? 'wf' : `wf-${index}`));
  await service.startWorkflowExecution(startRequest('chain', { retryPolicy: { initialInterval: 1, maximumInterval: 1 } }));
  await quiet();
  for (let index = 0; index < 30; index++) {
    await answer(service, { chain: [again] });
    await answer(service, { chain: [fail()] });
    await clock.advance(2);
  }
  await workflowTask(service);
  expect((await service.listWorkflowExecutions({ namespace: 'default', query: 'WorkflowId = "chain"', pageSize: 100 })).executions).toHaveLength(61);
  await service.stop();
});

test('only ids that are not calm are remembered', () => {
  const clock = manualClock();
  const storms = new StartStorms(clock, { burst: 2, interval: 1_000 });
  for (let index = 0; index < 1_000; index++) storms.count('n', `wf-${index}`);
  expect(storms.size).toBe(1_000);
  clock.jump(1_000);
  for (let index = 0; index < 1_000; index++) storms.count('n', `other-${index}`);
  expect(storms.size).toBe(1_000);
  expect(() => storms.expectCalm('n', 'other-1')).not.toThrow();
  storms.count('n', 'other-1');
  expect(() => storms.expectCalm('n', 'other-1')).toThrow('try again in 1000 ms');
  expect(() => storms.expectCalm('m', 'other-1')).not.toThrow();
});

test('a clock that goes back by a day does not lock an id for a day', () => {
  const clock = manualClock();
  const storms = new StartStorms(clock, { burst: 2, interval: 1_000 });
  for (let index = 0; index < 2; index++) storms.count('n', 'wf');
  clock.jump(-86_400_000);
  expect(() => storms.expectCalm('n', 'wf')).toThrow('try again in 1000 ms');
});
