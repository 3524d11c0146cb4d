/** Codecs through client, engine, worker and sandbox: every value arrives, and none of it can be read in what is stored. */
import { afterEach, describe, expect, test } from 'vitest';
import { activityInfo, heartbeat } from '../activity/functions.ts';
import { WithStartWorkflowOperation } from '../client/with-start.ts';
import { CompressionCodec } from '../codecs/compression-codec.ts';
import { EncryptionCodec } from '../codecs/encryption-codec.ts';
import type { DataConverter, PayloadCodec } from '../common/data-converter.ts';
import { decode } from '../common/encoding.ts';
import { DefaultFailureConverter } from '../common/failure-converter.ts';
import { ApplicationFailure } from '../common/failures.ts';
import { createMemoryStore } from '../storage/memory.ts';
import type { Store } from '../storage/store.ts';
import type { Worker } from '../worker/worker.ts';
import { proxyActivities, proxyLocalActivities } from '../workflow/activities.ts';
import { executeChild, getExternalWorkflowHandle } from '../workflow/children.ts';
import { continueAsNew } from '../workflow/continue-as-new.ts';
import { defineQuery, defineSignal, defineUpdate, setHandler } from '../workflow/definitions.ts';
import { mutableSideEffect, sideEffect } from '../workflow/markers.ts';
import { condition, sleep } from '../workflow/timers.ts';
import { upsertMemo, workflowInfo } from '../workflow/workflow-info.ts';
import { TestWorkflowEnvironment } from './environment.ts';

/** Long and regular, so that it is compressed as well, and found wherever it would be left. */
const SECRET = 'confidential-'.repeat(40);
/** Its word in all forms in which it could be stored: as it is, and as base64 from each of three places in a group. */
const FORMS = ['confidential', ...['', '.', '..'].map((before) => btoa(`${before}${SECRET}`).slice(4, 24))];
const secret = (name: string) => `${name} ${SECRET}`;

const activities = {
  echo: async (value: string) => `${value}, done`,
  beats: async () => {
    const before = activityInfo().heartbeatDetails as string | undefined;
    heartbeat(secret('heartbeat'));
    if (before === undefined) throw ApplicationFailure.create({ message: secret('first attempt'), details: [secret('attempt')] });
    return before;
  },
  fails: async () => {
    throw ApplicationFailure.nonRetryable(secret('message'), 'Failed', secret('detail'));
  },
};

const { echo, beats, fails } = proxyActivities<typeof activities>({ startToCloseTimeout: '1 minute', heartbeatTimeout: '30 seconds' });
const local = proxyLocalActivities<typeof activities>({ startToCloseTimeout: '1 minute' });
const signal = defineSignal<[string]>('signal');
const query = defineQuery<string, [string]>('query');
const update = defineUpdate<string, [string]>('update');

/** An error with its causes, as far as a user meets them. */
const words = (error: unknown): unknown[] => {
  const { message, details, cause } = error as { message: string; details?: unknown[]; cause?: unknown };
  return [message, ...(details ?? []), ...(cause ? words(cause) : [])];
};
const caught = (work: Promise<unknown>) => work.then(() => [], words);

const workflows = {
  async everything(argument: string) {
    const signals: string[] = [];
    setHandler(signal, (value) => void signals.push(value));
    setHandler(query, (value) => `${value}, ${signals[0]}`);
    setHandler(update, async (value) => echo(value), {
      validator(value) {
        if (value.startsWith('refuse')) throw new Error(value);
      },
    });
    await condition(() => signals.length === 2);
    upsertMemo({ added: secret('added') });
    const results = {
      argument,
      memo: workflowInfo().memo,
      signals,
      remote: await echo(secret('remote')),
      beats: await beats(),
      failed: await caught(fails()),
      local: await local.echo(secret('local')),
      localFailed: await caught(local.fails()),
      sideEffect: sideEffect(() => secret('side effect')),
      mutable: mutableSideEffect('setting', () => secret('setting')),
      child: await executeChild('child', { args: [secret('child')], memo: { of: secret('child memo') } }),
      childFailed: await caught(executeChild('child', { args: ['fail'] })),
    };
    await getExternalWorkflowHandle('other').signal(signal, secret('external'));
    await sleep('1 day'); // a new task, whose markers are read from the history when it is replayed
    return results;
  },
  async child(argument: string) {
    if (argument === 'fail') throw ApplicationFailure.nonRetryable(secret('child message'), 'Failed', secret('child detail'));
    return [argument, workflowInfo().memo];
  },
  async waits() {
    let given: string | undefined;
    setHandler(signal, (value) => {
      given = value;
    });
    setHandler(update, (value) => value);
    await condition(() => given !== undefined);
    return given;
  },
  async continues(round: number, argument: string): Promise<unknown> {
    if (round > 0) await continueAsNew<typeof workflows.continues>(round - 1, argument);
    return [argument, workflowInfo().memo];
  },
  async fails() {
    throw ApplicationFailure.nonRetryable(secret('message'), 'Failed', secret('detail'));
  },
  async failsTask() {
    throw new Error(secret('of a task'));
  },
};

