import { afterEach, describe, expect, test } from 'vitest';
import type { Sandbox, WorkflowActivation } from '../protocol/activation.ts';
import { connectSandbox, type MessagePortLike, serveSandbox } from './port.ts';
import { fireTimer, givenRun, resultOf } from './run.test-kit.ts';
import type { SandboxOptions } from './sandbox.ts';
import { sleep } from './timers.ts';

const open: MessagePort[] = [];
afterEach(() => {
  for (const port of open.splice(0)) port.close();
});

/** A port whose messages are counted. */
function counted(port: MessagePort): { port: MessagePortLike; sent: unknown[] } {
  const sent: unknown[] = [];
  return {
    sent,
    port: {
      postMessage(message) {
        sent.push(message);
        port.postMessage(message);
      },
      addEventListener: (type, listener) => port.addEventListener(type, listener as unknown as (event: Event) => void),
      start: () => port.start(),
    },
  };
}

function connected(workflows: SandboxOptions['workflows']): { sandbox: Sandbox; sent: unknown[]; answered: unknown[]; raw: MessagePort } {
  const { port1, port2 } = new MessageChannel();
  open.push(port1, port2);
  const here = counted(port1);
  const there = counted(port2);
  serveSandbox(there.port, { workflows, realm: 'shared' });
  return { sandbox: connectSandbox(here.port), sent: here.sent, answered: there.sent, raw: port1 };
}

async function sleeper(ms: number) {
  await sleep(ms);
  return `slept ${ms}`;
}

const idsIn = (answers: readonly unknown[]): number[] =>
  (answers as { kind: string; results?: { id: number }[] }[]).flatMap(({ results = [] }) => results.map(({ id }) => id));

const runsIn = (sent: readonly unknown[]): string[][] =>
  (sent as { items: { activation: { runId: string } }[] }[]).map(({ items }) => items.map(({ activation }) => activation.runId));

const removal = (runId: string): WorkflowActivation => ({
  runId,
  timestamp: 0,
  isReplaying: false,
  historyLength: 0,
  historySize: 0,
  continueAsNewSuggested: false,
  availableInternalFlags: [],
  jobs: [{ type: 'removeFromCache', reason: 'the test wants it' }],
});

describe('a sandbox behind a port', () => {
  test('runs workflows', async () => {
    const { sandbox } = connected({ sleeper });
    expect(await sandbox.ready()).toEqual(['sleeper']);
    const run = await givenRun(sleeper, [5], { sandbox });
    expect(run.commands).toEqual([{ type: 'startTimer', seq: 1, startToFireTimeout: 5 }]);
    expect(resultOf(await run.activate(fireTimer(1)))).toBe('slept 5');
  });

  test('has sent a result before the next run’s code begins, so that one that hangs is blamed alone', async () => {
    const ids: number[] = [];
    async function looksBack() {
      ids.push(...idsIn(answered));
    }
    const { sandbox, answered } = connected({ looksBack });
    await sandbox.ready();
    await Promise.all(['first', 'second', 'third'].map((runId) => givenRun(looksBack, [], { sandbox, runId })));
    expect(ids).toEqual([1, 1, 2]);
  });

  test('gets what is asked for in one go in one message', async () => {
    const { sandbox, sent } = connected({ sleeper });
    await sandbox.ready();
    sent.length = 0;
    const runs = await Promise.all(Array.from({ length: 10 }, (_, i) => givenRun(sleeper, [i + 1], { sandbox, runId: `run-${i}` })));
    expect(sent.length).toBe(1);
    expect(runs.map(({ commands }) => commands.length)).toEqual(Array(10).fill(1));
  });

  test('gets removals behind what is sent next, and answers them together', async () => {
    const { sandbox, sent, answered } = connected({ sleeper });
    for (const runId of ['a', 'b', 'c']) await givenRun(sleeper, [1], { sandbox, runId });
    sent.length = 0;
    answered.length = 0;
    const removals = ['a', 'b'].map((runId) => sandbox.activate(removal(runId)));
    const more = givenRun(sleeper, [1], { sandbox, runId: 'd' });
    await Promise.all([...removals, more]);
    expect(runsIn(sent)).toEqual([['d', 'a', 'b']]);
    expect(answered.map((message) => idsIn([message]))).toEqual([[6], [4, 5]]);
  });

  test('gets removals that nothing follows after a while, many at once', async () => {
    const { sandbox, sent } = connected({ sleeper });
    await givenRun(sleeper, [1], { sandbox, runId: 'a' });
    sent.length = 0;
    const [first] = await Promise.all([sandbox.activate(removal('a')), ...Array.from({ length: 70 }, () => sandbox.activate(removal('b')))]);
    expect(first).toMatchObject({ status: 'successful', runId: 'a' });
    expect(runsIn(sent).map(({ length }) => length)).toEqual([64, 7]);
    await expect(sandbox.activate({ ...removal('a'), jobs: [fireTimer(1)] })).resolves.toMatchObject({ status: 'failed' });
  });

  test('a run that begins anew is not removed by what was asked before', async () => {
    const { sandbox, sent } = connected({ sleeper });
    await givenRun(sleeper, [1], { sandbox, runId: 'a' });
    sent.length = 0;
    const removed = sandbox.activate(removal('a'));
    const run = await givenRun(sleeper, [2], { sandbox, runId: 'a' });
    await removed;
    expect(runsIn(sent)).toEqual([['a', 'a']]);
    expect(resultOf(await run.activate(fireTimer(1)))).toBe('slept 2');
  });

  test('rejects ready() with the error of the user’s module', async () => {
    const { sandbox } = connected(() => Promise.reject(new SyntaxError('in the module')));
    await expect(sandbox.ready()).rejects.toMatchObject({ name: 'SyntaxError', message: 'in the module' });
  });

  test('refuses what it does not know, and says so', async () => {
    const { sandbox, raw, answered } = connected({ sleeper });
    await sandbox.ready();
    for (const message of [{ kind: 'eval', code: '1' }, 'text', { kind: 'activate', items: [{ id: 1 }] }]) raw.postMessage(message);
    await expect(sandbox.activate({ runId: 'never', jobs: [] } as never)).rejects.toThrow(
      'The sandbox refused a message: a sandbox knows ready, activate and close; it was sent an object of kind "eval"',
    );
    expect(answered.filter((message) => (message as { kind: string }).kind === 'refused').length).toBeGreaterThan(0);
  });

  test('close() rejects what still waits, also if the other side is dead, and what comes after', async () => {
    const { port1, port2 } = new MessageChannel();
    open.push(port1, port2);
    const sandbox = connectSandbox(port1 as unknown as MessagePortLike);
    const ready = sandbox.ready();
    const started = givenRun(sleeper, [1], { sandbox });
    await Promise.resolve();
    await sandbox.close();
    await sandbox.close();
    await expect(ready).rejects.toThrow('The sandbox was closed before it answered');
    await expect(started).rejects.toThrow('The sandbox was closed before it answered');
    await expect(sandbox.ready()).rejects.toThrow('closed');
  });
});
