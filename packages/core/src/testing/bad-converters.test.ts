/** A user's payload converter that fails, at every place where it is called: an error in words, and the state as it was. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DefaultPayloadConverter, type Payload } from '../common/payload-converter.ts';
import type { Worker } from '../worker/worker.ts';
import { proxyActivities } from '../workflow/activities.ts';
import { defineQuery, defineSignal, setHandler } from '../workflow/definitions.ts';
import { condition } from '../workflow/timers.ts';
import { TestWorkflowEnvironment } from './environment.ts';

/** Refuses one value, in its own words, for as long as it is told to. */
class Picky extends DefaultPayloadConverter {
  static isPicky = true;
  override toPayload<T>(value: T): Payload {
    if (Picky.isPicky && (value as unknown) === 'bad') throw new RangeError('not this one');
    return super.toPayload(value);
  }
}

const { gives } = proxyActivities<{ gives: () => Promise<string> }>({ startToCloseTimeout: '1 minute', retry: { maximumAttempts: 1 } });
const go = defineSignal<[string]>('go');
const asks = defineQuery<string>('asks');
const workflows = {
  async waits() {
    let given: string | undefined;
    setHandler(go, (value) => {
      given = value;
    });
    setHandler(asks, () => 'bad');
    await condition(() => given !== undefined);
    return given;
  },
  ends: async () => 'bad',
  calls: async () => gives(),
};

let environment: TestWorkflowEnvironment;
let worker: Worker;
let running: Promise<void>;
beforeEach(async () => {
  Picky.isPicky = true;
  environment = await TestWorkflowEnvironment.createTimeSkipping({ dataConverter: { payloadConverter: new Picky() } });
  worker = await environment.createWorker({ taskQueue: 'q', workflows, activities: { gives: async () => 'bad' } });
  running = worker.run();
});
afterEach(async () => {
  worker.shutdown();
  await running;
  await environment.teardown();
});

const start = (type: string, args: string[] = []) => environment.client.workflow.start(type, { workflowId: 'w', taskQueue: 'q', args } as never);
const typesOf = async () => (await environment.client.workflow.getHandle('w').fetchHistory()).events.map(({ type }) => type);

test('an argument starts nothing', async () => {
  await expect(start('waits', ['bad'])).rejects.toThrow('not this one');
  await expect(typesOf()).rejects.toThrow();
});

test('an argument of a signal leaves the run as it was, and the answer to a query is its error', async () => {
  const handle = await start('waits');
  await expect(handle.query(asks)).rejects.toThrow('not this one');
  const before = await typesOf();
  await expect(handle.signal(go, 'bad')).rejects.toThrow('not this one');
  expect(await typesOf()).toEqual(before);
  await handle.signal(go, 'good');
  expect(await handle.result()).toBe('good');
});

test('the result of an activity is its failure', async () => {
  const handle = await start('calls');
  await expect(handle.result()).rejects.toMatchObject({ cause: { cause: { type: 'RangeError', message: 'not this one' } } });
});

test('the result of a workflow fails its task, which is tried again', async () => {
  const handle = await start('ends');
  await environment.sleep('1 second');
  expect((await typesOf()).at(-1)).toBe('WorkflowTaskFailed');
  Picky.isPicky = false;
  expect(await handle.result()).toBe('bad');
});
