/** Protobuf's message `temporal.api.common.v1.WorkflowExecution`, as far as the scenarios use it. */
export class WorkflowExecution {
  static readonly messageType = 'temporal.api.common.v1.WorkflowExecution';
  readonly workflowId: string;

  constructor({ workflowId }: { readonly workflowId: string }) {
    this.workflowId = workflowId;
  }
}
