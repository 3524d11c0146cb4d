/**
 * Keeps an engine worker alive behind a line of calls: boots it, ends it, and boots it again when it dies, so that callers notice nothing but
 * time. It does not know what the worker does, nor why the page ends it.
 */
import type { Millis } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';
import { ServiceError } from '../common/service-error.ts';
import type { LimitWarning } from '../protocol/limit-warning.ts';
import type { EngineStatus } from '../protocol/workflow-service.ts';
import { type BootMessage, readBootMessage } from './boot-message.ts';
import type { CallLine } from './call-line.ts';
import { openCarrier } from './endpoint.ts';
import { watchStartup } from './startup-watch.ts';

/** What is used of a `Worker`. */
export type EngineWorker = Pick<Worker, 'postMessage' | 'addEventListener' | 'terminate'>;

/** Waits before the next boot after a death, the first, the second and so on; after the last one it stays down. */
const PAUSES: readonly Millis[] = [0, 1_000, 4_000, 16_000, 30_000];
/** A worker that lived this long has earned a new series of attempts. */
const HEALTHY_AFTER: Millis = 60_000;

const SILENT = { state: 'starting', reason: 'the engine worker has not answered yet: its script is loading, or does not call serve()' } as const;

export interface EngineKeeper {
  /** Boots the worker if none runs; also after it has been given up. */
  boot(): void;
  /** Ends the worker at once. Calls wait, with `reason` for those that wait too long. */
  end(reason: string): void;
  /** What can be told without the worker; `undefined` while there is one to ask. */
  localStatus(): Pick<EngineStatus, 'state' | 'reason'> | undefined;
  /** Tells the worker what has become of the page. */
  tellPage(): void;
}

export interface EngineKeeperOptions {
  readonly spawn: () => EngineWorker;
  readonly line: CallLine;
  readonly clock: Clock;
  /** The worker has told how its engine fares. */
  readonly onStatus: (status: EngineStatus) => void;
  /** The engine has told of a run that comes near to a limit. */
  readonly onWarning: (warning: LimitWarning) => void;
  /** What `localStatus` gives has changed. */
  readonly onLocalStatus: () => void;
  readonly isVisible: () => boolean;
  /** Notices that a worker has died without a word, by its lock. */
  readonly watch: (tab: string, onLost: () => void) => () => void;
}

export function createEngineKeeper({ spawn, line, clock, onStatus, onWarning, onLocalStatus, isVisible, watch }: EngineKeeperOptions): EngineKeeper {
  let running: { readonly stop: () => void; readonly tell: (message: BootMessage) => void; hasSpoken: boolean } | undefined;
  let local: Pick<EngineStatus, 'state' | 'reason'> = { state: 'stopped', reason: 'the engine worker has not been started' };
  let deaths = 0;
  let cancelTimer = (): void => {};

  function start(): void {
    let worker: EngineWorker;
    try {
      worker = spawn();
    } catch (error) {
      return died(`the engine worker cannot be made: ${messageOf(error)}`);
    }
    const { port1, port2 } = new MessageChannel();
    const carrier = openCarrier(port1);
    let isOver = false;
    let unwatch: (() => void) | undefined;
    const startup = watchStartup(clock, (seconds) => died(`the engine worker has said nothing for ${seconds} s while its engine was starting`));
    const own = {
      hasSpoken: false,
      tell: (message: BootMessage) => worker.postMessage(message),
      stop() {
        isOver = true;
        unwatch?.();
        startup.stop();
        carrier.stop();
        port1.close();
        worker.terminate();
      },
    };
    running = own;
    worker.addEventListener('message', (event) => {
      const message = isOver ? undefined : readBootMessage((event as MessageEvent).data);
      if (message?.perdure === 'failed') return died(message.reason);
      if (message?.perdure === 'warning') onWarning(message.warning);
      if (message?.perdure === 'alive') startup.heard(true);
      if (message?.perdure !== 'status') return;
      startup.heard(message.status.state === 'starting');
      // Nobody answers at a port before the script has loaded, and perhaps never: calls are sent once the worker has spoken.
      if (!own.hasSpoken) line.attach(carrier.call);
      own.hasSpoken = true;
      if (message.tab !== undefined) unwatch ??= watch(message.tab, () => died('the engine worker was ended from outside'));
      onStatus(message.status);
    });
    worker.addEventListener('error', (event) => {
      if (!isOver) died(describeError(event as ErrorEvent));
    });
    worker.postMessage({ perdure: 'connect' } satisfies BootMessage, [port2]);
    own.tell(pageMessage());
    cancelTimer = clock.setTimer(HEALTHY_AFTER, () => {
      deaths = 0;
    });
    line.detach(SILENT.reason);
  }

  function stop(): void {
    cancelTimer();
    running?.stop();
    running = undefined;
  }

  function died(reason: string): void {
    stop();
    const pause = PAUSES[deaths++];
    if (pause === undefined) {
      local = { state: 'failed', reason: `${reason}. It was started ${deaths} times; reload the page to try again` };
      line.refuse(new ServiceError('Unavailable', local.reason as string));
    } else {
      local = { state: 'starting', reason: `${reason}. It is started again` };
      line.detach(local.reason as string);
      cancelTimer = clock.setTimer(pause, start);
    }
    onLocalStatus();
  }

  const pageMessage = (): BootMessage => ({ perdure: 'page', isVisible: isVisible() });

  return {
    tellPage: () => running?.tell(pageMessage()),
    boot() {
      if (running) return;
      deaths = 0;
      cancelTimer();
      start();
    },
    end(reason) {
      stop();
      local = { state: 'stopped', reason };
      line.detach(reason);
      onLocalStatus();
    },
    localStatus() {
      if (!running) return local;
      return running.hasSpoken ? undefined : SILENT;
    },
  };
}

/** A script that does not load gives an event without a message; an uncaught error in the engine gives one with it. */
function describeError(event: ErrorEvent): string {
  return event.message
    ? `the engine worker has failed: ${event.message}`
    : 'the script of the engine worker does not load: look at the network panel, and at worker-src and script-src of the Content-Security-Policy';
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
