/** The page in which scenarios run: engine, client, worker and activities here, workflow code in a Worker that can be ended. */
import { createMemoryStore, openIndexedDbStore, type Store } from '@perdure/core/storage';
import type { Sandbox } from '../../packages/core/src/protocol/activation.ts';
import { connectSandbox } from '../../packages/core/src/workflow/port.ts';
import { type Host, names, type Recording, record, type WorkflowCode } from './record.ts';

const kind = new URL(location.href).searchParams.get('store');

const host: Host = {
  openStore: kind === 'memory' ? async () => createMemoryStore() : openDatabase,
  workflows: (code) => ({ sandbox: () => openSandbox(code) }),
};

/** A database of its own for each scenario, deleted when the store is closed. */
async function openDatabase(): Promise<Store> {
  const name = `conformance-${crypto.randomUUID()}`;
  const store = await openIndexedDbStore({ name });
  const close = store.close.bind(store);
  store.close = async () => {
    await close();
    indexedDB.deleteDatabase(name);
  };
  return store;
}

/** The Worker reads in its own name what code it is to run. */
function openSandbox(code: WorkflowCode): Sandbox {
  const worker = new Worker(new URL('./chromium-sandbox.ts', import.meta.url), { type: 'module', name: JSON.stringify(code) });
  const sandbox = connectSandbox(worker);
  const close = sandbox.close.bind(sandbox);
  sandbox.close = async () => {
    await close();
    worker.terminate();
  };
  return sandbox;
}

async function run(name: string): Promise<{ name: string; recording: Recording } | { name: string; error: string }> {
  try {
    return { name, recording: await record(name, host) };
  } catch (error) {
    return { name, error: error instanceof Error ? error.message : String(error) };
  }
}

Object.assign(globalThis, { conformance: { names, record: run } });
