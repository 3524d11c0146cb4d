/** What a user gets wrong, through client, engine, worker and sandbox: a typed error in words, and the state as it was. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { QueryNotRegisteredError } from '../client/errors.ts';
import { ValueError, WorkflowNotFoundError } from '../common/errors.ts';
import { ServiceError } from '../common/service-error.ts';
import type { HistoryEvent } from '../history/events.ts';
import type { Worker } from '../worker/worker.ts';
import { proxyActivities, scheduleActivity } from '../workflow/activities.ts';
import { condition, sleep } from '../workflow/timers.ts';
import { TestWorkflowEnvironment } from './environment.ts';

const WHAT_TO_SEND = 'send data that JSON can say, or set a payload converter';
const circular: Record<string, unknown> = {};
circular['self'] = circular;
const UNSERIALISABLE: readonly [string, unknown, string][] = [
  ['a bigint', 1n, `Unable to convert bigint 1 to payload: Do not know how to serialize a BigInt; ${WHAT_TO_SEND}`],
  ['a circular value', circular, `property 'self' closes the circle; ${WHAT_TO_SEND}`],
  ['a function', function work() {}, `Unable to convert function 'work' to payload: a function has no JSON form; ${WHAT_TO_SEND}`],
  ['a symbol', Symbol('s'), `Unable to convert symbol Symbol(s) to payload: a symbol has no JSON form; ${WHAT_TO_SEND}`],
];

const limit = { startToCloseTimeout: '1 minute' } as const;
const sends = new Map(UNSERIALISABLE.map(([what, value]) => [what, () => scheduleActivity('work', [value], limit)]));

const workflows: Readonly<Record<string, (...args: string[]) => Promise<unknown>>> = {
  finishes: async () => 'done',
  waits: async () => condition(() => false),
  schedulesWithoutTimeout: async () => scheduleActivity('work', [], {}),
  proxiesWithoutTimeout: async () => (proxyActivities({})['work'] as () => Promise<unknown>)(),
  schedulesWithBadTimeout: async () => scheduleActivity('work', [], { startToCloseTimeout: 'soon' }),
  schedulesWithBadRetry: async () => scheduleActivity('work', [], { ...limit, retry: { maximumAttempts: -1 } }),
  schedulesWithNegativeTimeout: async () => scheduleActivity('work', [], { startToCloseTimeout: -1 }),
  sleepsBadly: async () => sleep('soon'),
  sends: async (what) => sends.get(what as string)?.(),
  callsUnknownActivity: async () => scheduleActivity('missing', [], { ...limit, retry: { maximumAttempts: 1 } }),
  awaitsUnseen: async () => new Promise(() => {}),
};

let environment: TestWorkflowEnvironment;
let worker: Worker;
let running: Promise<void>;

beforeEach(async () => {
  environment = await TestWorkflowEnvironment.createTimeSkipping();
  worker = await environment.createWorker({ taskQueue: 'q', workflows, activities: { work: async () => 'worked' } });
  running = worker.run();
});
afterEach(async () => {
  worker.shutdown();
  await running;
  await environment.teardown();
});

const start = (workflowType: string, ...args: string[]) =>
  environment.client.workflow.start<(...args: string[]) => Promise<unknown>>(workflowType, { workflowId: 'w', taskQueue: 'q', args });

async function eventsOf(workflowId: string): Promise<readonly HistoryEvent[]> {
  const { events } = await environment.service.getWorkflowExecutionHistory({ namespace: 'default', workflowExecution: { workflowId } });
  return events;
}

/** All that the engine tells of its runs. */
async function world(): Promise<unknown> {
  const { executions } = await environment.service.listWorkflowExecutions({ namespace: 'default' });
  return Promise.all(executions.map(async (summary) => ({ summary, events: await eventsOf(summary.workflowId) })));
}

const rejection = (answer: Promise<unknown>): Promise<Error> =>
  answer.then(
    () => expect.unreachable('it resolved'),
    (error: Error) => error,
  );

