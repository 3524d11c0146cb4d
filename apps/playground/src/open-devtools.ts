/** The devtools of the playground, for its own page and for the one that shows nothing else. */
import type { Connection } from '@perdure/core/client';
import { createDevtools, createEngineBackend, type Devtools, hashRouter } from '@perdure/devtools-ui/parts';
import { EXAMPLES } from './examples/guide/examples.ts';
import { TASK_QUEUE, WORKFLOW_TYPE } from './examples/upload/contract.ts';

export function openDevtools(connection: Connection): Devtools {
  const workflowTypes = [WORKFLOW_TYPE, 'light', 'page', ...EXAMPLES.map(({ workflowType }) => workflowType)].sort();
  const backend = createEngineBackend({ connection, label: 'perdure-playground', workflowTypes, taskQueue: TASK_QUEUE });
  return createDevtools({
    replays: connection.replays,
    backend,
    router: hashRouter(),
    isTouch: matchMedia('(pointer: coarse)').matches,
    ...(localStorageIfAllowed() ?? {}),
  });
}

/** A browser may forbid it: then nothing that is set is kept. */
function localStorageIfAllowed(): { readonly storage: Storage } | undefined {
  try {
    return { storage: localStorage };
  } catch {
    return undefined;
  }
}
