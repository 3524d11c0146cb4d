import { expect, test } from 'vitest';
import type { CommandOutcome, DevtoolsCommand } from '../backend/backend.ts';
import { Double } from '../backend/double.test-kit.ts';
import { history } from '../models/groups.test-kit.ts';
import { bulkCommand, planBulk, startBulk } from './bulk.ts';
import { settle } from './manual-clock.test-kit.ts';

const started = ['WorkflowExecutionStarted', 0, { workflowType: 'order', taskQueue: 'demo', workflowTaskTimeout: 10_000 }] as const;

function double(open: number, closed = 0): Double {
  const backend = new Double();
  for (let each = 0; each < open; each += 1) backend.put(`open-${each}`, `open-run-${each}`, history(started));
  for (let each = 0; each < closed; each += 1) backend.put(`closed-${each}`, `closed-run-${each}`, history(started, ['WorkflowExecutionCompleted', 1]));
  return backend;
}

test('what would be done to all runs of a query is counted first, page by page, without those for which there is nothing to do', async () => {
  const backend = double(1500, 7);
  const on = { backend, namespace: 'default' };
  expect(await planBulk(on, 'cancel', { query: '' })).toMatchObject({ runs: { length: 1500 }, skipped: 7 });
  expect(await planBulk(on, 'delete', { query: '' })).toMatchObject({ runs: { length: 1507 }, skipped: 0 });
  const picked = backend.runs.map(({ summary }) => summary).filter(({ workflowId }) => /^(open|closed)-1$/.test(workflowId));
  const { runs, skipped } = await planBulk(on, 'terminate', { runs: picked });
  expect([runs.map(({ workflowId }) => workflowId), skipped]).toEqual([['open-1'], 1]);
  expect(backend.sent).toEqual([]);
});

test('a few are under way at once, each is told with what came of it, and when it is stopped nothing more is sent', async () => {
  const { runs } = await planBulk({ backend: double(10), namespace: 'default' }, 'cancel', { query: '' });
  const sent: { command: DevtoolsCommand; answer(outcome: CommandOutcome): void }[] = [];
  const bulk = startBulk(
    { runs },
    (run) => bulkCommand('cancel', run, { reason: 'too many' }, `r-${run.workflowId}`),
    (command) => new Promise((answer) => sent.push({ command, answer })),
  );
  expect(sent.length).toBe(4);
  expect(sent[0]?.command).toEqual({
    type: 'cancel',
    namespace: 'default',
    workflowId: 'open-9',
    runId: 'open-run-9',
    requestId: 'r-open-9',
    reason: 'too many',
  });
  sent[0]?.answer({ isAccepted: true });
  sent[1]?.answer({ isAccepted: false, code: 'NotFound', reason: 'it is gone' });
  await settle();
  expect(sent.length).toBe(6);
  bulk.stop();
  for (const { answer } of sent.slice(2)) answer({ isAccepted: true });
  await settle();
  const { results, ...state } = bulk.store.getState();
  expect(sent.length).toBe(6);
  expect(state).toEqual({ refused: 1, isStopped: true, isDone: true });
  expect(results.map(({ run, outcome }) => `${run.workflowId} ${outcome.isAccepted}`)).toEqual([
    'open-9 true',
    'open-8 false',
    'open-7 true',
    'open-6 true',
    'open-5 true',
    'open-4 true',
  ]);
});

test('when all have been told it is done', async () => {
  const { runs } = await planBulk({ backend: double(5), namespace: 'default' }, 'delete', { query: '' });
  const bulk = startBulk(
    { runs },
    (run) => bulkCommand('delete', run, {}, 'r'),
    async () => ({ isAccepted: true }),
  );
  await settle();
  expect(bulk.store.getState()).toMatchObject({ results: { length: 5 }, refused: 0, isStopped: false, isDone: true });
  bulk.stop();
  expect(bulk.store.getState().isStopped).toBe(false);
  const none = startBulk(
    { runs: [] },
    (run) => bulkCommand('delete', run, {}, 'r'),
    async () => ({ isAccepted: true }),
  );
  expect(none.store.getState().isDone).toBe(true);
});

test('orders of each kind name the run, not only the workflow id', () => {
  const run = { namespace: 'n', workflowId: 'w', runId: 'r' } as never;
  expect([
    bulkCommand('terminate', run, { reason: 'because' }, 'q'),
    bulkCommand('delete', run, { reason: 'because' }, 'q'),
    bulkCommand('signal', run, { signalName: 'go', args: [{ encoding: 'json/plain', data: '1' }] }, 'q'),
  ]).toEqual([
    { type: 'terminate', namespace: 'n', workflowId: 'w', runId: 'r', reason: 'because' },
    { type: 'delete', namespace: 'n', workflowId: 'w', runId: 'r' },
    { type: 'signal', namespace: 'n', workflowId: 'w', runId: 'r', signalName: 'go', args: [{ encoding: 'json/plain', data: '1' }], requestId: 'q' },
  ]);
});
