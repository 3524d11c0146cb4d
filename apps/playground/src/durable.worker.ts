/** The playground's one worker script: engine, workflow code and activities, each in a worker of its own. */
import { serve } from '@perdure/core/serve';
import { TASK_QUEUE } from './examples/upload/contract.ts';

serve({
  workflows: () => import('./examples/workflows.ts'),
  activities: () => import('./examples/activities.ts'),
  database: 'perdure-playground',
  taskQueue: TASK_QUEUE,
});
