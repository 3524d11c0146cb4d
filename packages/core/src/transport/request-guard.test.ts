import { expect, test } from 'vitest';
import { seededRng } from '../common/rng.ts';
import { createService } from '../service/service.ts';
import { createMemoryStore } from '../storage/memory.ts';
import { callerOf, type ServiceMethod } from './call.ts';
import { checkedService, checkRequest } from './request-guard.ts';

const on = { namespace: 'default', workflowExecution: { workflowId: 'w' } };
const start = { namespace: 'default', workflowId: 'w', workflowType: 't', taskQueue: 'q', requestId: 'r' };

test.each<[ServiceMethod, unknown, string]>([
  ['describeNamespace', undefined, 'describeNamespace: the request: expected an object, but found a value of type undefined'],
  ['terminateWorkflowExecution', '', 'the request: expected an object, but found a value of type string'],
  ['terminateWorkflowExecution', { namespace: 'default' }, 'workflowExecution: expected an object'],
  ['signalWorkflowExecution', { ...on, signalName: 'go', requestId: 'r', input: [{ encoding: 1 }] }, 'input[0].encoding: expected a text'],
  ['signalWorkflowExecution', { ...on, signalName: 'go', requestId: 'r', input: {} }, 'input: expected a list, but found a value of type object'],
  ['startWorkflowExecution', { ...start, searchAttributes: { A: { encoding: 'json/plain', data: {} } } }, 'searchAttributes.A.data: expected a text'],
  ['startWorkflowExecution', { ...start, memo: [] }, 'memo: expected an object, but found a list'],
  [
    'startWorkflowExecution',
    { ...start, retryPolicy: { nonRetryableErrorTypes: [null] } },
    'retryPolicy.nonRetryableErrorTypes[0]: expected a text, but found null',
  ],
  ['updateWithStartWorkflowExecution', { start }, 'update: expected an object'],
  ['respondActivityTaskFailed', { taskToken: 't', identity: 'i', failure: { message: 'm', cause: { message: 1 } } }, 'failure.cause.message: expected a text'],
  ['respondActivityTaskCompleted', 5, 'the request: expected an object'],
  ['respondActivityTaskCompleted', { namespace: 'default', workflowId: 'w', identity: 'i' }, 'activityId: expected a text'],
  ['respondQueryTaskCompleted', { taskToken: 't' }, 'failure: expected an object'],
  ['respondWorkflowTaskCompleted', { taskToken: 't', identity: 'i', commands: [{}] }, 'commands[0].type: expected a text'],
  ['listWorkflowExecutions', { namespace: 'default', query: 1 }, 'query: expected a text'],
  ['watchChanges', { namespace: { toString: 1 } }, 'namespace: expected a text'],
])('%s of %j is refused with the field', (method, request, message) => {
  expect(() => checkRequest(method, request)).toThrow(message);
});

test('a field that is inherited, or not known, is as good as none', () => {
  expect(() => checkRequest('describeNamespace', Object.create({ namespace: 'default' }))).toThrow('namespace: expected a text');
  checkRequest('startWorkflowExecution', { ...start, userMetadata: 5 });
});

test('a call that is refused reaches no method of the service', async () => {
  const service = await createService({ store: createMemoryStore(), clock: { now: () => 0, setTimer: () => () => {} }, rng: seededRng(1) });
  const call = callerOf(checkedService(service));
  await expect(call({ method: 'describeNamespace', argument: undefined })).rejects.toMatchObject({
    code: 'InvalidArgument',
    details: { field: 'the request' },
  });
  await expect(call({ method: { toString: 1 } as never, argument: undefined })).rejects.toMatchObject({ code: 'Unimplemented' });
  expect(await call({ method: 'describeNamespace', argument: { namespace: 'default' } })).toMatchObject({ name: 'default' });
  await service.stop();
});
