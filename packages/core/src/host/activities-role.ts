/** The role of activities: the user's activities in a worker of their own, which polls the engine that started it. */
import { connectService } from '../transport/endpoint.ts';
import { runHeldWorker } from '../transport/held-worker.ts';
import { Worker } from '../worker/worker.ts';
import type { Ports } from './ports.ts';
import type { ServeOptions } from './serve.ts';

export async function serveActivitiesRole(ports: Ports, options: ServeOptions): Promise<void> {
  const { taskQueue = 'default', namespace = 'default', dataConverter } = options;
  const activities = (await options.activities?.()) ?? {};
  const port = await new Promise<MessagePort>((resolve) => ports.onPort(resolve));
  const worker = await Worker.create({ service: connectService(port), namespace, taskQueue, activities, ...(dataConverter && { dataConverter }) });
  const { ended } = await runHeldWorker(worker);
  ended.catch(reportError);
}
