import { serve } from '@perdure/core/serve';

serve({ workflows: () => import('./workflows.ts'), activities: () => import('./activities.ts') });
