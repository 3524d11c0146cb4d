/** Starts the playground: the engine, what follows it, the devtools, and the page. */
import { connect } from '@perdure/core/client';
import { adoptDevtoolsStyles, createDevtools, createEngineBackend, hashRouter } from '@perdure/devtools-ui';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { EXAMPLES } from './examples/guide/examples.ts';
import { createExampleActions } from './examples/guide/state/start.ts';
import { ExamplePage } from './examples/guide/ui/example-page.tsx';
import { TASK_QUEUE, WORKFLOW_TYPE } from './examples/upload/contract.ts';
import { createActions } from './examples/upload/state/act.ts';
import { followUploads } from './examples/upload/state/follow.ts';
import { readPersistence } from './examples/upload/state/persistence.ts';
import { readSettings } from './examples/upload/state/settings.ts';
import { takeFiles } from './examples/upload/state/take-files.ts';
import { createUploadsStore } from './examples/upload/state/uploads-store.ts';
import { UploadPage } from './examples/upload/upload-page.tsx';
import { createEngineStore, followWhileReady } from './shell/engine.ts';
import { Shell, type ShownExample } from './shell/shell.tsx';
import { allowOwnScripts } from './trusted-types.ts';

allowOwnScripts();
adoptDevtoolsStyles(document);
const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element "root"');

const settings = readSettings(location.search);
const connection = connect({ worker: () => new Worker(new URL('./durable.worker.ts', import.meta.url), { type: 'module', name: 'perdure' }) });
const client = connection.client();
const uploads = createUploadsStore();
void readPersistence(uploads);
const actions = createActions(client, uploads);
const engine = createEngineStore(connection);
followWhileReady(engine, (signal) => followUploads({ client, service: connection.service }, uploads, signal));

const workflowTypes = [WORKFLOW_TYPE, 'page', ...EXAMPLES.map(({ workflowType }) => workflowType)].sort();
const backend = createEngineBackend({ connection, label: 'perdure-playground', workflowTypes, taskQueue: TASK_QUEUE });
const devtools = createDevtools({
  replays: connection.replays,
  backend,
  router: hashRouter(),
  isTouch: matchMedia('(pointer: coarse)').matches,
  ...(localStorageIfAllowed() ?? {}),
});
const openRun = (workflowId: string): void => devtools.navigation.go({ page: 'run', workflowId, file: undefined });
const exampleActions = createExampleActions(client, openRun);

/** For the console of the browser's developer tools, and for tests. */
Object.assign(globalThis, { playground: { client, service: connection.service } });

const examples: readonly ShownExample[] = [
  {
    id: 'upload',
    title: 'Durable upload',
    render: (isReady) => (
      <UploadPage
        store={uploads}
        actions={actions}
        settings={settings}
        isEngineReady={isReady}
        onFiles={(files) => void takeFiles(files, { client, store: uploads, settings })}
        onOpen={openRun}
      />
    ),
  },
  ...EXAMPLES.map((example) => ({
    id: example.id,
    title: example.title,
    render: (isReady: boolean) => <ExamplePage example={example} actions={exampleActions} isEngineReady={isReady} />,
  })),
];

createRoot(root).render(
  <StrictMode>
    <Shell engine={engine} onRestart={() => connection.restart()} examples={examples} devtools={devtools} />
  </StrictMode>,
);

/** A browser may forbid it: then nothing that is set is kept. */
function localStorageIfAllowed(): { readonly storage: Storage } | undefined {
  try {
    return { storage: localStorage };
  } catch {
    return undefined;
  }
}
