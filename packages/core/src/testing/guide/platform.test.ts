/** The pages of docs/guide on what is around workflows: namespaces, payloads, lists, tests, history files. */
import { describe, expect, test } from 'vitest';
import { guidePage } from './guide-page.test-kit.ts';

describe('namespaces', async () => {
  const page = guidePage('namespaces');
  const { register, update, list, deprecate, keepForADay, remove } = await page.load('namespaces.ts');

  test('are registered, updated, listed and deprecated, and keep workflows apart', async () => {
    await page.run({ workflows: {} }, async (environment) => {
      const { client } = environment;
      const other = await register(environment);
      await other.workflow.start('any', { workflowId: 'w', taskQueue: 'guide' });
      expect([await client.workflow.count(), await other.workflow.count()]).toMatchObject([{ count: 0 }, { count: 1 }]);
      await expect(client.workflow.getHandle('w').describe()).rejects.toMatchObject({ name: 'WorkflowNotFoundError' });
      expect([await update(client), await list(client)]).toEqual(['Team A, renamed: 7 days', ['default', 'team-a']]);
      await expect(register(environment)).rejects.toMatchObject({ code: 6 });
      await expect(client.workflowService.registerNamespace({ namespace: 'b' })).rejects.toMatchObject({ code: 3 });
      await expect(client.workflowService.registerNamespace({ namespace: 'b', workflowExecutionRetentionPeriod: { seconds: 0 } })).rejects.toMatchObject({
        code: 3,
      });
      await expect(client.workflowService.describeNamespace({ namespace: 'nobody' })).rejects.toMatchObject({ code: 5 });
      await deprecate(client);
      await expect(other.workflow.start('any', { workflowId: 'v', taskQueue: 'guide' })).rejects.toThrow(/deprecated/i);
      expect(await other.workflow.count()).toMatchObject({ count: 1 });
      await remove(client);
      expect(await list(client)).toEqual(['default']);
    });
  });

  test('forget a closed run when its retention is over', async () => {
    await page.run({ workflows: { done: async () => 'done' } }, async (environment) => {
      const { client } = environment;
      await keepForADay(client);
      await client.workflow.execute('done', { workflowId: 'w', taskQueue: 'guide' });
      await environment.sleep('23 hours');
      expect(await client.workflow.count()).toMatchObject({ count: 1 });
      await environment.sleep('2 hours');
      expect(await client.workflow.count()).toMatchObject({ count: 0 });
      await expect(client.workflow.getHandle('w').describe()).rejects.toMatchObject({ name: 'WorkflowNotFoundError' });
    });
  });
});

describe('payload conversion', async () => {
  const page = guidePage('payload-conversion');
  const [workflows, activities] = [await page.load('workflows.ts'), await page.load('activities.ts')];
  const { dataConverter, Point } = await page.load('converter.ts');
  const codec = await page.load('codec.ts');
  const { encrypted } = await page.load('encrypted.ts');

  test('one converter serves client, workflow and activity', async () => {
    await page.run(
      { workflows, activities },
      async ({ client }) => {
        expect(await client.workflow.execute('measures', { workflowId: 'p', taskQueue: 'guide', args: [new Point(3, 4)] })).toBe(5);
        const { events } = await client.workflow.getHandle('p').fetchHistory();
        expect(events[0]).toMatchObject({ attributes: { input: [{ encoding: 'example/point' }] } });
      },
      { dataConverter },
    );
  });

  test('a codec works on what is stored', async () => {
    const { payloadConverter } = dataConverter;
    await page.run(
      { workflows, activities },
      async ({ client }) => {
        expect(await client.workflow.execute('measures', { workflowId: 'p', taskQueue: 'guide', args: [new Point(3, 4)] })).toBe(5);
        const history = JSON.stringify((await client.workflow.getHandle('p').fetchHistory()).toJSON());
        expect([history.includes(btoa('3 4')), history.includes('turned')]).toEqual([false, true]);
      },
      { dataConverter: { payloadConverter, ...codec['dataConverter'] } },
    );
  });

  test('encrypts what is stored', async () => {
    const workflows = { echo: async (value: unknown) => value };
    await page.run(
      { workflows },
      async ({ client }) => {
        expect(await client.workflow.execute('echo', { workflowId: 'p', taskQueue: 'guide', args: ['a secret'] })).toBe('a secret');
        const { events } = await client.workflow.getHandle('p').fetchHistory();
        expect(events[0]).toMatchObject({ attributes: { input: [{ encoding: 'binary/encrypted' }] } });
        expect(JSON.stringify(events)).not.toMatch(/a secret/);
      },
      { dataConverter: encrypted },
    );
  });
});

describe('lists and search attributes', async () => {
  const page = guidePage('visibility');
  const workflows = await page.load('workflows.ts');
  const { startOrder, find, count } = await page.load('client.ts');

  test('find workflows by what they set', async () => {
    await page.run(
      { workflows },
      async ({ client, clock }) => {
        await startOrder(client, 'o1', 'ada', 500);
        await startOrder(client, 'o2', 'ada', 5000);
        await startOrder(client, 'o3', 'bob', 5000);
        await clock?.settle();
        expect([await find(client, "Customer = 'ada' AND Amount > 1000"), await find(client, "Customer IN ('ada', 'bob') AND NOT Amount = 500")]).toEqual([
          ['o2'],
          ['o2', 'o3'],
        ]);
        expect(await count(client)).toBe(3);
        expect((await client.workflow.getHandle('o1').describe()).memo).toEqual({ source: 'guide', note: 'worth 500' });
        await page.expectHistory(client, 'order', 'o1');
        await expect(find(client, 'WorkflowType IS NOT NULL ORDER BY StartTime')).rejects.toThrow(/ORDER BY/i);
        expect(await client.workflow.count('GROUP BY ExecutionStatus')).toEqual({ count: 3, groups: [{ count: 3, groupValues: ['Running'] }] });
        const unknown = { workflowId: 'u', taskQueue: 'guide', args: [1], searchAttributes: { Unknown: [1] } };
        await expect(client.workflow.start('order', unknown)).rejects.toThrow(/Unknown/);
        await expect(find(client, 'Unknown = 1')).rejects.toThrow(/Unknown/);
      },
      { searchAttributes: { Customer: 'KEYWORD', Amount: 'INT' } },
    );
  });
});

describe('testing', async () => {
  const page = guidePage('testing');
  const { remindsMonthly, remindsAfterAMonth, remindsAlone } = await page.load('test.ts');

  test('months pass in no time', async () => {
    expect(await remindsMonthly()).toEqual({ result: ['mocked 1', 'mocked 2', 'mocked 3'], days: 90 });
    expect(await remindsAfterAMonth()).toEqual([0, 1]);
    expect(await remindsAlone()).toEqual(['reminder 7, attempt 2', [7]]);
  });
});

describe('history files', async () => {
  const page = guidePage('history-files');
  const workflows = await page.load('workflows.ts');
  const { save, typesOf, replay } = await page.load('history.ts');

  test('are saved, read and replayed', async () => {
    const file = await page.run({ workflows }, async ({ client }) => {
      await client.workflow.execute('waits', { workflowId: 'w', taskQueue: 'guide' });
      await page.expectHistory(client, 'waited', 'w');
      return save(client, 'w');
    });
    expect(typesOf(file)).toContain('TimerFired');
    await replay(workflows, file);
    await expect(replay({ waits: async () => 'changed' }, file)).rejects.toMatchObject({ name: 'DeterminismViolationError' });
    expect(() => typesOf('{}')).toThrow(expect.objectContaining({ name: 'HistoryFormatError' }));
  });
});
