/** The pages of docs/guide on workflows and what they are made of. */
import { describe, expect, test } from 'vitest';
import { guidePage } from './guide-page.test-kit.ts';

describe('workflow timeouts and retries', async () => {
  const page = guidePage('workflow-timeouts');
  const workflows = await page.load('workflows.ts');
  const { startLimited, runRetried } = await page.load('client.ts');

  test('a run whose time is over is closed', async () => {
    await page.run({ workflows }, async ({ client }) => {
      const handle = await startLimited(client);
      await expect(handle.result()).rejects.toMatchObject({ name: 'WorkflowFailedError', cause: { name: 'TimeoutFailure' } });
      await page.expectHistory(client, 'limited', 'limited');
    });
  });

  test('a workflow is tried again in new runs', async () => {
    await page.run({ workflows }, async ({ client }) => {
      expect(await runRetried(client)).toBe(3);
      const { firstExecutionRunId } = await client.workflow.getHandle('retried').describe();
      await page.expectHistory(client, 'first-attempt', 'retried', firstExecutionRunId);
    });
  });
});

describe('child workflows', async () => {
  const page = guidePage('child-workflows');
  const workflows = await page.load('workflows.ts');

  test('are executed and started', async () => {
    await page.run({ workflows }, async ({ client, clock }) => {
      expect(await client.workflow.execute('parent', { workflowId: 'parent', taskQueue: 'guide' })).toBe('hello child');
      await page.expectHistory(client, 'parent', 'parent');
      const ends: string[] = [];
      for (const policy of ['TERMINATE', 'REQUEST_CANCEL', 'ABANDON']) {
        await client.workflow.execute('leaves', { workflowId: policy, taskQueue: 'guide', args: [policy] });
        await page.expectHistory(client, 'leaves', policy);
        await clock?.settle();
        ends.push((await client.workflow.getHandle(`child-${policy}`).describe()).status.name);
      }
      expect(ends).toEqual(['TERMINATED', 'CANCELLED', 'RUNNING']);
    });
  });

  test('of an id that is taken, or whose time is over, are errors in the parent', async () => {
    await page.run({ workflows }, async ({ client }) => {
      expect(await client.workflow.execute('startsTwice', { workflowId: 'twice', taskQueue: 'guide' })).toBe('only-one is open already');
      expect(await client.workflow.execute('catches', { workflowId: 'catches', taskQueue: 'guide' })).toBe('TimeoutFailure');
    });
  });
});

describe('continue-as-new', async () => {
  const page = guidePage('continue-as-new');
  const workflows = await page.load('workflows.ts');

  test('goes on in runs with fresh histories', async () => {
    await page.run({ workflows }, async ({ client }) => {
      const handle = await client.workflow.start('simpleWorkflow', { workflowId: 'simple', taskQueue: 'guide', args: [1] });
      expect(await handle.result()).toBe('continued to 3');
      await page.expectHistory(client, 'continued', 'simple', handle.firstExecutionRunId);
      expect(await client.workflow.execute('simpleWorkflow', { workflowId: 'one', taskQueue: 'guide', args: [3] })).toBe('in one run');
      const alone = client.workflow.getHandle('simple', handle.firstExecutionRunId, { followRuns: false });
      await expect(alone.result()).rejects.toMatchObject({ name: 'WorkflowExecutionContinuedAsNewError' });
    });
  });

  test('loses no signal', async () => {
    await page.run({ workflows }, async ({ client, clock }) => {
      const handle = await client.workflow.start('counter', { workflowId: 'counter', taskQueue: 'guide', args: [0] });
      for (let n = 1; n <= 5; n++) {
        await client.workflow.getHandle('counter').signal('add', n);
        await clock?.settle();
      }
      await client.workflow.getHandle('counter').signal('stop');
      expect(await handle.result()).toBe(15);
      expect((await client.workflow.getHandle('counter').describe()).runId).not.toBe(handle.firstExecutionRunId);
    });
  });
});

describe('timers', async () => {
  const page = guidePage('timers');
  const workflows = await page.load('workflows.ts');

  test('wait for days', async () => {
    await page.run({ workflows }, async ({ client }) => {
      expect(await client.workflow.execute('reminder', { workflowId: 'r', taskQueue: 'guide' })).toBe(30 * 86_400_000);
      await page.expectHistory(client, 'slept', 'r');
      expect(await client.workflow.execute('cancelsTimer', { workflowId: 'c', taskQueue: 'guide' })).toBe('cancelled');
    });
  });

  test('limit a condition', async () => {
    await page.run({ workflows }, async ({ client, clock }) => {
      const handle = await client.workflow.start('waitsForApproval', { workflowId: 'a', taskQueue: 'guide' });
      await clock?.settle();
      await handle.signal('approve');
      expect(await handle.result()).toBe('approved');
      await page.expectHistory(client, 'approved', 'a');
      expect(await client.workflow.execute('waitsForApproval', { workflowId: 'b', taskQueue: 'guide' })).toBe('nobody answered');
    });
  });
});