/** Refuses what it has not encrypted, and who does not say for which workflow: whoever decodes what was never encoded, twice, or elsewhere is found out. */
class StrictEncryption extends EncryptionCodec {
  constructor() {
    super({ keyId: 'key', key: () => new Uint8Array(32).fill(7) });
  }
  override async encode(payloads: Parameters<PayloadCodec['encode']>[0], context: Parameters<PayloadCodec['encode']>[1]) {
    if (context?.workflowId === undefined) throw new Error('encoded for no workflow');
    for (const { metadata } of payloads) if (decode(metadata?.['encoding'] ?? new Uint8Array()) === 'binary/encrypted') throw new Error('encoded twice');
    return super.encode(payloads, context);
  }
  override async decode(payloads: Parameters<PayloadCodec['decode']>[0], context: Parameters<PayloadCodec['decode']>[1]) {
    for (const { metadata } of payloads)
      if (decode(metadata?.['encoding'] ?? new Uint8Array()) !== 'binary/encrypted') throw new Error('decoded, but never encoded');
    return super.decode(payloads, context);
  }
}

/** A store that remembers, as text, all that was ever committed to it. */
function recorded(store: Store): { store: Store; text: () => string } {
  const batches: string[] = [];
  const commit: Store['commit'] = (batch, epoch) => {
    batches.push(JSON.stringify(batch));
    return store.commit(batch, epoch);
  };
  const get = (target: Store, name: string | symbol): unknown => {
    const value: unknown = Reflect.get(target, name);
    return typeof value === 'function' ? value.bind(target) : value;
  };
  return {
    store: new Proxy(store, { get: (target, name) => (name === 'commit' ? commit : get(target, name)) }),
    text: () => batches.join('\n'),
  };
}

let end: () => Promise<void>;
afterEach(() => end());

async function stand(dataConverter: DataConverter) {
  const { store, text } = recorded(createMemoryStore());
  const environment = await TestWorkflowEnvironment.createTimeSkipping({ store, dataConverter });
  const logger = { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} };
  const open = () => environment.createWorker({ taskQueue: 'q', workflows, activities, logger });
  let worker: Worker = await open();
  let running = worker.run();
  const stop = async () => {
    worker.shutdown();
    await running;
  };
  end = async () => {
    await stop();
    await environment.teardown();
    await store.close();
  };
  const restart = async () => {
    await stop();
    worker = await open();
    running = worker.run();
  };
  return { environment, workflow: environment.client.workflow, text, restart };
}

const encrypting = (): DataConverter => ({
  failureConverter: new DefaultFailureConverter({ encodeCommonAttributes: true }),
  payloadCodecs: [new CompressionCodec(), new StrictEncryption()],
});
const options = (workflowId: string, ...args: unknown[]) => ({ workflowId, taskQueue: 'q', args, memo: { note: secret('note') } }) as never;

