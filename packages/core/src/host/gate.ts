/**
 * The door of an engine worker. Calls come in from the first moment on; they wait here while there is no engine in this worker to take them,
 * because it is starting, or because another tab's engine leads. A carrier to that leader can be attached here in place of the own engine.
 */
import type { Millis } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';
import type { StoreStatus } from '../common/durability.ts';
import type { ServiceError } from '../common/service-error.ts';
import type { EngineStatus, WorkflowService } from '../protocol/workflow-service.ts';
import { type Caller, callerOf } from '../transport/call.ts';
import { createCallLine } from '../transport/call-line.ts';

export interface Gate {
  readonly call: Caller;
  /** An engine in this worker takes the calls. */
  open(service: WorkflowService): void;
  /** Calls wait, and those that wait too long are told `reason`. */
  wait(role: EngineStatus['role'], reason: string): void;
  /** Calls are refused with `error` until the next `open` or `wait`. */
  fail(error: ServiceError): void;
  status(): Promise<EngineStatus>;
}

export interface GateOptions {
  readonly clock: Clock;
  /** What is said of the store while it is not open. */
  readonly closedStore: StoreStatus;
  readonly onStatus: (status: EngineStatus) => void;
}

const STARTING_PAUSE: Millis = 50;

export function createGate({ clock, closedStore, onStatus }: GateOptions): Gate {
  const line = createCallLine({ clock, reason: 'the engine is starting' });
  let service: WorkflowService | undefined;
  let shut: Pick<EngineStatus, 'role' | 'state' | 'reason'> = { role: 'follower', state: 'starting', reason: 'the engine is starting' };

  const shutStatus = (): EngineStatus => ({
    ...shut,
    store: shut.state === 'failed' ? { ...closedStore, state: 'failed', reason: shut.reason as string } : closedStore,
    now: clock.now(),
    loadedRuns: 0,
  });
  const status = async (): Promise<EngineStatus> => (service ? service.getEngineStatus() : shutStatus());

  function close(next: typeof shut): void {
    service = undefined;
    shut = next;
    onStatus(shutStatus());
  }

  /** An engine that starts takes calls at once, and takes up behind what the last one left: its status is asked for until it has. */
  function tellStarted(engine: WorkflowService): void {
    engine.getEngineStatus().then(
      (status) => {
        if (service !== engine) return;
        onStatus(status);
        if (status.state === 'starting') clock.setTimer(STARTING_PAUSE, () => service === engine && tellStarted(engine));
      },
      () => {}, // it has stopped already, which is told on its own
    );
  }

  return {
    call: (call) => (call.method === 'getEngineStatus' ? status() : line.call(call)),
    status,
    open(engine) {
      service = engine;
      line.attach(callerOf(engine));
      tellStarted(engine);
    },
    wait(role, reason) {
      line.detach(reason);
      close({ role, state: 'starting', reason });
    },
    fail(error) {
      line.refuse(error);
      close({ role: 'follower', state: 'failed', reason: error.message });
    },
  };
}
