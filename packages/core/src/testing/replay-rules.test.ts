/**
 * What a replay has to keep: every yield point of the sandbox (R77), and that a run which was kept in the cache is as one that was replayed
 * (R80). `fixtures/yields-*.json` are histories that releases have written: one is added with each release that writes another, none is changed.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { historyToJson } from '../history/json.ts';
import { Worker } from '../worker/worker.ts';
import { scheduleActivity } from '../workflow/activities.ts';
import { executeChild } from '../workflow/children.ts';
import { defineSignal, defineUpdate, setHandler } from '../workflow/definitions.ts';
import { sideEffect } from '../workflow/markers.ts';
import { CancellationScope } from '../workflow/scope.ts';
import { condition, sleep } from '../workflow/timers.ts';
import { patched } from '../workflow/workflow-info.ts';
import { TestWorkflowEnvironment } from './environment.ts';

const limit = { startToCloseTimeout: '1 minute' } as const;
const opened = defineSignal<[number]>('opened');
const changed = defineUpdate<number, [number]>('changed');

/** Many branches that wake each other: which goes on first hangs on every single turn that a promise takes. */
async function yields(): Promise<string[]> {
  const order: string[] = [];
  let count = 0;
  let isOpen = false;
  setHandler(opened, async (by) => {
    await null;
    count += by;
    await note('signal', sleep(1));
  });
  setHandler(changed, async (by) => {
    await condition(() => count > 0);
    count += by;
    await scheduleActivity('update', [], limit);
    return count;
  });
  const note = async (name: string, after: Promise<unknown>): Promise<void> => {
    await after;
    order.push(name);
    await scheduleActivity(name, [], limit); // commands are compared by their types: those that come in another order are noticed
    order.push(`${name} done`);
  };
  const few = async (turns: number): Promise<void> => {
    for (let turn = 0; turn < turns; turn++) await null;
  };
  const branches = [
    note('slept', sleep(10)),
    note('sooner', sleep(5)),
    note(
      'condition',
      condition(() => count > 0),
    ),
    note(
      'condition that times out',
      condition(() => count > 100, 7),
    ),
    note('activity', scheduleActivity('first', [], limit)),
    note('race', Promise.race([sleep(3), scheduleActivity('race', [], limit)])),
    note('all', Promise.all([sleep(1), condition(() => order.length > 1)])),
    note('five turns', few(5)),
    note('two turns', few(2)),
    note(
      'scope',
      CancellationScope.withTimeout(4, () => sleep(100)).catch(() => undefined),
    ),
    note(
      'then',
      Promise.resolve()
        .then(() => sleep(2))
        .finally(() => few(1)),
    ),
    // All of these wake in one activation: how many turns each way takes decides on the order.
    ...[0, 1, 2, 3, 4, 5, 6, 7, 8].map((turns) =>
      note(
        `${turns} turns after a timer`,
        sleep(8).then(() => few(turns)),
      ),
    ),
    note(
      'timer',
      sleep(8).then(() => {
        isOpen = true;
      }),
    ),
    note(
      'condition by a timer',
      condition(() => isOpen),
    ),
    note(
      'condition with a timeout',
      condition(() => isOpen, 100),
    ),
    ...[0, 1, 2, 3, 4, 5, 6, 7, 8].map((turns) =>
      note(
        `${turns} turns after a condition`,
        condition(() => isOpen).then(() => few(turns)),
      ),
    ),
    note(
      'scope that ends',
      CancellationScope.cancellable(() => sleep(8)),
    ),
    note(
      'scope with a timeout',
      CancellationScope.withTimeout(100, () => sleep(8)),
    ),
    note(
      'scope that is cancelled',
      CancellationScope.withTimeout(8, () => sleep(100)).catch(() => undefined),
    ),
    note('race of timers', Promise.race([sleep(8), sleep(9)])),
    note('all timers', Promise.all([sleep(8), sleep(8)])),
    note('child', executeChild(naps, { workflowId: 'child', args: [3] })),
  ];
  if (patched('patch')) order.push('patched');
  order.push(sideEffect(() => 'side effect'));
  await Promise.all(branches);
  await few(3);
  return order;
}

async function naps(turns: number): Promise<number> {
  for (let turn = 0; turn < turns; turn++) await sleep(2);
  return turns;
}

const workflows = { yields, naps };

/** Runs the program, and gives its histories and what it returned. */
async function run(maxCachedWorkflows: number): Promise<{ histories: { events: readonly unknown[] }[]; result: unknown }> {
  const environment = await TestWorkflowEnvironment.createTimeSkipping({ startTime: Date.UTC(2026, 0, 1) });
  const activities = { default: async () => undefined };
  const worker = await environment.createWorker({ taskQueue: 'q', workflows, activities, maxCachedWorkflows, identity: 'worker' });
  const outcome = await worker.runUntil(async () => {
    const handle = await environment.client.workflow.start(yields, { workflowId: 'w', taskQueue: 'q' });
    await environment.sleep(6);
    await handle.signal(opened, 1);
    await handle.executeUpdate(changed, { args: [2], updateId: 'update' });
    const result = await handle.result();
    const histories = [];
    for (const workflowId of ['w', 'child']) {
      const { events } = await environment.service.getWorkflowExecutionHistory({
        namespace: 'default',
        workflowExecution: { workflowId },
        maximumPageSize: 10_000,
      });
      histories.push(historyToJson(events));
    }
    return { histories, result };
  });
  await environment.teardown();
  return outcome;
}

const fixtures = new URL('./fixtures/', import.meta.url);
const releases = readdirSync(fixtures)
  .filter((name) => name.startsWith('yields-'))
  .map((name): [string, { histories: { events: unknown[] }[]; result: unknown }] => [name, JSON.parse(readFileSync(new URL(name, fixtures), 'utf8'))]);

/** Replays the histories of a run in a fresh sandbox, each up to every task that it has. */
async function replay(histories: readonly { readonly events: readonly unknown[] }[]): Promise<void> {
  for (const [index, { events }] of histories.entries()) {
    const workflowId = ['w', 'child'][index] ?? '';
    await Worker.runReplayHistory({ workflows }, { events }, workflowId);
    for (const [last, event] of events.entries())
      if ((event as { eventType: string }).eventType === 'EVENT_TYPE_WORKFLOW_TASK_STARTED')
        await Worker.runReplayHistory({ workflows }, { events: events.slice(0, last + 1) }, workflowId);
  }
}

test.each(releases)('R77 the histories of %s replay, up to every task that they have', async (_name, { histories }) => {
  await replay(histories);
});

test('R80 a run that is kept does at every task what one does that is replayed up to there, and one that is evicted after every task gets to its end', async () => {
  for (const maxCachedWorkflows of [600, 0]) {
    const { histories, result } = await run(maxCachedWorkflows);
    expect(result).toHaveLength(80);
    expect(JSON.stringify(histories)).not.toContain('WORKFLOW_TASK_FAILED');
    await replay(histories);
  }
});
