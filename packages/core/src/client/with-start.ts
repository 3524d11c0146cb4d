/** The start that `executeUpdateWithStart` carries with its update. */
import type { Workflow } from '../common/definitions.ts';
import type { WorkflowIdConflictPolicy } from '../common/enums.ts';
import { IllegalStateError } from '../common/errors.ts';
import type { WorkflowStartOptions } from './options.ts';
import type { WorkflowHandle } from './workflow-handle.ts';

interface Settle<W extends Workflow> {
  resolve(handle: WorkflowHandle<W>): void;
  reject(error: unknown): void;
}

/** Says how to start the workflow if it does not run, and gives its handle once it does. It serves one call. */
export class WithStartWorkflowOperation<W extends Workflow> {
  readonly workflow: string | W;
  readonly options: WorkflowStartOptions<W> & { workflowIdConflictPolicy: WorkflowIdConflictPolicy };
  readonly #handle: Promise<WorkflowHandle<W>>;
  #settle: Settle<W> | undefined;

  constructor(workflow: string | W, options: WorkflowStartOptions<W> & { workflowIdConflictPolicy: WorkflowIdConflictPolicy }) {
    this.workflow = workflow;
    this.options = options;
    this.#handle = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.#handle.catch(() => {}); // who asks for the handle is told; the caller of the update is told in any case
  }

  /**
   * The workflow that was started or found.
   *
   * @throws what the start threw
   */
  workflowHandle(): Promise<WorkflowHandle<W>> {
    return this.#handle;
  }

  /** For the client: takes the operation into use. @throws {IllegalStateError} the second time */
  begin(): Settle<W> {
    const settle = this.#settle;
    if (!settle) throw new IllegalStateError('This WithStartWorkflowOperation instance has already been executed; make one for each call');
    this.#settle = undefined;
    return settle;
  }
}
