/** A sandbox in a worker of its own, as the engine has it: ended at once when it is closed, whatever its code is doing. */
import { ServiceError } from '../common/service-error.ts';
import type { Sandbox } from '../protocol/activation.ts';
import { connectSandbox } from '../workflow/port.ts';

/** What is used of the sandbox's `Worker`. */
export type SandboxWorker = Pick<Worker, 'postMessage' | 'addEventListener' | 'removeEventListener' | 'terminate'>;

export function createNestedSandbox(worker: SandboxWorker): Sandbox {
  const sandbox = connectSandbox(worker);
  let failure: ServiceError | undefined;
  let isReady = false;

  worker.addEventListener('error', (event) => {
    // Else the error goes on to the page, where it counts as the death of the engine worker.
    event.preventDefault();
    const { message } = event as ErrorEvent;
    if (isReady) return console.error('[perdure] uncaught error in the sandbox of workflow code:', message);
    failure = notLoaded(message);
    void sandbox.close(); // which rejects what waits for it
  });

  const explain = (error: unknown): never => {
    throw failure ?? error;
  };
  return {
    activate: (activation) => sandbox.activate(activation).catch(explain),
    async ready() {
      const types = await sandbox.ready().catch(explain);
      isReady = true;
      return types;
    },
    close() {
      worker.terminate();
      return sandbox.close();
    },
  };
}

const notLoaded = (message: string | undefined): ServiceError =>
  new ServiceError(
    'FailedPrecondition',
    message
      ? `the sandbox of workflow code does not start: ${message}`
      : 'the script of the sandbox of workflow code does not load: look at the network panel, and at worker-src of the Content-Security-Policy',
  );
