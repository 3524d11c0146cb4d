/** What the outside world has seen: the acknowledgements that callers got, and the ends of activities that are recorded. */
import type { UpdateWorkflowExecutionResponse } from '../../protocol/workflow-service.ts';

export interface Acknowledged {
  readonly workflowId: string;
  readonly kind: 'start' | 'signal' | 'cancel' | 'terminate';
  readonly requestId: string;
}

export interface Updated {
  readonly workflowId: string;
  readonly updateId: string;
  readonly answer: UpdateWorkflowExecutionResponse;
}

export class Ledger {
  readonly acknowledged: Acknowledged[] = [];
  readonly updates: Updated[] = [];
  /** What became of requests to start a workflow id again. */
  readonly restarted: { readonly workflowId: string; readonly runId: string; readonly started: boolean }[] = [];
  readonly #begun: Set<string> = new Set();
  /** By activity, the attempt whose result is in the store. */
  readonly #recorded: Map<string, number> = new Map();
  readonly #violate: (statement: string) => void;

  constructor(violate: (statement: string) => void) {
    this.#violate = violate;
  }

  acknowledge(entry: Acknowledged): void {
    this.acknowledged.push(entry);
  }

  updated(entry: Updated): void {
    this.updates.push(entry);
  }

  /** The requests of one kind that were acknowledged for a workflow, in the order of their acknowledgements. */
  requests(workflowId: string, kind: Acknowledged['kind']): string[] {
    return this.acknowledged.filter((entry) => entry.workflowId === workflowId && entry.kind === kind).map((entry) => entry.requestId);
  }

  /** The result of this activity is in the store. */
  record(activity: string, attempt: number): void {
    this.#recorded.set(activity, attempt);
  }

  /**
   * An attempt that was given away long ago may come to its worker after a later one has ended the activity: its end will be refused.
   *
   * @param isOnce an attempt is started once, unless it is one of a local activity
   */
  begin(activity: string, attempt: number, isOnce: boolean): void {
    const name = `${activity}#${attempt}`;
    if (isOnce && this.#begun.has(name)) this.#violate(`R21: attempt ${attempt} of activity ${activity} begins a second time`);
    this.#begun.add(name);
    if (!isOnce) return;
    const recorded = this.#recorded.get(activity) ?? Number.POSITIVE_INFINITY;
    if (attempt >= recorded) this.#violate(`ONE-OUTCOME: activity ${activity} runs again although its end is recorded`);
  }
}
