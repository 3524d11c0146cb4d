import { expect, test } from 'vitest';
import { on, open, startRequest, workflowTask } from './service.test-kit.ts';

const DAY = 86_400_000;

test('a namespace is registered with what describe says of it, and outlives the engine', async () => {
  const { service, database, clock } = await open();
  await service.registerNamespace({ namespace: 'a', retention: 3 * DAY, description: 'd', ownerEmail: 'o@example.com', data: { team: 'red' } });
  const described = { name: 'a', state: 'REGISTERED', description: 'd', ownerEmail: 'o@example.com', data: { team: 'red' }, retention: 3 * DAY };
  expect(await service.describeNamespace({ namespace: 'a' })).toEqual(described);
  await service.stop();
  const { service: next } = await open({ database, clock, seed: 2 });
  expect(await next.describeNamespace({ namespace: 'a' })).toEqual(described);
  expect(await next.describeNamespace({ namespace: 'default' })).toMatchObject({ name: 'default', state: 'REGISTERED' });
});

test('of two registrations at once, one is refused', async () => {
  const { service } = await open();
  const both = [1, 2].map((retention) => service.registerNamespace({ namespace: 'a', retention }));
  const [first, second] = await Promise.allSettled(both);
  expect(first?.status).toBe('fulfilled');
  expect(second).toMatchObject({ status: 'rejected', reason: { code: 'AlreadyExists' } });
  expect(await service.describeNamespace({ namespace: 'a' })).toMatchObject({ retention: 1 });
});

test('a registration that says something impossible is refused with the field', async () => {
  const { service } = await open();
  for (const [request, field] of [
    [{ namespace: '', retention: DAY }, 'namespace'],
    [{ namespace: 'n'.repeat(1_001), retention: DAY }, 'namespace'],
    [{ namespace: 'a', retention: 0 }, 'retention'],
    [{ namespace: 'a', retention: -DAY }, 'retention'],
    [{ namespace: 'a', retention: undefined as never }, 'retention'],
  ] as const)
    await expect(service.registerNamespace(request)).rejects.toMatchObject({ code: 'InvalidArgument', details: { field } });
  for (const call of [
    service.describeNamespace({ namespace: 'nobody' }),
    service.updateNamespace({ namespace: 'nobody', description: 'x' }),
    service.deprecateNamespace({ namespace: 'nobody' }),
  ])
    await expect(call).rejects.toMatchObject({ code: 'NamespaceNotFound', details: { namespace: 'nobody' } });
});

test('an update changes what it gives, and adds to the data', async () => {
  const { service } = await open();
  await service.registerNamespace({ namespace: 'a', retention: DAY, description: 'before', data: { kept: '1', changed: '1' } });
  const after = { name: 'a', state: 'REGISTERED', description: 'after', ownerEmail: '', data: { kept: '1', changed: '2' }, retention: DAY };
  expect(await service.updateNamespace({ namespace: 'a', description: 'after', data: { changed: '2' } })).toEqual(after);
  expect(await service.updateNamespace({ namespace: 'a', retention: 7 * DAY })).toEqual({ ...after, retention: 7 * DAY });
  await expect(service.updateNamespace({ namespace: 'a', retention: 0 })).rejects.toMatchObject({ code: 'InvalidArgument' });
  expect(await service.updateNamespace({ namespace: 'default', description: 'mine' })).toMatchObject({ name: 'default', description: 'mine' });
  expect((await service.listNamespaces({})).namespaces.map(({ name, description }) => [name, description])).toEqual([
    ['default', 'mine'],
    ['a', 'after'],
  ]);
});

test('namespaces are listed page by page, each once', async () => {
  const { service } = await open();
  for (const namespace of ['c', 'a', 'e', 'b']) await service.registerNamespace({ namespace, retention: DAY });
  await service.updateNamespace({ namespace: 'default', description: 'has a row' });
  for (const pageSize of [1, 2, 3, 5, 100]) {
    const names: string[] = [];
    for (let nextPageToken: string | undefined; ; ) {
      const page = await service.listNamespaces({ pageSize, ...(nextPageToken ? { nextPageToken } : {}) });
      expect(page.namespaces.length).toBeLessThanOrEqual(pageSize);
      names.push(...page.namespaces.map(({ name }) => name));
      nextPageToken = page.nextPageToken;
      if (!nextPageToken) break;
    }
    expect(names).toEqual(['default', 'a', 'b', 'c', 'e']);
  }
});

test('nothing new starts in a deprecated namespace, and what runs there goes on', async () => {
  const { service } = await open();
  await service.registerNamespace({ namespace: 'a', retention: DAY });
  await service.startWorkflowExecution(startRequest('wf', { namespace: 'a' }));
  await service.deprecateNamespace({ namespace: 'a' });
  expect(await service.describeNamespace({ namespace: 'a' })).toMatchObject({ state: 'DEPRECATED' });
  await expect(service.startWorkflowExecution(startRequest('other', { namespace: 'a' }))).rejects.toMatchObject({ code: 'FailedPrecondition' });
  await service.terminateWorkflowExecution({ ...on('wf'), namespace: 'a' });
  await expect(service.deprecateNamespace({ namespace: 'default' })).rejects.toMatchObject({ code: 'FailedPrecondition' });
});

test('one workflow id in two namespaces is two workflows, with tasks, lists and counts of their own', async () => {
  const { service } = await open();
  await service.registerNamespace({ namespace: 'a', retention: DAY });
  const inDefault = await service.startWorkflowExecution(startRequest('wf'));
  const inA = await service.startWorkflowExecution(startRequest('wf', { namespace: 'a' }));
  expect(inA.runId).not.toBe(inDefault.runId);
  expect(await workflowTask(service)).toMatchObject({ namespace: 'default', runId: inDefault.runId });
  await service.terminateWorkflowExecution({ ...on('wf'), namespace: 'a' });
  expect((await service.describeWorkflowExecution(on('wf'))).summary.status).toBe('RUNNING');
  const query = 'ExecutionStatus = "Terminated"';
  expect((await service.countWorkflowExecutions({ namespace: 'a', query })).count).toBe(1);
  expect((await service.countWorkflowExecutions({ namespace: 'default', query })).count).toBe(0);
});