describe('with encryption, compression and encoded failures', () => {
  test('S11: every value of a workflow arrives, and nothing that is stored shows one', async () => {
    const { workflow, text, restart } = await stand(encrypting());
    const other = await workflow.start('waits', options('other'));
    const handle = await workflow.signalWithStart('everything', {
      ...(options('w', secret('argument')) as object),
      signal,
      signalArgs: [secret('with start')],
    } as never);
    expect(await handle.query(query, secret('asked'))).toBe(`${secret('asked')}, ${secret('with start')}`);
    expect(await handle.executeUpdate(update, { args: [secret('updated')] })).toBe(`${secret('updated')}, done`);
    expect(await caught(handle.executeUpdate(update, { args: [`refuse ${SECRET}`] }))).toContain(`refuse ${SECRET}`);
    await handle.signal(signal, secret('signalled'));
    await restart();
    expect(await handle.result()).toEqual({
      argument: secret('argument'),
      memo: { note: secret('note'), added: secret('added') },
      signals: [secret('with start'), secret('signalled')],
      remote: `${secret('remote')}, done`,
      beats: secret('heartbeat'),
      failed: ['Activity task failed', secret('message'), secret('detail')],
      local: `${secret('local')}, done`,
      localFailed: [secret('message'), secret('detail')],
      sideEffect: secret('side effect'),
      mutable: secret('setting'),
      child: [secret('child'), { of: secret('child memo') }],
      childFailed: ['Child Workflow execution failed', secret('child message'), secret('child detail')],
    });
    expect(await other.result()).toBe(secret('external'));
    await restart();
    expect(await handle.query(query, secret('asked'))).toBe(`${secret('asked')}, ${secret('with start')}`);
    expect((await handle.describe()).memo).toEqual({ note: secret('note'), added: secret('added') });
    for (const form of FORMS) expect(text()).not.toContain(form);
    expect(text()).toContain('encryption-key-id');
  });

  test('update-with-start, continue-as-new with its memo, termination and failures, too', async () => {
    const { environment, workflow, text } = await stand(encrypting());
    const operation = new WithStartWorkflowOperation('waits', { ...(options('with-start') as object), workflowIdConflictPolicy: 'USE_EXISTING' } as never);
    expect(await workflow.executeUpdateWithStart(update, { args: [secret('updated')], startWorkflowOperation: operation })).toBe(secret('updated'));
    const handle = await operation.workflowHandle();
    await handle.terminate('a reason is not encoded');
    expect(await workflow.execute('continues', options('can', 2, secret('argument')))).toEqual([secret('argument'), { note: secret('note') }]);
    expect(await caught(workflow.execute('fails', options('f')))).toEqual(['Workflow execution failed', secret('message'), secret('detail')]);
    const task = await workflow.start('failsTask', options('t'));
    await environment.sleep('1 minute');
    const failed = (await task.fetchHistory()).events.find(({ type }) => type === 'WorkflowTaskFailed');
    expect(failed?.attributes).toMatchObject({ failure: { message: 'Encoded failure', stackTrace: '' } });
    for (const form of FORMS) expect(text()).not.toContain(form);
  });
});

test('without codecs each of the forms would be found', async () => {
  const { workflow, text } = await stand({});
  await workflow.execute('continues', options('w', 0, secret('plain'), new TextEncoder().encode(SECRET)));
  expect(text()).toContain(FORMS[0]);
  expect(text()).toContain(FORMS[1]);
});

describe('a codec that fails', () => {
  /** Works until it is told otherwise. */
  class Faulty implements PayloadCodec {
    fault: undefined | 'encode' | 'decode';
    async encode(payloads: Parameters<PayloadCodec['encode']>[0]) {
      if (this.fault === 'encode') throw new Error('the key store is away');
      return payloads;
    }
    async decode(payloads: Parameters<PayloadCodec['decode']>[0]) {
      if (this.fault === 'decode') throw new Error('the key store is away');
      return payloads;
    }
  }
  const own = (fault: Faulty): DataConverter => ({ payloadCodecs: [fault] });

  test.each(['encode', 'decode'] as const)('in %s fails the workflow task in words, and the run goes on when it works again', async (fault) => {
    const codec = new Faulty();
    const { environment, workflow } = await stand(own(codec));
    const handle = await workflow.start('continues', { ...(options('w', 0, 'argument') as object), startDelay: '1 second' } as never);
    codec.fault = fault;
    await environment.sleep('3 seconds');
    const { events } = await handle.fetchHistory();
    expect(events.map(({ type }) => type)).toEqual(['WorkflowExecutionStarted', 'WorkflowTaskScheduled', 'WorkflowTaskStarted', 'WorkflowTaskFailed']);
    expect(events[3]?.attributes).toMatchObject({ cause: 'WORKFLOW_WORKER_UNHANDLED_FAILURE', failure: { message: 'the key store is away' } });
    codec.fault = undefined;
    expect(await handle.result()).toEqual(['argument', { note: secret('note') }]);
  });

  test('answers a query with the failure', async () => {
    const codec = new Faulty();
    const { workflow, environment } = await stand(own(codec));
    const handle = await workflow.start('everything', options('w', 'argument'));
    await environment.sleep('1 second');
    codec.fault = 'encode';
    const queried = environment.service.queryWorkflow({ namespace: 'default', workflowExecution: { workflowId: 'w' }, queryType: 'query' });
    await expect(queried).rejects.toThrow('the key store is away');
    codec.fault = undefined;
    expect(await handle.query(query, 'a')).toBe('a, undefined');
  });
});
