/** The process in which scenarios run on Node: told what to run by its parent, which ends it if a scenario never does. */
import { createServer } from 'vite';
import { conformanceConfig } from './vite-config.mjs';

const { scenarios, store } = JSON.parse(process.argv[2]);
// What user code lets fall is the sandbox's to report; this process lives on, so that the next scenario runs.
process.on('unhandledRejection', (reason) => process.env.VERBOSE && console.error('unhandled rejection:', reason));
if (store === 'indexeddb') await import('fake-indexeddb/auto');

const server = await createServer(conformanceConfig({ scenarios, ssr: { noExternal: [/^@perdure/, /^@temporalio/] } }));
const load = (id) => server.ssrLoadModule(id);
const runner = await load('/scripts/conformance/record.ts');
const storage = await load('@perdure/core/storage');
const workflows = await load('virtual:conformance/workflows');
const host = {
  openStore: () =>
    store === 'indexeddb' ? storage.openIndexedDbStore({ name: `conformance-${Math.random()}` }) : Promise.resolve(storage.createMemoryStore()),
  workflows: ({ code }) => ({
    workflows: { ...workflows, ...Object.fromEntries(Object.entries(code).map(([type, name]) => [type, workflows[name]])) },
  }),
};

process.on('message', async ({ name }) => {
  try {
    process.send({ name, recording: await runner.record(name, host) });
  } catch (error) {
    process.send({ name, error: error instanceof Error ? error.message : String(error) });
  }
});
process.on('disconnect', () => process.exit(0));
process.send({ names: runner.names() });
