/** Activities in the page: a worker that polls the engine as any other. Its code is loaded only by pages that have activities. */
import type { DataConverter } from '../common/data-converter.ts';
import type { WorkflowService } from '../protocol/workflow-service.ts';
import type { Worker } from '../worker/worker.ts';
import { runHeldWorker } from './held-worker.ts';

export async function startPageWorker(options: {
  readonly service: WorkflowService;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly activities: object;
  readonly dataConverter?: DataConverter;
  readonly onEnd: () => void;
}): Promise<Worker> {
  const { onEnd, ...workerOptions } = options;
  const { Worker } = await import('../worker/worker.ts');
  const worker = await Worker.create(workerOptions);
  const { ended } = await runHeldWorker(worker);
  ended.finally(onEnd).catch(reportError);
  return worker;
}
