/** The client: workflows, and activities that are completed from outside. */
import type { QueryRejectCondition } from '../common/enums.ts';
import { AsyncCompletionClient } from './async-completion-client.ts';
import { BaseClient } from './base-client.ts';
import type { ClientInterceptors } from './interceptors.ts';
import type { BaseClientOptions } from './options.ts';
import { WorkflowClient, type WorkflowClientOptions } from './workflow-client.ts';

export interface ClientOptions extends BaseClientOptions {
  interceptors?: ClientInterceptors;
  /** In which states of a workflow its queries are refused. @defaultValue NONE */
  queryRejectCondition?: QueryRejectCondition;
  /** Temporal's place for `queryRejectCondition`; it counts before the other one. */
  workflow?: { queryRejectCondition?: QueryRejectCondition };
}

/** @throws {TypeError} without a service */
export class Client extends BaseClient {
  readonly workflow: WorkflowClient;
  readonly activity: AsyncCompletionClient;

  constructor(options: ClientOptions) {
    const { interceptors, queryRejectCondition, workflow, ...base } = options;
    super(base);
    const workflowOptions: WorkflowClientOptions = { ...base };
    const condition = workflow?.queryRejectCondition ?? queryRejectCondition;
    if (condition !== undefined) workflowOptions.queryRejectCondition = condition;
    if (interceptors?.workflow !== undefined) workflowOptions.interceptors = interceptors.workflow;
    this.workflow = new WorkflowClient(workflowOptions);
    this.activity = new AsyncCompletionClient(base);
  }
}
