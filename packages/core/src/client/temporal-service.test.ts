import { expect, test } from 'vitest';
import { ServiceError } from '../common/service-error.ts';
import { Client } from './client.ts';
import { fakeService } from './service.test-kit.ts';

const namespace = { name: 'a', state: 'DEPRECATED', description: 'd', ownerEmail: 'o', data: { team: 'red' }, retention: 90_000_500 } as const;
const described = {
  namespaceInfo: { name: 'a', state: 2, description: 'd', ownerEmail: 'o', data: { team: 'red' } },
  config: { workflowExecutionRetentionTtl: { seconds: 90_000, nanos: 500_000_000 } },
};

test('the methods for namespaces have the form of Temporal’s messages', async () => {
  const { service, calls } = fakeService({
    registerNamespace: () => undefined as never,
    describeNamespace: () => namespace,
    updateNamespace: () => namespace,
    deprecateNamespace: () => undefined as never,
    deleteNamespace: () => undefined as never,
    listNamespaces: () => ({ namespaces: [namespace], nextPageToken: 'a' }),
  });
  const { workflowService } = new Client({ service });
  await workflowService.registerNamespace({
    namespace: 'a',
    workflowExecutionRetentionPeriod: { seconds: { toNumber: () => 86_400 }, nanos: 5_000_000 },
    data: { x: '1' },
  });
  expect(await workflowService.describeNamespace({ namespace: 'a' })).toEqual(described);
  expect(await workflowService.updateNamespace({ namespace: 'a', updateInfo: { description: 'd', ownerEmail: '' } })).toEqual(described);
  await workflowService.updateNamespace({ namespace: 'a', config: { workflowExecutionRetentionTtl: { seconds: 0, nanos: 0 } } });
  const { namespaces, nextPageToken } = await workflowService.listNamespaces({ pageSize: 2 });
  expect(namespaces).toEqual([described]);
  await workflowService.listNamespaces({ pageSize: 2, nextPageToken });
  await workflowService.deprecateNamespace({ namespace: 'a' });
  expect(await workflowService.deleteNamespace({ namespace: 'a' })).toEqual({ deletedNamespace: 'a' });
  expect(calls).toEqual([
    ['registerNamespace', { namespace: 'a', retention: 86_400_005, data: { x: '1' } }],
    ['describeNamespace', { namespace: 'a' }],
    ['updateNamespace', { namespace: 'a', description: 'd' }],
    ['updateNamespace', { namespace: 'a', retention: 0 }],
    ['listNamespaces', { pageSize: 2 }],
    ['listNamespaces', { pageSize: 2, nextPageToken: 'a' }],
    ['deprecateNamespace', { namespace: 'a' }],
    ['deleteNamespace', { namespace: 'a' }],
  ]);
});

test.each([
  ['InvalidArgument', 3],
  ['NamespaceNotFound', 5],
  ['AlreadyExists', 6],
  ['Unavailable', 14],
  ['DataLoss', 2],
] as const)('a refusal with %s has the status code %i', async (code, status) => {
  const { service } = fakeService({
    describeNamespace: () => {
      throw new ServiceError(code, 'why');
    },
  });
  const call = new Client({ service }).workflowService.describeNamespace({ namespace: 'a' });
  await expect(call).rejects.toMatchObject({ name: 'ServiceError', code: status, details: 'why', message: 'why' });
});

test('all other methods are the service’s own', async () => {
  const { service } = fakeService({ countWorkflowExecutions: () => ({ count: 2, groups: [] }) });
  expect(await new Client({ service }).workflowService.countWorkflowExecutions({ namespace: 'default' })).toEqual({ count: 2, groups: [] });
});
