/** The role of activities: the user's activities in a worker of their own, which polls the engine that started it, and is asked for local ones. */
import { connectService } from '../transport/endpoint.ts';
import { runHeldWorker } from '../transport/held-worker.ts';
import { localActivityRunnerOf } from '../worker/local-activity-runner.ts';
import { Worker } from '../worker/worker.ts';
import type { Ports } from './ports.ts';
import { serveLocals } from './remote-locals.ts';
import type { ServeOptions } from './serve.ts';

export async function serveActivitiesRole(ports: Ports, options: ServeOptions): Promise<void> {
  const { taskQueue = 'default', namespace = 'default', dataConverter } = options;
  const activities = (await options.activities?.()) ?? {};
  const [port, localPort] = await twoOf(ports);
  const worker = await Worker.create({ service: connectService(port), namespace, taskQueue, activities, ...(dataConverter && { dataConverter }) });
  serveLocals(localPort, localActivityRunnerOf(worker.options));
  const { ended } = await runHeldWorker(worker);
  ended.catch(reportError);
}

/** One leads to the service, and one asks for local activities. */
const twoOf = (ports: Ports): Promise<readonly [MessagePort, MessagePort]> =>
  new Promise((resolve) => {
    let service: MessagePort | undefined;
    ports.onPort((port) => {
      if (service) resolve([service, port]);
      else service = port;
    });
  });
