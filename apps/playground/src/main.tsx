/** Starts the playground: the engine, what follows it, and the page. */
import { connect } from '@perdure/core/client';
import { adoptDevtoolsStyles } from '@perdure/devtools-ui';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createActions } from './examples/upload/state/act.ts';
import { followUploads } from './examples/upload/state/follow.ts';
import { readPersistence } from './examples/upload/state/persistence.ts';
import { readSettings } from './examples/upload/state/settings.ts';
import { takeFiles } from './examples/upload/state/take-files.ts';
import { createUploadsStore } from './examples/upload/state/uploads-store.ts';
import { UploadPage } from './examples/upload/upload-page.tsx';
import { createEngineStore, followWhileReady } from './shell/engine.ts';
import { Shell } from './shell/shell.tsx';
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

/** For the console of the browser's developer tools, and for tests. */
Object.assign(globalThis, { playground: { client, service: connection.service } });

createRoot(root).render(
  <StrictMode>
    <Shell engine={engine} onRestart={() => connection.restart()}>
      {(isReady) => (
        <UploadPage
          store={uploads}
          actions={actions}
          settings={settings}
          isEngineReady={isReady}
          onFiles={(files) => void takeFiles(files, { client, store: uploads, settings })}
        />
      )}
    </Shell>
  </StrictMode>,
);
