/** The role of activities: the user's activities in a worker of their own, which polls the engine that started it, and is asked for local ones. */
import { systemClock } from '../common/clock.ts';
import { loadDataConverter } from '../common/data-converter.ts';
import { connectService } from '../transport/endpoint.ts';
import { runHeldWorker } from '../transport/held-worker.ts';
import { activitiesOf } from '../worker/activity-execution.ts';
import { createLocalActivityRunner } from '../worker/local-activity-runner.ts';
import { Runtime } from '../worker/logger.ts';
import { Worker } from '../worker/worker.ts';
import type { Ports } from './ports.ts';
import { serveLocals } from './remote-locals.ts';
import type { ServeOptions } from './serve.ts';

/** At once, as a worker's. */
const MOST_LOCALS = 100;

export async function serveActivitiesRole(ports: Ports, options: ServeOptions): Promise<void> {
  const { taskQueue = 'default', namespace = 'default' } = options;
  const activities = (await options.activities?.()) ?? {};
  const dataConverter = loadDataConverter(options.dataConverter);
  const [port, localPort] = await twoOf(ports);
  const worker = await Worker.create({ service: connectService(port), namespace, taskQueue, activities, dataConverter });
  const runner = createLocalActivityRunner({
    activities: activitiesOf(activities),
    dataConverter: { ...dataConverter, payloadCodecs: [] }, // codecs see what is in the history, and that is the workflow's
    interceptors: [],
    clock: systemClock,
    logger: Runtime.instance().logger,
    client: undefined,
    maxConcurrent: MOST_LOCALS,
  });
  serveLocals(localPort, runner);
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
