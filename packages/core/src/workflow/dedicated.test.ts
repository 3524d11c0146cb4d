import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sandbox } from '../protocol/activation.ts';
import { connectSandbox } from './port.ts';
import { fireTimer, givenRun, resultOf, START } from './run.test-kit.ts';

let worker: Worker;
let sandbox: Sandbox;
beforeAll(async () => {
  const built = (await build({
    configFile: false,
    logLevel: 'silent',
    build: { write: false, minify: false, target: 'esnext', ssr: fileURLToPath(new URL('./fixtures/dedicated-worker.ts', import.meta.url)) },
  })) as unknown as { output: { code: string }[] };
  // A function that the allowlist has never heard of.
  const code = `globalThis.aFunctionOfTheFuture = () => 'allowed';\n${built.output[0]?.code}`;
  worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`));
  sandbox = connectSandbox({
    postMessage: (message) => worker.postMessage(message),
    addEventListener: (_type, listener) => void worker.on('message', (data: unknown) => listener({ data })),
  });
});
afterAll(() => worker.terminate());

const named = (name: string): (() => void) => Object.defineProperty(() => {}, 'name', { value: name });

test('S8, R76: a realm of its own keeps what is on the allowlist and refuses the rest, also what nobody has heard of', async () => {
  expect(await sandbox.ready()).toEqual(['probes', 'sleeps']);
  const result = resultOf(await givenRun(named('probes'), [], { sandbox, activation: { timestamp: START } }));
  expect(result).toEqual({
    loading: [0, false, true],
    gone: [],
    fetch: 'DeterminismViolationError',
    blob: 'DeterminismViolationError',
    unheardOf: 'DeterminismViolationError',
    kept: '/y',
    now: START,
  });
});

test('runs go on over activations in it', async () => {
  const run = await givenRun(named('sleeps'), [], { sandbox, activation: { timestamp: START } });
  expect(resultOf(await run.activateAs({ timestamp: START + 7 }, fireTimer(1)))).toBe(START + 7);
});

test('close() answers for a worker that was terminated', async () => {
  const waiting = sandbox.activate({ runId: 'x', jobs: [] } as never);
  await worker.terminate();
  await Promise.all([expect(waiting).rejects.toThrow('The sandbox was closed before it answered'), sandbox.close()]);
});
