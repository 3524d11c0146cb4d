/** Types of what the engine says, by the names this example uses for them. */
import type { WorkflowExecutionDescription } from '@perdure/core/client';

type Description = WorkflowExecutionDescription['raw'];
/** In the wire's form: moments in milliseconds, failures as plain data. */
export type PendingActivity = Description['pendingActivities'][number];
export type PendingWorkflowTask = NonNullable<Description['pendingWorkflowTask']>;
