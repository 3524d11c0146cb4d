/** Starts the playground: the engine, what follows it, the devtools, and the page. */
import { adoptDevtoolsStyles } from '@perdure/devtools-ui/parts';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { connectPlayground } from './connect-playground.ts';
import { allEffects } from './examples/guide/effects.ts';
import { EXAMPLES } from './examples/guide/examples.ts';
import { createExampleActions } from './examples/guide/state/start.ts';
import { ExamplePage } from './examples/guide/ui/example-page.tsx';
import { createActions } from './examples/upload/state/act.ts';
import { followUploads } from './examples/upload/state/follow.ts';
import { readPersistence } from './examples/upload/state/persistence.ts';
import { readSettings } from './examples/upload/state/settings.ts';
import { takeFiles } from './examples/upload/state/take-files.ts';
import { createUploadsStore } from './examples/upload/state/uploads-store.ts';
import { UploadPage } from './examples/upload/upload-page.tsx';
import { openDevtools } from './open-devtools.ts';
import { createEngineStore, followWhileReady } from './shell/engine.ts';
import { Shell, type ShownExample } from './shell/shell.tsx';
import { allowOwnScripts } from './trusted-types.ts';

allowOwnScripts();
adoptDevtoolsStyles(document);
const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element "root"');

const settings = readSettings(location.search);
const connection = connectPlayground();
const client = connection.client();
const uploads = createUploadsStore();
void readPersistence(uploads);
const actions = createActions(client, uploads);
const engine = createEngineStore(connection);
followWhileReady(engine, (signal) => followUploads({ client, service: connection.service }, uploads, signal));

const devtools = openDevtools(connection);
const openRun = (workflowId: string): void => devtools.navigation.go({ page: 'run', workflowId, file: undefined });
const exampleActions = createExampleActions(client, openRun);

/** For the console of the browser's developer tools, and for tests. */
Object.assign(globalThis, { playground: { client, service: connection.service, effects: allEffects } });

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
