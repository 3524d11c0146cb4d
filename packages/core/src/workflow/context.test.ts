/** The context that rides on `then`, forced in Node: a realm of its own, since the choice is the realm's. */
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { beforeAll, describe, expect, test } from 'vitest';
import * as api from '../entry/workflow.ts';
import { perdure } from '../vite/plugin.ts';
import { useContext } from './context.ts';
import { workflowsOf as nativeWorkflowsOf } from './fixtures/scoped-workflows.js';
import { fireTimer, givenRun, resultOf, signal, update, value } from './run.test-kit.ts';

type Workflows = Record<'scopes' | 'shields' | 'updates' | 'stores', () => Promise<unknown>>;

async function lowered(): Promise<Workflows> {
  const file = fileURLToPath(new URL('./fixtures/scoped-workflows.js', import.meta.url));
  const built = (await build({
    configFile: false,
    logLevel: 'silent',
    plugins: [perdure({ include: file })],
    build: { write: false, minify: false, target: 'esnext', lib: { entry: file, formats: ['es'] } },
  })) as unknown as { output: { code: string }[] }[];
  const module = await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(built[0]?.output[0]?.code as string)}`);
  return module.workflowsOf(api);
}

describe('the context that rides on then', () => {
  let workflows: Workflows;
  beforeAll(async () => {
    useContext('lowered');
    workflows = await lowered();
  });

  test('is chosen once for a realm', () => {
    expect(useContext().kind).toBe('lowered');
    expect(() => useContext('host')).toThrow('carried by "lowered" already');
  });

  test('keeps scopes over awaits in lowered code', async () => {
    const run = await givenRun(workflows.scopes);
    expect(resultOf(await run.activate(fireTimer(1), fireTimer(2)))).toEqual([true, true, true]);
  });

  test('keeps a shield', async () => {
    const run = await givenRun(workflows.shields);
    expect((await run.activate(fireTimer(1))).commands).toEqual([]);
    expect(resultOf(await run.activate(fireTimer(2)))).toBe('held');
  });

  test('keeps update info', async () => {
    const run = await givenRun(workflows.updates);
    await run.activate(update('who'));
    const { commands } = await run.activate(fireTimer(2));
    expect(commands).toMatchObject([
      { type: 'updateResponse', response: { status: 'completed' } },
      { type: 'cancelTimer' },
      { type: 'completeWorkflowExecution' },
    ]);
    const [answer] = commands as unknown as [{ response: { result: Parameters<typeof value>[0] } }];
    expect(value(answer.response.result)).toBe('who-id');
    expect(resultOf(run)).toBe(true);
  });

  test('keeps values of AsyncLocalStorage, and random streams', async () => {
    const run = await givenRun(workflows.stores);
    expect(resultOf(await run.activate(fireTimer(1), fireTimer(2)))).toEqual(['one', 'two', true, false]);
  });

  test('refuses nested scopes, storages and update info in native async code, and says what to add', async () => {
    const native = nativeWorkflowsOf(api);
    for (const name of ['scopes', 'shields', 'stores'] as const)
      expect((await givenRun(native[name])).completion).toMatchObject({
        status: 'failed',
        failure: { message: expect.stringContaining('Add the plugin perdure() of "@perdure/core/vite"') },
      });
    const run = await givenRun(native.updates);
    await run.activate(update('who'));
    expect((await run.activate(fireTimer(2))).completion).toMatchObject({
      status: 'failed',
      failure: { message: expect.stringContaining('currentUpdateInfo() needs a context') },
    });
  });

  test('runs native async code that needs none, with conditions, timeouts and signals', async () => {
    async function waits() {
      let poked = false;
      api.setHandler(api.defineSignal('poke'), () => {
        poked = true;
      });
      return [await api.condition(() => poked, '1 hour'), await api.condition(() => false, 1), Date.now() > 0];
    }
    const run = await givenRun(waits);
    await run.activate(signal('poke'));
    expect(resultOf(await run.activate(fireTimer(2)))).toEqual([true, false, true]);
  });

  test('finds a rejection that nobody handles, and leaves other code of the realm alone', async () => {
    async function rejects() {
      void Promise.reject(new Error('unheard'));
      await api.sleep(1);
    }
    expect((await givenRun(rejects)).completion).toMatchObject({ failure: { message: 'Unhandled Promise rejection: Error: unheard' } });
    expect(await Promise.resolve(1).then((n) => n + Date.now() * 0)).toBe(1);
  });
});
