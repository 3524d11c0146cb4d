/** The pages of docs/guide on activities. */
import { describe, expect, test } from 'vitest';
import { cancelled } from '../../activity/functions.ts';
import { guidePage } from './guide-page.test-kit.ts';

describe('activity timeouts and retries', async () => {
  const page = guidePage('activity-timeouts');
  const [workflows, activities] = [await page.load('workflows.ts'), await page.load('activities.ts')];
  const execute = (type: string) =>
    page.run({ workflows, activities }, async (environment) => {
      const before = await environment.currentTimeMs();
      const result = await environment.client.workflow.execute(type, { workflowId: type, taskQueue: 'guide' });
      return { result, environment, seconds: ((await environment.currentTimeMs()) - before) / 1000, history: await historyOf(environment.client, type) };
    });
  type Client = Parameters<Parameters<typeof page.run>[1]>[0]['client'];
  const historyOf = async (client: Client, type: string): Promise<void> => {
    if (type === 'retries') await page.expectHistory(client, 'retried-activity', type);
    if (type === 'timesOut') await page.expectHistory(client, 'timed-out-activity', type);
  };

  test('an activity is tried again after one and two seconds', async () => {
    expect(await execute('retries')).toMatchObject({ result: 3, seconds: 3 });
  });
  test('an attempt that would not fit is not made', async () => {
    expect((await execute('timesOut')).result).toBe('SCHEDULE_TO_CLOSE');
  });
  test('an error type that is not retryable ends the attempts', async () => {
    expect((await execute('isRefused')).result).toBe('Refused: NON_RETRYABLE_FAILURE');
  });
});

describe('heartbeats', async () => {
  const page = guidePage('heartbeats');
  const [workflows, activities] = [await page.load('workflows.ts'), await page.load('activities.ts')];

  test('an attempt goes on where the last one came to', async () => {
    const result = await page.run({ workflows, activities }, ({ client }) => client.workflow.execute('resumes', { workflowId: 'h', taskQueue: 'guide' }));
    expect(result).toEqual(['3 by 2', '4 by 2']);
  });

  test('a cancelled activity hears of it and cleans up', async () => {
    await page.run({ workflows, activities }, async ({ client }) => {
      expect(await client.workflow.execute('cancels', { workflowId: 'c', taskQueue: 'guide' })).toBe('cancelled');
      await page.expectHistory(client, 'cancelled-activity', 'c');
    });
  });

  test('an activity without heartbeats is told at once too', async () => {
    const untilCancelled = async (): Promise<never> => cancelled();
    await page.run({ workflows, activities: { untilCancelled } }, async (environment) => {
      const before = await environment.currentTimeMs();
      expect(await environment.client.workflow.execute('cancels', { workflowId: 'c', taskQueue: 'guide' })).toBe('cancelled');
      expect((await environment.currentTimeMs()) - before).toBe(30_000);
    });
  });
});

describe('asynchronous completion', async () => {
  const page = guidePage('async-completion');
  const [workflows, activities] = [await page.load('workflows.ts'), await page.load('activities.ts')];
  const { answer, refuse, answerLate } = await page.load('client.ts');
  const { asked } = activities as { asked: { token: Uint8Array; question: string }[] };

  test('by token, once', async () => {
    await page.run({ workflows, activities: { ask: activities['ask'] } }, async ({ client, clock }) => {
      const handle = await client.workflow.start('approval', { workflowId: 'a', taskQueue: 'guide' });
      await clock?.settle();
      const { token, question } = asked.pop() as (typeof asked)[number];
      expect(question).toBe('may it be shipped?');
      await answer(client, token, 'it may');
      expect([await handle.result(), await answerLate(client, token)]).toEqual(['it may', 'gone']);
      await page.expectHistory(client, 'answered', 'a');
    });
  });

  test('by ids, with a failure', async () => {
    await page.run({ workflows, activities: { ask: activities['ask'] } }, async ({ client, clock }) => {
      const handle = await client.workflow.start('approval', { workflowId: 'r', taskQueue: 'guide' });
      await clock?.settle();
      await refuse(client, 'r');
      await expect(handle.result()).rejects.toMatchObject({ cause: { cause: { message: 'it may not' } } });
    });
  });
});

describe('local activities', async () => {
  const page = guidePage('local-activities');
  const [workflows, activities] = [await page.load('workflows.ts'), await page.load('activities.ts')];

  test('run in one task', async () => {
    await page.run({ workflows, activities }, async ({ client }) => {
      expect(await client.workflow.execute('sum', { workflowId: 'l', taskQueue: 'guide', args: [['a', 'bb', 'ccc']] })).toBe(6);
      await page.expectHistory(client, 'local', 'l');
    });
  });
});
