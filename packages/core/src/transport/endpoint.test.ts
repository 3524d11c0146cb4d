import { afterEach, describe, expect, test } from 'vitest';
import { ServiceError } from '../common/service-error.ts';
import { SERVICE_METHODS, type WorkflowService } from '../protocol/workflow-service.ts';
import { MOST_MESSAGES, messagesIn } from './batched-messages.ts';
import type { Call } from './call.ts';
import { connectService, exposeService, openCarrier } from './endpoint.ts';

const ports: MessagePort[] = [];
function channel(): MessageChannel {
  const made = new MessageChannel();
  ports.push(made.port1, made.port2);
  return made;
}
afterEach(() => {
  for (const port of ports.splice(0)) port.close();
});

/** A service whose methods give their name and argument back. */
function echoService(overrides: Record<string, unknown> = {}): WorkflowService {
  const methods = Object.fromEntries(SERVICE_METHODS.map((method) => [method, async (argument: unknown) => ({ method, argument })]));
  return { ...methods, secret: async () => 'secret', ...overrides } as unknown as WorkflowService;
}

function connected(service: WorkflowService, options: { timeoutMs?: number } = {}) {
  const { port1, port2 } = channel();
  const stop = exposeService(service, port1);
  return { remote: connectService(port2, options), stop, port1, port2 };
}

const request = { namespace: 'default', workflowExecution: { workflowId: 'w' } };

describe('a service behind a port', () => {
  test('answers each of its methods', async () => {
    const { remote } = connected(echoService());
    for (const method of SERVICE_METHODS) {
      const call = remote[method] as (argument: unknown) => Promise<unknown>;
      expect(await call({ namespace: 'n', list: [1, null, { a: 'b' }] })).toEqual({ method, argument: { namespace: 'n', list: [1, null, { a: 'b' }] } });
    }
  });

  test('answers many calls at once, long polls among them, each with its own answer', async () => {
    let answerPoll: (task: null) => void = () => {};
    const { remote } = connected(echoService({ pollActivityTaskQueue: () => new Promise((resolve) => (answerPoll = resolve)) }));
    const poll = remote.pollActivityTaskQueue({ namespace: 'n', taskQueue: 'q', identity: 'i', workerId: 'w' });
    const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => remote.countWorkflowExecutions({ namespace: `n${i}` })));
    expect(answers).toEqual(Array.from({ length: 50 }, (_, i) => ({ method: 'countWorkflowExecutions', argument: { namespace: `n${i}` } })));
    answerPoll(null);
    expect(await poll).toBeNull();
  });

  test('carries a ServiceError with its code, message and details', async () => {
    const thrown = new ServiceError('AlreadyStarted', 'workflow "w" is running', { details: { runId: 'r', workflowId: 'w' } });
    const { remote } = connected(echoService({ describeWorkflowExecution: () => Promise.reject(thrown) }));
    const error = await remote.describeWorkflowExecution(request).catch((reason) => reason);
    expect(error).toBeInstanceOf(ServiceError);
    expect({ code: error.code, message: error.message, details: error.details }).toEqual({
      code: 'AlreadyStarted',
      message: 'workflow "w" is running',
      details: { runId: 'r', workflowId: 'w' },
    });
  });

  test('carries any other error as Internal, with its name', async () => {
    const { remote } = connected(echoService({ describeWorkflowExecution: () => Promise.reject(new RangeError('too far')) }));
    await expect(remote.describeWorkflowExecution(request)).rejects.toMatchObject({ code: 'Internal', message: 'RangeError: too far' });
  });

  test('says so when an answer cannot be sent', async () => {
    const { remote } = connected(echoService({ describeWorkflowExecution: async () => ({ broken: () => {} }) }));
    await expect(remote.describeWorkflowExecution(request)).rejects.toMatchObject({ code: 'Internal' });
  });

  test('S5: refuses an argument that cannot be sent, and one that is not plain data', async () => {
    const { remote } = connected(echoService());
    const count = remote.countWorkflowExecutions as (argument: unknown) => Promise<unknown>;
    await expect(count({ query: () => {} })).rejects.toMatchObject({ code: 'InvalidArgument' });
    await expect(count({ query: new Map() })).rejects.toMatchObject({ code: 'InvalidArgument' });
  });

  test('rejects open calls and new ones with Unavailable once it is closed', async () => {
    const { remote } = connected(echoService({ pollActivityTaskQueue: () => new Promise(() => {}) }));
    const poll = remote.pollActivityTaskQueue({ namespace: 'n', taskQueue: 'q', identity: 'i', workerId: 'w' });
    remote.close('the engine worker has died');
    await expect(poll).rejects.toMatchObject({
      code: 'Unavailable',
      message: 'the engine worker has died; connect again and repeat the call with the same request id',
    });
    await expect(remote.countWorkflowExecutions({ namespace: 'n' })).rejects.toMatchObject({ code: 'Unavailable' });
  });

  test('tells the far end how long a call may take, and gives long polls no limit', async () => {
    const { port1, port2 } = channel();
    const calls: Call[] = [];
    exposeService(async (call: Call) => void calls.push(call), port1);
    const remote = connectService(port2, { timeoutMs: 700 });
    await remote.countWorkflowExecutions({ namespace: 'n' });
    await remote.getWorkflowExecutionHistory({ ...request, waitNewEvent: true });
    expect(calls).toEqual([
      { method: 'countWorkflowExecutions', argument: { namespace: 'n' }, timeoutMs: 700 },
      { method: 'getWorkflowExecutionHistory', argument: { ...request, waitNewEvent: true } },
    ]);
  });

  test('answers nothing after it was stopped', async () => {
    const { stop, port1, port2 } = connected(echoService());
    stop();
    port2.postMessage(applyMessage({ method: 'getEngineStatus' }));
    expect(await heard(port1, port2)).toEqual([]);
  });
});

