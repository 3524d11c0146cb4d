import { expect, test } from 'vitest';
import { BackendError } from '../backend/backend.ts';
import { Double } from '../backend/double.test-kit.ts';
import { history, json } from '../models/groups.test-kit.ts';
import { createFrame } from './frame.ts';
import { ManualClock } from './manual-clock.test-kit.ts';
import { openRunPage } from './run-page.ts';

const task = (at: number) =>
  [
    ['WorkflowTaskScheduled', at, { attempt: 1 }],
    ['WorkflowTaskStarted', at, { scheduledEventId: 2 }],
    ['WorkflowTaskCompleted', at, { scheduledEventId: 2, startedEventId: 3 }],
  ] as const;
const started = ['WorkflowExecutionStarted', 0, { workflowType: 'order', taskQueue: 'demo', workflowTaskTimeout: 10_000 }] as const;

test('a query that fails says why, keeps what it told before, and answers again when it can', async () => {
  const backend = new Double();
  backend.capabilities = ['query'];
  backend.code = { signals: [], updates: [], queries: [{ name: 'total' }] };
  backend.put('order-1', 'run-1', history(started, ...task(1)));
  let answer: () => ReturnType<typeof backend.answerQuery> = () => [json(1)];
  backend.answerQuery = () => answer();
  const clock = new ManualClock();
  const frame = createFrame((run) => {
    queueMicrotask(run);
    return () => undefined;
  });
  const page = openRunPage({ backend, clock, frame }, { namespace: 'default', workflowId: 'order-1', runId: 'run-1' });
  const end = page.queries.watch();
  const card = () => page.queries.store.getState().cards[0];
  await clock.advance(3000);
  expect(card()).toEqual({ queryType: 'total', args: [], result: [json(1)] });

  answer = () => {
    throw new BackendError('refused', 'Query failed: it wants a currency');
  };
  backend.put('order-1', 'run-1', history(started, ...task(1), ...task(2)));
  await clock.advance(3000);
  expect(card()).toMatchObject({ result: [json(1)], failure: 'Query failed: it wants a currency' });

  answer = () => [json(2)];
  page.queries.setArguments('total', ['"EUR"']);
  await clock.advance(3000);
  expect(card()).toEqual({ queryType: 'total', args: ['"EUR"'], result: [json(2)], before: [json(1)], changedAt: 7 });
  end();
  page.close();
});
