/**
 * The life of an engine in a worker: it stands for election, leads, and stands again when it has lost the database or its storage. What an
 * engine consists of is given by the caller; here is only when one runs.
 */
import type { Epoch, Millis } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';
import type { StoreStatus } from '../common/durability.ts';
import { isServiceError, ServiceError } from '../common/service-error.ts';
import type { EngineStatus, WorkflowService } from '../protocol/workflow-service.ts';
import { type Caller, callerOf } from '../transport/call.ts';
import type { OpenChannel } from '../transport/channel.ts';
import { followTabs, watchForLeader } from '../transport/following-tab.ts';
import { standForElection } from '../transport/leader.ts';
import { type LeadingTab, leadTabs } from '../transport/leading-tab.ts';
import { createGate, type Gate } from './gate.ts';

export interface RunningEngine {
  readonly service: WorkflowService;
  /** Of the store, raised by this engine when it opened it. */
  readonly epoch: Epoch;
  /** Looks at the clock: time may have passed that no timer noticed. */
  wake(): void;
  /**
   * Resolves when the database is still this engine's.
   *
   * @throws {ServiceError} `Fenced` when another one has taken it over
   */
  confirm(): Promise<void>;
  /** Ends all that was started, also when a part of it has failed. */
  stop(): Promise<void>;
}

export interface EngineHostOptions {
  readonly database: string;
  /** The id of this tab, whose lock it holds for as long as it lives. */
  readonly tab: string;
  /** Makes the id of a leadership. */
  readonly newLeader: () => string;
  readonly openChannel: OpenChannel;
  /**
   * Starts an engine; called only while this worker leads.
   *
   * @param onFailure to be called when the engine cannot go on: it lost the database (`Fenced`), or its storage
   */
  readonly start: (onFailure: (reason: Error) => void) => Promise<RunningEngine>;
  readonly clock: Clock;
  readonly closedStore: StoreStatus;
  readonly onStatus: (status: EngineStatus) => void;
  readonly locks?: LockManager;
}

export interface EngineHost {
  readonly call: Caller;
  /** The page is seen, or is not: a tab that is seen waits less for a leader that is silent. Time may have passed meanwhile. */
  noticePage(isVisible: boolean): void;
  /** Resolves when the engine has ended and the lock is free. Idempotent. */
  stop(): Promise<void>;
}

/** Waits before the next attempt after a failure; after the last one the engine stays down. */
const PAUSES: readonly Millis[] = [1_000, 4_000, 16_000];
/** Beats of the leader that a tab lets pass without hearing one, before it takes over: when it is seen, and when it is hidden. */
const PATIENCE = { seen: 4, hidden: 10 } as const;
/** An engine that ran this long has earned a new series of attempts. */
const HEALTHY_AFTER: Millis = 60_000;

export function runEngineHost(options: EngineHostOptions): EngineHost {
  const { database, clock } = options;
  const gate = createGate(options);
  const stopping = new AbortController();
  const tab: Tab = { isVisible: true, engine: undefined };

  async function run(): Promise<void> {
    let failures = 0;
    while (!stopping.signal.aborted) {
      const startedAt = clock.now();
      const reason = await leadOnce(options, gate, tab, stopping.signal);
      if (stopping.signal.aborted || isServiceError(reason, 'Fenced')) continue;
      if (clock.now() - startedAt > HEALTHY_AFTER) failures = 0;
      const pause = isWorthAnotherAttempt(reason) ? PAUSES[failures++] : undefined;
      gate.fail(describeFailure(reason, database, pause));
      if (pause === undefined) return;
      await pauseUnlessLed(options, pause, stopping.signal);
    }
  }

  const running = run();
  return {
    call: gate.call,
    noticePage(isVisible) {
      tab.isVisible = isVisible;
      tab.engine?.wake();
    },
    stop() {
      stopping.abort();
      gate.fail(new ServiceError('Unavailable', `the engine of database "${database}" has been stopped`));
      return running;
    },
  };
}

/** What the page has to do with. */
interface Tab {
  isVisible: boolean;
  /** While it leads. */
  engine: RunningEngine | undefined;
}