describe('cron', async () => {
  const page = guidePage('cron');
  const workflows = await page.load('workflows.ts');
  const { startReports } = await page.load('client.ts');

  test('runs each morning, over a failure', async () => {
    await page.run({ workflows }, async (environment) => {
      const { client } = environment;
      const handle = await startReports(client);
      const runs: unknown[] = [];
      await environment.sleep('3 days');
      await environment.clock?.settle();
      for await (const { status, executionTime, runId } of client.workflow.list({ query: "WorkflowId = 'reports'" })) {
        const { events } = await client.workflow.getHandle('reports', runId).fetchHistory();
        runs.unshift([status.name, executionTime?.toISOString().slice(8, 16), events.at(-1)?.type]);
      }
      expect(runs).toEqual([
        ['COMPLETED', '01T08:15', 'WorkflowExecutionCompleted'],
        ['FAILED', '02T08:15', 'WorkflowExecutionFailed'],
        ['COMPLETED', '03T08:15', 'WorkflowExecutionCompleted'],
        ['RUNNING', '04T08:15', 'WorkflowExecutionStarted'],
      ]);
      await page.expectHistory(client, 'first-report', 'reports', handle.firstExecutionRunId);
      await client.workflow.getHandle('reports').terminate();
    });
  });
});

describe('side effects', async () => {
  const page = guidePage('side-effects');
  const workflows = await page.load('workflows.ts');

  test('are taken once', async () => {
    await page.run({ workflows, maxCachedWorkflows: 0 }, async ({ client }) => {
      expect(await client.workflow.execute('takesRandom', { workflowId: 's', taskQueue: 'guide' })).toBeGreaterThanOrEqual(0);
      await page.expectHistory(client, 'side-effect', 's');
      expect(await client.workflow.execute('drawsIds', { workflowId: 'd', taskQueue: 'guide' })).toBe(true);
    });
  });

  test('that are mutable are recorded when they changed', async () => {
    await page.run({ workflows, maxCachedWorkflows: 0 }, async (environment) => {
      const handle = await environment.client.workflow.start('readsSetting', { workflowId: 'm', taskQueue: 'guide' });
      await environment.sleep('90 seconds');
      workflows['settings'].number = 2;
      expect(await handle.result()).toEqual([1, 1, 2]);
      await page.expectHistory(environment.client, 'mutable', 'm');
    });
  });
});

describe('cancellation scopes', async () => {
  const page = guidePage('cancellation');
  const [workflows, activities] = [await page.load('workflows.ts'), await page.load('activities.ts')];

  test('clean up what must be cleaned up', async () => {
    await page.run({ workflows, activities: { book: activities['book'], unbook: activities['unbook'] } }, async ({ client, clock }) => {
      const handle = await client.workflow.start('trip', { workflowId: 'trip', taskQueue: 'guide' });
      await clock?.settle();
      expect([...activities['booked']]).toEqual(['flight']);
      await handle.cancel();
      await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
      expect([...activities['booked']]).toEqual([]);
      await page.expectHistory(client, 'cancelled-trip', 'trip');
    });
  });

  test('limit and race', async () => {
    await page.run({ workflows, activities }, async ({ client }) => {
      expect(await client.workflow.execute('limited', { workflowId: 'l', taskQueue: 'guide' })).toBe('took too long');
      expect(await client.workflow.execute('races', { workflowId: 'r', taskQueue: 'guide' })).toBe('the minute');
    });
  });
});

describe('versions of code', async () => {
  const page = guidePage('versioning');
  const [before, patched, after, activities] = [
    await page.load('before.ts'),
    await page.load('workflows.ts'),
    await page.load('after.ts'),
    await page.load('activities.ts'),
  ];
  const { agrees } = await page.load('check.ts');
  const runWith = (workflows: Record<string, unknown>) =>
    page.run({ workflows, activities }, async ({ client }) => {
      const result = await client.workflow.execute('notifies', { workflowId: 'n', taskQueue: 'guide' });
      if (workflows === patched) await page.expectHistory(client, 'patched', 'n');
      return { result, history: JSON.stringify((await client.workflow.getHandle('n').fetchHistory()).toJSON()) };
    });

  test('old runs keep to the old way, new ones take the new', async () => {
    const [old, recent] = [await runWith(before), await runWith(patched)];
    expect([old.result, recent.result]).toEqual(['letter', 'mail']);
    const replays = [];
    for (const { history } of [old, recent]) replays.push([await agrees(before, history), await agrees(patched, history), await agrees(after, history)]);
    expect(replays).toEqual([
      [true, true, false],
      [false, true, true],
    ]);
  });
});
