/** Runs whose history is not as it was written. They are left alone, and all others go on; who asks for one is told what is wrong, and what can be done. */
import { isServiceError, ServiceError } from '../common/service-error.ts';
import type { DamagedRun, ListWorkflowExecutionsResponse } from '../protocol/workflow-service.ts';
import type { HistoryReading } from './history-rows.ts';
import { nameOf } from './loaded-run.ts';
import type { RunName } from './rows.ts';

/** So many are told of in the status. */
const MOST_TOLD = 100;

export class Quarantine {
  readonly #runs = new Map<string, DamagedRun>();

  /** @returns what its callers are told */
  add({ namespace, workflowId, runId }: RunName, damage: ServiceError, events: number): ServiceError {
    const reason = `its history can be read up to event ${events} only: ${damage.message}`;
    this.#runs.set(nameOf({ namespace, workflowId, runId }), { namespace, workflowId, runId, reason });
    const message = `run ${runId} of workflow "${workflowId}" is set apart: ${reason}. Other runs go on. getWorkflowExecutionHistory with \`readable\` gives what is left of it; terminating it ends it there`;
    return new ServiceError('DataLoss', message, { cause: damage, details: { namespace, workflowId, runId, readableEvents: events, retryable: false } });
  }

  remove(run: RunName): void {
    this.#runs.delete(nameOf(run));
  }

  /** Those of a list that are known to be damaged say so. */
  mark(list: ListWorkflowExecutionsResponse): ListWorkflowExecutionsResponse {
    if (this.#runs.size === 0) return list;
    const executions = list.executions.map((summary) => {
      const damaged = this.#runs.get(nameOf(summary));
      return damaged ? { ...summary, damage: damaged.reason } : summary;
    });
    return { ...list, executions };
  }

  get size(): number {
    return this.#runs.size;
  }

  list(): DamagedRun[] {
    return [...this.#runs.values()].slice(0, MOST_TOLD);
  }
}

export const eventsIn = ({ inputs }: Pick<HistoryReading, 'inputs'>): number => inputs.reduce((count, input) => ('eventId' in input ? count + 1 : count), 0);

/** The run that an error says is damaged. */
export function damagedRunOf(error: unknown): RunName | undefined {
  if (!isServiceError(error, 'DataLoss')) return undefined;
  const { namespace, workflowId, runId } = error.details;
  return typeof namespace === 'string' && workflowId !== undefined && runId !== undefined ? { namespace, workflowId, runId } : undefined;
}