describe('a call that cannot be carried out is a typed error in words, and nothing changes', () => {
  type Call = (workflow: TestWorkflowEnvironment['client']['workflow']) => Promise<unknown>;
  const options = { workflowId: 'new', taskQueue: 'q' };
  const unknown = 'workflow "nobody" is not known here; look at its ids, or start it first';
  const closed = 'of workflow "closed" is closed (COMPLETED)';

  test.each<[string, Call, new (...args: never[]) => Error, string]>([
    ['start with an empty workflow id', (w) => w.start('finishes', { ...options, workflowId: '' }), TypeError, 'Missing WorkflowOptions.workflowId'],
    ['start without a task queue', (w) => w.start('finishes', { ...options, taskQueue: '' }), TypeError, 'Missing WorkflowOptions.taskQueue'],
    ['start with an empty type', (w) => w.start('', options), ServiceError, 'workflowType: expected a text that is not empty, but found ""'],
    [
      'start with a duration that is none',
      (w) => w.start('finishes', { ...options, workflowRunTimeout: 'soon' }),
      TypeError,
      "Invalid duration string: 'soon' for workflowRunTimeout; give milliseconds or a string like '30 seconds'",
    ],
    [
      'start with a negative duration',
      (w) => w.start('finishes', { ...options, workflowRunTimeout: -5 }),
      ServiceError,
      'workflowRunTimeout: expected a duration in milliseconds, from 0 to a thousand years, but found -5',
    ],
    ...UNSERIALISABLE.flatMap(([what, value, message]): [string, Call, typeof ValueError, string][] => [
      [`start with ${what}`, (w) => w.start('finishes', { ...options, args: [value] as never }), ValueError, message],
      [`signal with ${what}`, (w) => w.getHandle('open').signal('s', value), ValueError, message],
    ]),
    ['describe an unknown workflow', (w) => w.getHandle('nobody').describe(), WorkflowNotFoundError, unknown],
    ['await the result of an unknown workflow', (w) => w.getHandle('nobody').result(), WorkflowNotFoundError, unknown],
    ['signal an unknown workflow', (w) => w.getHandle('nobody').signal('s'), WorkflowNotFoundError, unknown],
    ['query an unknown workflow', (w) => w.getHandle('nobody').query('q'), WorkflowNotFoundError, unknown],
    ['cancel an unknown workflow', (w) => w.getHandle('nobody').cancel(), WorkflowNotFoundError, unknown],
    ['terminate an unknown workflow', (w) => w.getHandle('nobody').terminate(), WorkflowNotFoundError, unknown],
    ['describe an unknown run', (w) => w.getHandle('open', 'run').describe(), WorkflowNotFoundError, 'workflow "open" with the run run is not known here'],
    ['signal a closed run', (w) => w.getHandle('closed').signal('s'), WorkflowNotFoundError, closed],
    ['terminate a closed run', (w) => w.getHandle('closed').terminate(), WorkflowNotFoundError, closed],
    ['query what has no handler', (w) => w.getHandle('closed').query('q'), QueryNotRegisteredError, 'Workflow did not register a handler for q'],
  ])('%s', async (_, act, errorClass, message) => {
    const { workflow } = environment.client;
    await workflow.execute('finishes', { workflowId: 'closed', taskQueue: 'q' });
    await workflow.start('waits', { workflowId: 'open', taskQueue: 'q' });
    await environment.clock?.settle();
    const before = await world();

    const error = await rejection(act(workflow));
    expect(error).toBeInstanceOf(errorClass);
    expect(error.message).toContain(message);
    await environment.clock?.settle();
    expect(await world()).toEqual(before);
  });
});

describe('workflow code that asks for something impossible fails its task in words, and gives no command', () => {
  const unhandled = 'WORKFLOW_WORKER_UNHANDLED_FAILURE';
  const noTimeout = 'found neither; give startToCloseTimeout the longest time that one attempt may take';

  test.each<[string, string[], string, string]>([
    ['schedulesWithoutTimeout', [], unhandled, `Required either scheduleToCloseTimeout or startToCloseTimeout of activity 'work', ${noTimeout}`],
    ['proxiesWithoutTimeout', [], unhandled, `Required either scheduleToCloseTimeout or startToCloseTimeout, ${noTimeout}`],
    ['schedulesWithBadTimeout', [], unhandled, "Invalid duration string: 'soon' for startToCloseTimeout; give milliseconds or a string like '30 seconds'"],
    ['schedulesWithBadRetry', [], unhandled, 'RetryPolicy.maximumAttempts must be a positive integer, found -1'],
    ['schedulesWithNegativeTimeout', [], 'BAD_SCHEDULE_ACTIVITY_ATTRIBUTES', 'startToCloseTimeout is -1; give milliseconds, 0 or more'],
    ['sleepsBadly', [], unhandled, "Invalid duration string: 'soon'; give milliseconds or a string like '30 seconds'"],
    ['missingType', [], unhandled, "Failed to initialize workflow of type 'missingType': no such function is exported"],
    ['toString', [], unhandled, "Failed to initialize workflow of type 'toString': no such function is exported"],
    ['awaitsUnseen', [], unhandled, 'It awaits a promise that the engine does not own'],
    ...UNSERIALISABLE.map(([what, , message]): [string, string[], string, string] => ['sends', [what], unhandled, message]),
  ])('%s %s', async (workflowType, args, cause, message) => {
    const handle = await start(workflowType, ...args);
    await environment.clock?.settle();
    const events = await eventsOf('w');
    expect(events.map(({ type }) => type)).toEqual(['WorkflowExecutionStarted', 'WorkflowTaskScheduled', 'WorkflowTaskStarted', 'WorkflowTaskFailed']);
    expect(events[3]?.attributes).toMatchObject({ cause, failure: { message: expect.stringContaining(message) } });
    expect((await handle.describe()).status.name).toBe('RUNNING');
    expect(await environment.client.workflow.execute('finishes', { workflowId: 'neighbour', taskQueue: 'q' })).toBe('done');
  });

  test('an activity that no worker has fails with the names of those that it has', async () => {
    const handle = await start('callsUnknownActivity');
    expect((await rejection(handle.result())).cause).toMatchObject({
      message: 'Activity task failed',
      cause: { type: 'NotFoundError', message: 'Activity function missing is not registered on this Worker, available activities: ["work"]' },
    });
  });
});
