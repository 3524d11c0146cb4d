/**
 * The door of an engine worker. Calls come in from the first moment on; they wait here while there is no engine in this worker to take them,
 * because it is starting, or because another tab's engine leads. A carrier to that leader can be attached here in place of the own engine.
 */
import type { Millis } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';
import type { StoreFault, StoreStatus } from '../common/durability.ts';
import { ServiceError } from '../common/service-error.ts';
import type { EngineInfo, TabInfo } from '../protocol/engine-info.ts';
import type { EngineStatus, WorkflowService } from '../protocol/workflow-service.ts';
import type { Call, Caller } from '../transport/call.ts';
import { type CallLine, createCallLine } from '../transport/call-line.ts';

export interface Gate {
  readonly call: Caller;
  /** A way in for the calls of other tabs, for as long as this one leads. */
  receive(): Guests;
  /** An engine in this worker takes the calls, by `carrier`. `census` tells of the tabs that it serves. */
  open(service: WorkflowService, carrier: Caller, census?: () => readonly TabInfo[]): void;
  /** Another tab's engine takes the calls, by `carrier`. */
  follow(carrier: Caller): void;
  /** Calls wait, and those that wait too long are told `reason`. */
  wait(role: EngineStatus['role'], reason: string): void;
  /** Calls are refused with `error` until the next `open` or `wait`. */
  fail(error: ServiceError): void;
  status(): Promise<EngineStatus>;
}

/** The calls of other tabs. Those wait on their own side, too, and are sent again from there: here they end with the leadership, and go to no other leader. */
export interface Guests {
  readonly call: Caller;
  /** Rejects what is not answered: nobody hears it any more. Idempotent. */
  end(): void;
}

export interface GateOptions {
  readonly clock: Clock;
  /** The id of this tab, by which who asks knows itself among others. */
  readonly tab: string;
  /** What is said of the store while it is not open. */
  readonly closedStore: StoreStatus;
  readonly onStatus: (status: EngineStatus) => void;
}

const STARTING_PAUSE: Millis = 50;
/** How long the status of the leader is waited for. */
const PATIENCE: Millis = 1_000;

export function createGate({ clock, tab, closedStore, onStatus }: GateOptions): Gate {
  const line = createCallLine({ clock, reason: 'the engine is starting' });
  let service: WorkflowService | undefined;
  let census: (() => readonly TabInfo[]) | undefined;
  let leader: Caller | undefined;
  let guests: CallLine | undefined;
  let fault: StoreFault | undefined;
  let shut: Pick<EngineStatus, 'role' | 'state' | 'reason'> = { role: 'follower', state: 'starting', reason: 'the engine is starting' };

  const shutStatus = (): EngineStatus => ({
    ...shut,
    store: shut.state === 'failed' ? { ...closedStore, state: 'failed', reason: shut.reason as string, ...(fault && { fault }) } : closedStore,
    now: clock.now(),
    loadedRuns: 0,
  });

  async function status(): Promise<EngineStatus> {
    if (service) return service.getEngineStatus();
    return leader ? statusOfLeader() : shutStatus();
  }

  /** What the leader says of itself, as a tab has it that follows. */
  async function statusOfLeader(): Promise<EngineStatus> {
    try {
      const status = (await line.call({ method: 'getEngineStatus', argument: undefined, timeoutMs: PATIENCE })) as EngineStatus;
      return { ...status, role: 'follower' };
    } catch {
      return shutStatus(); // it does not answer now: what is known here is said
    }
  }

  function close(next: typeof shut): void {
    service = undefined;
    census = undefined;
    leader = undefined;
    shut = next;
    onStatus(shutStatus());
  }

  /** An engine that starts takes calls at once, and takes up behind what the last one left: its status is asked for until it has. */
  function tellStarted(isCurrent: () => boolean): void {
    status().then(
      (status) => {
        if (!isCurrent()) return;
        onStatus(status);
        if (status.state === 'starting') clock.setTimer(STARTING_PAUSE, () => isCurrent() && tellStarted(isCurrent));
      },
      () => {}, // it has stopped already, which is told on its own
    );
  }

  function answer(call: Call, by: CallLine): Promise<unknown> {
    if (call.method === 'getEngineStatus') return status();
    if (call.method === 'getEngineInfo') return by.call(call).then((info) => ({ ...(info as EngineInfo), ...(census && { tabs: census() }), thisTab: tab }));
    return by.call(call);
  }

  function receive(): Guests {
    const own = createCallLine({ clock, reason: 'the engine is starting' });
    guests = own;
    return {
      call: (call) => answer(call, own),
      end() {
        if (guests === own) guests = undefined;
        own.refuse(new ServiceError('Unavailable', 'the engine of this tab leads no more; the call is sent again to the next leader'));
      },
    };
  }

  return {
    call: (call) => answer(call, line),
    receive,
    status,
    open(engine, carrier, tabs) {
      service = engine;
      census = tabs;
      leader = undefined;
      line.attach(carrier);
      guests?.attach(carrier);
      tellStarted(() => service === engine);
    },
    follow(carrier) {
      leader = carrier;
      line.attach(carrier);
      tellStarted(() => leader === carrier);
    },
    wait(role, reason) {
      line.detach(reason);
      close({ role, state: 'starting', reason });
    },
    fail(error) {
      line.refuse(error);
      fault = error.details['fault'] as StoreFault | undefined;
      close({ role: 'follower', state: 'failed', reason: error.message });
    },
  };
}