/** @returns why the engine runs no more */
async function leadOnce(options: EngineHostOptions, gate: Gate, tab: Tab, stopping: AbortSignal): Promise<unknown> {
  const { database, newLeader, start, clock, openChannel, locks } = options;
  let reason: unknown;
  let unfollow = (): void => {};

  const candidate = {
    onWaiting(depose: () => void) {
      const wait = (): void => gate.wait('follower', `another tab holds the database "${database}": calls are carried to its engine, once it is found`);
      wait();
      unfollow = followTabs({
        database,
        tab: options.tab,
        clock,
        openChannel,
        patience: () => PATIENCE[tab.isVisible ? 'seen' : 'hidden'],
        isVisible: () => tab.isVisible,
        onLeader: gate.follow,
        onLeft: wait,
        onSilent: depose,
      });
    },
    async lead(deposed: AbortSignal) {
      unfollow();
      gate.wait('leader', `the database "${database}" is being opened`);
      const guests = gate.receive();
      const { call } = guests;
      const tabs = leadTabs({ database, tab: options.tab, isVisible: () => tab.isVisible, leader: newLeader(), call, clock, openChannel, locks });
      const leaveOthers = (): void => {
        tabs.stop(); // first: what ends now is answered to nobody
        guests.end();
      };
      try {
        const failure = new AbortController();
        const engine = await start((error) => failure.abort(error));
        const over = AbortSignal.any([failure.signal, deposed, stopping]);
        if (!over.aborted) {
          tab.engine = engine;
          gate.open(
            engine.service,
            carrierTo(engine, tabs, (error) => failure.abort(error)),
            tabs.census,
          );
          tabs.opened(engine.epoch);
          await new Promise((resolve) => over.addEventListener('abort', resolve));
        }
        reason = failure.signal.aborted ? failure.signal.reason : new ServiceError('Fenced', `another tab has taken the database "${database}" over`);
        if (!stopping.aborted) gate.wait('follower', `the engine of this tab has stopped: ${messageOf(reason)}`);
        leaveOthers();
        await engine.stop();
      } finally {
        tab.engine = undefined;
        leaveOthers();
      }
    },
  };
  try {
    await standForElection(database, candidate, { signal: stopping, locks });
  } catch (error) {
    reason ??= error;
  } finally {
    unfollow();
  }
  return reason;
}

/**
 * What was not heard of for long looks at the store before it takes a call: it may wake up from a hang and have been deposed meanwhile. Its
 * commits would be refused, but it would answer what only reads from what it has in memory.
 */
function carrierTo({ service, confirm }: RunningEngine, tabs: LeadingTab, onLost: (reason: unknown) => void): Caller {
  const carry = callerOf(service);
  return async (call) => {
    if (tabs.isDoubtful) {
      await confirm().catch((error: unknown) => {
        if (isServiceError(error, 'Fenced')) onLost(error);
        throw error;
      });
      tabs.confirmed();
    }
    return carry(call);
  };
}

const isWorthAnotherAttempt = (reason: unknown): boolean =>
  !isServiceError(reason) || (WORTH_IT.has(reason.code) && !(reason.code === 'StorageUnavailable' && reason.details['retryable'] === false));

const WORTH_IT: ReadonlySet<string> = new Set(['StorageUnavailable', 'ResourceExhausted', 'Unavailable', 'Internal']);

function describeFailure(reason: unknown, database: string, pause: Millis | undefined): ServiceError {
  const next = pause === undefined ? 'It is not tried again: reload the page once the cause is removed' : `It is tried again in ${pause} ms`;
  const message = `the engine of database "${database}" does not run: ${messageOf(reason)}. ${next}`;
  const details = isServiceError(reason) ? reason.details : {};
  return new ServiceError(isServiceError(reason) ? reason.code : 'Internal', message, { cause: reason, details });
}

/** Ends early when another tab has what this one failed to open: then there is somebody to follow. */
function pauseUnlessLed({ clock, ...options }: EngineHostOptions, ms: Millis, stopping: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      cancel();
      unwatch();
      stopping.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.setTimer(ms, end);
    const unwatch = watchForLeader(options, end);
    stopping.addEventListener('abort', end);
  });
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
