/** The devtools as a page of their own: they find the engine of the origin, and go on while the page that opened them is loaded anew. */
import { Panel } from '@perdure/devtools-ui/parts';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { connectPlayground } from './connect-playground.ts';
import { openDevtools } from './open-devtools.ts';
import { allowOwnScripts } from './trusted-types.ts';

allowOwnScripts();
const root = document.getElementById('root');
if (!root) throw new Error('devtools.html has no element "root"');
createRoot(root).render(
  <StrictMode>
    <main className="devtools-page">
      <Panel devtools={openDevtools(connectPlayground())} />
    </main>
  </StrictMode>,
);
