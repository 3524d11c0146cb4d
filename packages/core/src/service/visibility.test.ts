import { expect, test } from 'vitest';
import { complete, finish, on, open, startRequest, workflowTask } from './service.test-kit.ts';

async function world() {
  const opened = await open();
  const { service, clock } = opened;
  for (let i = 0; i < 5; i++) {
    await service.startWorkflowExecution(startRequest(`wf-${i}`, { workflowType: i % 2 ? 'odd' : 'even' }));
    await clock.advance(10);
  }
  await complete(service, await workflowTask(service), finish);
  await clock.advance(10);
  await service.terminateWorkflowExecution(on('wf-1'));
  const list = async (query?: string) =>
    (await service.listWorkflowExecutions({ namespace: 'default', ...(query === undefined ? {} : { query }) })).executions.map(({ workflowId }) => workflowId);
  return { ...opened, list };
}

test('a list has open runs before closed ones, the newest first', async () => {
  const { list, service } = await world();
  expect(await list()).toEqual(['wf-4', 'wf-3', 'wf-2', 'wf-1', 'wf-0']);
  const { executions } = await service.listWorkflowExecutions({ namespace: 'default' });
  expect(executions.map(({ status, historyLength }) => [status, historyLength])).toEqual([
    ['RUNNING', 0],
    ['RUNNING', 0],
    ['RUNNING', 0],
    ['TERMINATED', 3],
    ['COMPLETED', 5],
  ]);
});

test('a list is given page by page, each run once', async () => {
  const { service } = await world();
  const pages: string[][] = [];
  for (let nextPageToken: string | undefined; ; ) {
    const page = await service.listWorkflowExecutions({ namespace: 'default', pageSize: 2, ...(nextPageToken ? { nextPageToken } : {}) });
    pages.push(page.executions.map(({ workflowId }) => workflowId));
    nextPageToken = page.nextPageToken;
    if (!nextPageToken) break;
  }
  expect(pages).toEqual([['wf-4', 'wf-3'], ['wf-2', 'wf-1'], ['wf-0']]);
  await expect(service.listWorkflowExecutions({ namespace: 'default', nextPageToken: 'x' })).rejects.toMatchObject({ code: 'InvalidArgument' });
  await expect(service.listWorkflowExecutions({ namespace: 'default', pageSize: 0 })).rejects.toMatchObject({ code: 'InvalidArgument' });
});

const QUERIES: [string, string[]][] = [
  ['', ['wf-4', 'wf-3', 'wf-2', 'wf-1', 'wf-0']],
  ['ExecutionStatus = "Running"', ['wf-4', 'wf-3', 'wf-2']],
  ["ExecutionStatus='Completed'", ['wf-0']],
  ['WorkflowId = "wf-3"', ['wf-3']],
  ['WorkflowType = "odd" and ExecutionStatus = "Terminated"', ['wf-1']],
  ['WorkflowType = "odd" AND WorkflowId = "wf-0"', []],
];
for (const [query, expected] of QUERIES)
  test(`the filter ${query || '(empty)'} is taken by list and count`, async () => {
    const { list, service } = await world();
    expect(await list(query)).toEqual(expected);
    expect(await service.countWorkflowExecutions({ namespace: 'default', query })).toEqual({ count: expected.length, groups: [] });
  });

test('a filter that is wrong is refused by list and count', async () => {
  const { service } = await open();
  const request = { namespace: 'default', query: 'WorkflowId =' };
  const refused = { code: 'InvalidArgument', message: 'query: expected a text in quotes at position 13 of "WorkflowId =", but found the end' };
  await expect(service.listWorkflowExecutions(request)).rejects.toMatchObject(refused);
  await expect(service.countWorkflowExecutions(request)).rejects.toMatchObject(refused);
});

test('a count may be given by status; a list may not', async () => {
  const { service } = await world();
  expect(await service.countWorkflowExecutions({ namespace: 'default', query: 'WorkflowId != "wf-4" GROUP BY ExecutionStatus' })).toEqual({
    count: 4,
    groups: [
      { groupValues: ['Running'], count: 2 },
      { groupValues: ['Completed'], count: 1 },
      { groupValues: ['Terminated'], count: 1 },
    ],
  });
  await expect(service.listWorkflowExecutions({ namespace: 'default', query: 'GROUP BY ExecutionStatus' })).rejects.toMatchObject({ code: 'InvalidArgument' });
});
