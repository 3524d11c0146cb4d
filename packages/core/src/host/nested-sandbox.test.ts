import { afterEach, expect, test, vi } from 'vitest';
import type { WorkflowActivation } from '../protocol/activation.ts';
import { createNestedSandbox, type SandboxWorker } from './nested-sandbox.ts';

afterEach(() => void vi.restoreAllMocks());

function nested() {
  const sent: unknown[] = [];
  const worker = Object.assign(new EventTarget(), { terminate: vi.fn(), postMessage: (message: unknown) => void sent.push(message) });
  const say = (data: unknown): boolean => worker.dispatchEvent(Object.assign(new Event('message'), { data }));
  const fail = (message?: string): Event => {
    const event = Object.assign(new Event('error', { cancelable: true }), message === undefined ? {} : { message });
    worker.dispatchEvent(event);
    return event;
  };
  return { sandbox: createNestedSandbox(worker as unknown as SandboxWorker), worker, sent, say, fail };
}

const activation = { runId: 'r', jobs: [] } as unknown as WorkflowActivation;

test('a nested sandbox tells its workflow types once its module has loaded', async () => {
  const { sandbox, say } = nested();
  const types = sandbox.ready();
  say({ kind: 'ready', result: { value: ['greet'] } });
  expect(await types).toEqual(['greet']);
});

const turns = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('activations are sent together', async () => {
  const { sandbox, sent } = nested();
  for (const runId of ['r1', 'r2']) sandbox.activate({ ...activation, runId }).catch(() => {});
  await turns();
  expect(sent).toEqual([{ kind: 'activate', items: [expect.objectContaining({ id: 1 }), expect.objectContaining({ id: 2 })] }]);
});

test('closing it ends its worker at once, and gives up what it was asked', async () => {
  const { sandbox, worker } = nested();
  const completion = sandbox.activate(activation);
  await sandbox.close();
  expect(worker.terminate).toHaveBeenCalledTimes(1);
  await expect(completion).rejects.toThrow('closed before it answered');
});

test('a script that does not load fails what it was asked, with words that say where to look', async () => {
  const { sandbox, fail } = nested();
  const [types, completion] = [sandbox.ready(), sandbox.activate(activation)];
  expect(fail().defaultPrevented).toBe(true);
  await expect(types).rejects.toMatchObject({ code: 'FailedPrecondition', message: expect.stringContaining('does not load') });
  await expect(completion).rejects.toMatchObject({ code: 'FailedPrecondition' });
});

test('an error at the top of the script is named', async () => {
  const { sandbox, fail } = nested();
  const types = sandbox.ready();
  fail('SyntaxError: oops');
  await expect(types).rejects.toMatchObject({ message: 'the sandbox of workflow code does not start: SyntaxError: oops' });
});

test('an uncaught error of a sandbox that runs is written out, and ends nothing', async () => {
  const log = vi.spyOn(console, 'error').mockReturnValue();
  const { sandbox, say, fail, worker } = nested();
  const types = sandbox.ready();
  say({ kind: 'ready', result: { value: [] } });
  await types;
  expect(fail('boom').defaultPrevented).toBe(true);
  expect(log).toHaveBeenCalledWith('[perdure] uncaught error in the sandbox of workflow code:', 'boom');
  expect(worker.terminate).not.toHaveBeenCalled();
});
