/** The worker for activities, as the engine has it: it is given the service, and started again when it does not load. */
import type { Millis } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';
import type { WorkflowService } from '../protocol/workflow-service.ts';
import { type ConnectMessage, readBootMessage } from '../transport/boot-message.ts';
import { exposeService } from '../transport/endpoint.ts';
import type { SandboxWorker } from './nested-sandbox.ts';
import type { RemoteLocals } from './remote-locals.ts';

const PAUSES: readonly Millis[] = [1_000, 4_000, 16_000];

/**
 * @param locals asks the worker for local activities
 * @returns a function that ends the worker
 */
export function startNestedActivities(spawn: () => SandboxWorker, service: WorkflowService, clock: Clock, locals: RemoteLocals): () => void {
  let stop = (): void => {};
  let failures = 0;

  function start(): void {
    const worker = spawn();
    const { port1, port2 } = new MessageChannel();
    const local = new MessageChannel();
    const unexpose = exposeService(service, port1);
    stop = () => {
      unexpose();
      port1.close();
      local.port1.close();
      worker.terminate();
    };
    worker.addEventListener('message', ({ data }) => {
      const message = readBootMessage(data);
      if (message?.perdure === 'failed') failed(message.reason);
    });
    worker.addEventListener('error', (event) => {
      // Else the error goes on to the page, where it counts as the death of the engine worker.
      event.preventDefault();
      const { message } = event as ErrorEvent;
      if (message) console.error('[perdure] uncaught error in the worker for activities:', message);
      else failed('its script does not load');
    });
    worker.postMessage({ perdure: 'connect' } satisfies ConnectMessage, [port2, local.port2]);
    locals.attach(local.port1);
  }

  function failed(reason: string): void {
    stop();
    const pause = PAUSES[failures++];
    console.error(
      `[perdure] the worker for activities has failed: ${reason}.`,
      pause === undefined ? 'It is not started again; its activities wait.' : `It is started again in ${pause} ms.`,
    );
    stop = pause === undefined ? () => {} : clock.setTimer(pause, start);
  }

  start();
  return () => stop();
}
