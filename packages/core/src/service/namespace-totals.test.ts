import { expect, test } from 'vitest';
import { answer, child } from './family.test-kit.ts';
import type { NamespaceLimits } from './namespace-totals.ts';
import { finish, on, open, outcome, signalRequest, startRequest, type World } from './service.test-kit.ts';

const DAY = 86_400_000;

/** An engine with two namespaces, whose starts and signals are short to write. */
async function limited(namespaceLimits: Partial<NamespaceLimits>, more: Partial<Parameters<typeof open>[0]> = {}) {
  const world: World = await open({ namespaceLimits, ...more });
  const { service } = world;
  await service.registerNamespace({ namespace: 'other', retention: DAY }).catch(() => {}); // it is there when the database was used before
  const start = (workflowId: string, namespace = 'default') => service.startWorkflowExecution(startRequest(workflowId, { namespace }));
  const signal = (namespace = 'default') => service.signalWorkflowExecution({ ...signalRequest('wf'), namespace });
  return { ...world, start, signal };
}

test('S15: a namespace has as many open runs as it may have, and no more; another one is not touched, and what has ended makes room', async () => {
  const { service, clock, start } = await limited({ openRuns: 3 });
  for (const id of ['a', 'b', 'c']) await start(id);
  const refused = { code: 'ResourceExhausted', details: { namespace: 'default', limit: 'openRuns', allowed: 3, retryable: true } };
  await expect(start('d')).rejects.toMatchObject({ ...refused, message: expect.stringContaining('namespace "default" has 3 open runs') });
  await expect(service.signalWithStartWorkflowExecution({ ...startRequest('d'), signalName: 's' })).rejects.toMatchObject(refused);
  await start('d', 'other');
  await service.terminateWorkflowExecution(on('a'));
  await expect(start('d')).rejects.toMatchObject(refused); // counted a moment ago
  await clock.advance(1_000);
  await start('d');
  await expect(start('e')).rejects.toMatchObject(refused);
  await service.stop();
});

test('S15: what is decided and not stored yet counts among the open runs, and so does what an earlier engine has left', async () => {
  const { service, store, database, start } = await limited({ openRuns: 3 });
  const release = store.holdCommits();
  const starts = ['a', 'b', 'c', 'd', 'e'].map((id) => outcome(start(id)));
  release();
  await Promise.all(starts);
  expect((await service.listWorkflowExecutions({ namespace: 'default' })).executions.map(({ workflowId }) => workflowId).sort()).toEqual(['a', 'b', 'c']);
  await service.stop();
  const next = await limited({ openRuns: 4 }, { database });
  await next.start('d');
  await expect(next.start('e')).rejects.toMatchObject({ code: 'ResourceExhausted' });
  await next.service.stop();
});

test('S15: a request that finds its run is answered although the namespace is full, and what a parent starts is not refused', async () => {
  const { service, clock } = await limited({ openRuns: 2 });
  const request = startRequest('a');
  await service.startWorkflowExecution(request);
  await service.startWorkflowExecution(startRequest('parent'));
  expect(await service.startWorkflowExecution(request)).toMatchObject({ started: true });
  expect(await service.startWorkflowExecution(startRequest('a', { workflowIdConflictPolicy: 'USE_EXISTING' }))).toMatchObject({ started: false });
  await answer(service, { a: [], parent: [child('c')] });
  expect((await service.describeWorkflowExecution(on('c'))).summary.status).toBe('RUNNING');
  await service.terminateWorkflowExecution(on('a'));
  await clock.advance(1_000);
  await expect(service.startWorkflowExecution(startRequest('b'))).rejects.toMatchObject({ code: 'ResourceExhausted' });
  await answer(service, { parent: [], c: [finish] });
  await clock.advance(1_000);
  expect(await service.startWorkflowExecution(startRequest('b'))).toMatchObject({ started: true });
  await service.stop();
});

test('S15: a namespace starts so many runs a second, and the next one is told when to come', async () => {
  const { service, clock, start } = await limited({ startsPerSecond: 5 });
  for (let index = 0; index < 5; index++) await start(`wf-${index}`);
  await expect(start('next')).rejects.toMatchObject({
    code: 'ResourceExhausted',
    details: { namespace: 'default', limit: 'startsPerSecond', allowed: 5, retryAfter: 200, retryable: true },
  });
  for (let index = 0; index < 5; index++) await start(`wf-${index}`, 'other');
  await clock.advance(200);
  await start('next');
  await expect(start('one-more')).rejects.toMatchObject({ details: { limit: 'startsPerSecond' } });
  await service.stop();
});

test('S15: a namespace gets so many signals a second; a storm of ten seconds in one leaves the other as it is', async () => {
  const { service, clock, start, signal } = await limited({ signalsPerSecond: 10 });
  for (const namespace of ['default', 'other']) await start('wf', namespace);
  const taken = { default: 0, other: 0 };
  for (let time = 0; time < 10_000; time += 100) {
    for (let index = 0; index < 10; index++)
      await signal().then(
        () => taken.default++,
        (error) => expect(error).toMatchObject({ code: 'ResourceExhausted', details: { limit: 'signalsPerSecond', allowed: 10 } }),
      );
    await signal('other').then(() => taken.other++);
    await clock.advance(100);
  }
  expect(taken).toEqual({ default: 109, other: 100 });
  await expect(service.signalWithStartWorkflowExecution({ ...startRequest('wf'), signalName: 's' })).resolves.toMatchObject({ started: false });
  await expect(service.signalWithStartWorkflowExecution({ ...startRequest('wf'), signalName: 's' })).rejects.toMatchObject({ code: 'ResourceExhausted' });
  await service.stop();
});
