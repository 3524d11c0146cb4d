/** The pages of docs/guide on messages: signals, queries, updates. */
import { describe, expect, test } from 'vitest';
import { guidePage } from './guide-page.test-kit.ts';

describe('signals', async () => {
  const page = guidePage('signals');
  const workflows = await page.load('workflows.ts');
  const { send, sendOrStart } = await page.load('client.ts');

  test('a channel and a handler take a signal, and an unexpected one fails the workflow', async () => {
    await page.run({ workflows }, async ({ client, clock }) => {
      for (const type of ['receives', 'handles']) {
        const handle = await client.workflow.start(type, { workflowId: type, taskQueue: 'guide' });
        await clock?.settle();
        await send(client, type, 'SOME_VALUE');
        expect(await handle.result()).toBe('SOME_VALUE');
      }
      await page.expectHistory(client, 'received', 'receives');
      await page.expectHistory(client, 'received', 'handles');
      await client.workflow.start('receives', { workflowId: 'other', taskQueue: 'guide' });
      await send(client, 'other', 'other');
      await expect(client.workflow.getHandle('other').result()).rejects.toMatchObject({ cause: { message: 'unexpected signal: other' } });
      await expect(send(client, 'other', 'x')).rejects.toMatchObject({ name: 'WorkflowNotFoundError' });
      await expect(send(client, 'nobody', 'x')).rejects.toMatchObject({ name: 'WorkflowNotFoundError' });
    });
  });

  test('a workflow signals another', async () => {
    await page.run({ workflows }, async ({ client, clock }) => {
      const receiver = await client.workflow.start('receives', { workflowId: 'receiver', taskQueue: 'guide' });
      await clock?.settle();
      await client.workflow.execute('forwards', { workflowId: 'sender', taskQueue: 'guide', args: ['receiver', 'SOME_VALUE'] });
      expect(await receiver.result()).toBe('SOME_VALUE');
      await page.expectHistory(client, 'forwarded', 'sender');
      await page.expectHistory(client, 'received', 'receiver');
    });
  });

  test('signal-with-start starts one, and signals it after that; signals are drained over continue-as-new', async () => {
    await page.run({ workflows }, async ({ client, clock }) => {
      await sendOrStart(client, 'collector', 'first');
      const { firstExecutionRunId } = await client.workflow.getHandle('collector').describe();
      await clock?.settle();
      await sendOrStart(client, 'collector', 'second');
      await sendOrStart(client, 'collector', 'last');
      expect(await client.workflow.getHandle('collector').result()).toEqual(['first', 'second', 'last']);
      await page.expectHistory(client, 'started', 'collector', firstExecutionRunId);
    });
  });
});

describe('queries', async () => {
  const page = guidePage('queries');
  const [workflows, activities] = [await page.load('workflows.ts'), await page.load('activities.ts')];
  const { ask } = await page.load('client.ts');
  const { askIfOpen } = await page.load('reject.ts');
  const { inspect } = await page.load('inspect.ts');

  test('tell the state with and without arguments, on open and closed runs', async () => {
    await page.run({ workflows, activities }, async (environment) => {
      const { client, clock } = environment;
      const handle = await client.workflow.start(workflows['yourWorkflow'], { workflowId: 'q', taskQueue: 'guide', args: ['there'] });
      await clock?.settle();
      expect(await ask(client, 'q')).toEqual(['waiting timer', '<waiting timer>']);
      await environment.sleep('1 hour');
      expect([await ask(client, 'q'), await askIfOpen(environment, 'q')]).toEqual([['waiting signal', '<waiting signal>'], 'waiting signal']);
      const { queries, text, places } = await inspect(client, 'q');
      expect({ queries, places }).toEqual({
        queries: ['__stack_trace', '__enhanced_stack_trace', '__temporal_workflow_metadata', 'current_state'],
        places: ['yourWorkflow'],
      });
      expect(text).toMatch(/^ {4}at yourWorkflow \(.*\/workflows\.ts:\d+:\d+\)$/);
      await handle.signal('finish');
      expect(await handle.result()).toBe('there, and back');
      expect([await ask(client, 'q'), await askIfOpen(environment, 'q'), (await inspect(client, 'q')).text]).toEqual([['done', '<done>'], 'COMPLETED', '']);
      await expect(handle.query('no')).rejects.toMatchObject({ name: 'QueryNotRegisteredError', message: expect.stringContaining('current_state') });
    });
  });
});

describe('updates', async () => {
  const page = guidePage('updates');
  const [workflows, activities] = [await page.load('workflows.ts'), await page.load('activities.ts')];
  const { add, addLater, addToNew } = await page.load('client.ts');

  test('change and answer, once for each id; the validator rejects without a trace', async () => {
    await page.run({ workflows, activities }, async ({ client, clock }) => {
      const handle = await client.workflow.start('cart', { workflowId: 'cart', taskQueue: 'guide' });
      await clock?.settle();
      await expect(add(client, 'cart', '')).rejects.toMatchObject({ name: 'WorkflowUpdateFailedError', cause: { message: 'an item needs a name' } });
      expect(await add(client, 'cart', 'pear')).toBe(4);
      expect(await add(client, 'cart', 'pear')).toBe(4);
      await handle.signal('checkOut');
      expect(await handle.result()).toBe(4);
      await page.expectHistory(client, 'updated', 'cart');
    });
  });

  test('are waited for later, and start what they update', async () => {
    await page.run({ workflows, activities }, async ({ client }) => {
      expect(await addToNew(client, 'new', 'fig')).toBe(3);
      const result = await addLater(client, 'new', 'plum');
      expect([await result(), await addToNew(client, 'new', 'fig')]).toEqual([7, 10]);
    });
  });
});
