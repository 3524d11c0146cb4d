/** The playground's one worker script: engine, workflow code and activities, each in a worker of its own. */
import { serve } from '@perdure/core/serve';
import { TASK_QUEUE } from './examples/upload/contract.ts';

serve({
  workflows: () => import('./examples/upload/workflows.ts'),
  activities: () => import('./examples/upload/activities.ts'),
  database: 'perdure-playground',
  taskQueue: TASK_QUEUE,
});