/** What Comlink's own client would send for a call. */
const applyMessage = (value: unknown, more: Record<string, unknown> = {}) => ({
  id: 'x1',
  type: 'APPLY',
  path: [],
  argumentList: [{ type: 'RAW', value }],
  ...more,
});

/** What came back until a message sent afterwards has passed both ways. */
async function heard(near: MessagePort, far: MessagePort): Promise<unknown[]> {
  const messages: unknown[] = [];
  const passed = new Promise<void>((resolve) => {
    far.addEventListener('message', ({ data }) => (data === 'pong' ? resolve() : messages.push(data)));
    near.addEventListener('message', ({ data }) => data === 'ping' && setImmediate(() => near.postMessage('pong')));
  });
  far.start();
  near.start();
  far.postMessage('ping');
  await passed;
  return messages;
}

/** An object with an own property `__proto__`, which structured cloning carries. */
const withProtoKey = (value: unknown): unknown => Object.defineProperty({}, '__proto__', { value, enumerable: true, configurable: true, writable: true });

describe('raw wire messages', () => {
  const call = { method: 'getEngineStatus' };
  const dropped: [string, unknown][] = [
    ['SET along __proto__', { id: 'x1', type: 'SET', path: ['__proto__', 'polluted'], value: { type: 'RAW', value: true } }],
    ['GET of a property', { id: 'x1', type: 'GET', path: ['constructor'] }],
    ['GET without a path', { id: 'x1', type: 'GET', path: [] }],
    [
      'CONSTRUCT of Function',
      { id: 'x1', type: 'CONSTRUCT', path: ['constructor', 'constructor'], argumentList: [{ type: 'RAW', value: 'return globalThis' }] },
    ],
    ['APPLY along a path', applyMessage(call, { path: ['call'] })],
    ['APPLY of constructor', applyMessage('return globalThis.polluted = true', { path: ['constructor'] })],
    ['a path that is no array', applyMessage(call, { path: 'call' })],
    ['a path with a hole', applyMessage(call, { path: new Array(1) })],
    ['no path', { id: 'x1', type: 'APPLY', argumentList: [{ type: 'RAW', value: call }] }],
    ['ENDPOINT', { id: 'x1', type: 'ENDPOINT', path: [] }],
    ['RELEASE', { id: 'x1', type: 'RELEASE', path: [] }],
    ['a transfer handler', applyMessage(call, { argumentList: [{ type: 'HANDLER', name: 'throw', value: { isError: false, value: 'x' } }] })],
    [
      'two arguments',
      applyMessage(call, {
        argumentList: [
          { type: 'RAW', value: call },
          { type: 'RAW', value: call },
        ],
      }),
    ],
    ['no argument', applyMessage(call, { argumentList: [] })],
    ['an argument that is no object', applyMessage('getEngineStatus')],
    ['no id', applyMessage(call, { id: undefined })],
    ['an id of a kilobyte', applyMessage(call, { id: 'x'.repeat(1024) })],
    ['a message within __proto__', withProtoKey(applyMessage(call))],
    ['a string', 'APPLY'],
    ['null', null],
    ['an array', [applyMessage(call)]],
    ['a batch that is no list', { type: 'BATCH', messages: applyMessage(call) }],
    ['a batch longer than ours are', { type: 'BATCH', messages: new Array(MOST_MESSAGES + 1).fill(applyMessage(call)) }],
  ];
  const batched = dropped.map(([label, message]): [string, unknown] => [`${label}, in a batch,`, { type: 'BATCH', messages: [message] }]);

  test.each([...dropped, ...batched])('%s is dropped: nothing is called, answered or changed', async (_label, message) => {
    const calls: Call[] = [];
    const { port1, port2 } = channel();
    exposeService(async (call: Call) => void calls.push(call), port1);
    port2.postMessage(message);
    expect(await heard(port1, port2)).toEqual([]);
    expect(calls).toEqual([]);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  const refused: [string, unknown, string][] = [
    ['a method that is not listed', { method: 'secret' }, 'Unimplemented'],
    ['a method of Object.prototype', { method: 'constructor' }, 'Unimplemented'],
    ['a method named __proto__', { method: '__proto__' }, 'Unimplemented'],
    ['a method that is no string', { method: ['getEngineStatus'] }, 'Unimplemented'],
    ['no method', {}, 'Unimplemented'],
    ['an argument with a __proto__ key', { ...call, argument: withProtoKey({ polluted: true }) }, 'InvalidArgument'],
    ['a __proto__ key deep inside', { ...call, argument: { a: [{ b: withProtoKey(1) }] } }, 'InvalidArgument'],
    ['a Date', { ...call, argument: { at: new Date(0) } }, 'InvalidArgument'],
    ['a cycle', { ...call, argument: cycle() }, 'InvalidArgument'],
    ['an array of a billion holes', { ...call, argument: new Array(1_000_000_000) }, 'InvalidArgument'],
    ['NaN', { ...call, argument: Number.NaN }, 'InvalidArgument'],
    ['a bigint', { ...call, argument: 1n }, 'InvalidArgument'],
    ['a negative time limit', { ...call, timeoutMs: -1 }, 'InvalidArgument'],
    ['a time limit that is no number', { ...call, timeoutMs: '5' }, 'InvalidArgument'],
  ];
  test.each(refused)('%s is refused with a typed error', async (_label, value, code) => {
    const { port1, port2 } = channel();
    exposeService(echoService(), port1);
    port2.postMessage(applyMessage(value));
    const [reply] = (await heard(port1, port2)) as [{ value: { ok: boolean; error: { code: string } } }];
    expect({ ok: reply.value.ok, code: reply.value.error.code }).toEqual({ ok: false, code });
  });

  function cycle(): unknown {
    const made: Record<string, unknown> = {};
    made['self'] = made;
    return made;
  }

  test('the calls of a batch are each answered, and what is none is passed over', async () => {
    const { port1, port2 } = channel();
    exposeService(echoService(), port1);
    const forged = { id: 'x2', type: 'GET', path: ['constructor'] };
    port2.postMessage({ type: 'BATCH', messages: [applyMessage(call), forged, applyMessage({ method: 'secret' }, { id: 'x3' })] });
    const answers = (await heard(port1, port2)).flatMap(messagesIn) as { id: string; value: { ok: boolean } }[];
    expect(answers.map(({ id, value }) => [id, value.ok]).sort()).toEqual([
      ['x1', true],
      ['x3', false],
    ]);
  });

  test('only the argument of a call reaches the service', async () => {
    const calls: Call[] = [];
    const { port1, port2 } = channel();
    exposeService(async (call: Call) => void calls.push(call), port1);
    port2.postMessage(applyMessage({ ...call, argument: { a: 1 }, more: true }, { more: true }));
    await heard(port1, port2);
    expect(calls).toEqual([{ method: 'getEngineStatus', argument: { a: 1 } }]);
  });

  test('an answer that a handler of Comlink would build is not built', async () => {
    const { port1, port2 } = channel();
    port1.addEventListener('message', ({ data }) => {
      port1.postMessage({ id: data.id, type: 'HANDLER', name: 'proxy', value: null });
    });
    port1.start();
    await expect(openCarrier(port2).call({ method: 'getEngineStatus', argument: undefined })).rejects.toMatchObject({ code: 'Internal' });
  });

  test('an answer with an unknown error code becomes Internal', async () => {
    const { port1, port2 } = channel();
    port1.addEventListener('message', ({ data }) => {
      port1.postMessage({ id: data.id, type: 'RAW', value: { ok: false, error: { code: 'constructor', message: 'm' } } });
    });
    port1.start();
    await expect(openCarrier(port2).call({ method: 'getEngineStatus', argument: undefined })).rejects.toMatchObject({ code: 'Internal' });
  });
});
