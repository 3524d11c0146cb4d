import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { ALL_CAPABILITIES, Double } from '../../backend/double.test-kit.ts';
import type { DescribedRun } from '../../backend/shapes.ts';
import { history, json, pendingActivity } from '../../models/groups.test-kit.ts';
import { createDevtools } from '../../state/devtools.ts';
import { ManualClock, settle } from '../../state/manual-clock.test-kit.ts';
import { memoryRouter } from '../../state/router.ts';
import { DevtoolsContext, SessionContext } from '../context.ts';
import { PendingTab } from './pending-tab.tsx';

const NOW = 100_000;
const events = history(
  ['WorkflowExecutionStarted', 0, { workflowType: 'order', taskQueue: 'demo', workflowTaskTimeout: 10_000 }],
  ['ActivityTaskScheduled', 0, { activityType: 'charge', activityId: '1', heartbeatTimeout: 40_000, startToCloseTimeout: 60_000 }],
);

/** What the tab shows of a run with this pending, as text. */
async function shown(
  pending: Partial<DescribedRun>,
  capabilities: Double['capabilities'] = [...ALL_CAPABILITIES, 'retryActivity', 'fireTimer'],
): Promise<string> {
  const backend = new Double();
  backend.capabilities = capabilities;
  backend.put('order-1', 'run-1', events, pending);
  const frames: (() => void)[] = [];
  const scheduleFrame = (show: () => void) => {
    frames.push(show);
    return () => undefined;
  };
  const devtools = createDevtools({ backend, router: memoryRouter('/run/order-1/run-1/pending'), clock: new ManualClock(NOW), scheduleFrame });
  const close = devtools.open();
  for (let turn = 0; turn < 3; turn += 1) {
    await settle();
    for (const show of frames.splice(0)) show();
  }
  const { session } = devtools.store.getState();
  const page = session?.store.getState().page;
  if (!page) throw new Error('the run is not open');
  // The engine of the double has a clock of its own: that of the page is meant.
  devtools.ticker.setOffset(0);
  devtools.ticker.store.setState({ now: NOW });
  const html = renderToStaticMarkup(
    <DevtoolsContext value={devtools}>
      <SessionContext value={session}>
        <PendingTab page={page} />
      </SessionContext>
    </DevtoolsContext>,
  );
  close();
  return html
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&quot;', '"')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

const activity = (given: Parameters<typeof pendingActivity>[0]) => ({ pendingActivities: [pendingActivity({ scheduledEventId: 2, ...given })] });

test.each([
  ['an activity in line', activity({ scheduledTime: 90_000 }), 'charge attempt 1 of 5 in line on demo for 10 s Complete with… Fail…'],
  [
    'one that runs',
    activity({ state: 'STARTED', attempt: 2, maximumAttempts: 0, lastStartedTime: 95_000, lastWorkerIdentity: 'worker-1', lastFailure: { message: 'Away' } }),
    'charge attempt 2 of ∞ running for 5 s by worker-1 after: Away Complete with… Fail…',
  ],
  [
    'one that sends heartbeats',
    activity({ state: 'STARTED', lastStartedTime: 70_000, lastHeartbeatTime: 98_000, heartbeatDetails: [json({ done: 7 })] }),
    'charge attempt 1 of 5 running for 30 s heartbeat 2 s ago {"done":7} Complete with… Fail…',
  ],
  [
    'one that backs off',
    activity({ state: 'BACKING_OFF', attempt: 3, nextAttemptScheduleTime: 112_000, lastFailure: { message: 'Away' } }),
    /^charge attempt 3 of 5 next attempt in 12 s · at \d\d:\d\d:\d\d after: Away Retry now Complete with… Fail…$/,
  ],
  [
    'one that is to cancel',
    activity({ state: 'CANCEL_REQUESTED', lastStartedTime: 99_000 }),
    'charge attempt 1 of 5 asked to cancel, running for 1 s Complete with… Fail…',
  ],
  [
    'timers, the next first',
    {
      pendingTimers: [
        { timerId: 'late', startedEventId: 9, startTime: 0, fireTime: 400_000 },
        { timerId: '5', startedEventId: 8, startTime: 40_000, fireTime: 105_000 },
      ],
    },
    /^timer 1 m 5 s 5\.0 s fires .* Fire now timer late 5 m fires .* Fire now$/,
  ],
  [
    'children',
    {
      pendingChildren: [
        { workflowId: 'a', runId: 'r', workflowType: 'ship', initiatedEventId: 5 },
        { workflowId: 'b', workflowType: 'ship', initiatedEventId: 6 },
      ],
    },
    'child ship running a child ship starting b',
  ],
  ['a workflow task in line', { pendingWorkflowTask: { state: 'SCHEDULED', attempt: 1, scheduledTime: 98_000 } }, 'workflow task attempt 1 in line for 2 s'],
  [
    'one in the worker',
    { pendingWorkflowTask: { state: 'STARTED', attempt: 1, scheduledTime: 0, startedTime: 99_000 } },
    'workflow task attempt 1 in the worker for 1 s',
  ],
  [
    'one that backs off',
    { pendingWorkflowTask: { state: 'BACKING_OFF', attempt: 4, scheduledTime: 0, notBefore: 108_000 } },
    'workflow task attempt 4 tried again in 8.0 s',
  ],
  ['nothing', {}, 'Nothing is pending: the code waits for a signal, an update or a condition.'],
] satisfies [string, Partial<DescribedRun>, string | RegExp][])('%s', async (_, pending, expected) => {
  const words = await shown({ pendingActivities: [], ...pending });
  if (typeof expected === 'string') expect(words).toBe(expected);
  else expect(words).toMatch(expected);
});

test('where nothing can be ordered there is no button', async () => {
  const words = await shown({ ...activity({}), pendingTimers: [{ timerId: 't', startedEventId: 9, startTime: 0, fireTime: 400_000 }] }, []);
  expect(words).not.toMatch(/Complete|Fail|Fire/);
});
