/**
 * The engine worker of a tab, from its boot to its end: the real host of an engine, which stands for election, leads or follows, on locks and
 * channels whose every message is a step of the scheduler.
 */
import type { StoreStatus } from '../../common/durability.ts';
import { type EngineHost, type RunningEngine, runEngineHost } from '../../host/engine-host.ts';
import type { EngineStatus } from '../../protocol/workflow-service.ts';
import type { Channel } from '../../transport/channel.ts';
import { leaderLock } from '../../transport/leader.ts';
import type { MemoryChannels } from '../../transport/memory-channels.ts';
import { checkedService } from '../../transport/request-guard.ts';
import { holdWorkerLock } from '../../transport/worker-lock.ts';
import { type EnginesOptions, MESSAGE_WEIGHT } from './engines.ts';
import type { Process } from './scheduler.ts';
import { createTabLocks } from './tab-locks.ts';

export const DATABASE = 'simulation';
const LATEST = 3_000;
const closedStore: StoreStatus = { driver: 'memory', durability: 'none', state: 'closed', commits: 0, puts: 0, deletes: 0 };

export interface TabEngineOptions extends Pick<EnginesOptions, 'scheduler' | 'faults' | 'start' | 'violate'> {
  readonly process: Process;
  readonly locks: LockManager;
  readonly channels: MemoryChannels;
  /** Told of the election and of what disturbs it. */
  readonly judge: { leads(engine: Process): void; leadsNoMore(engine: Process): void; troubled(): void };
  /** It takes the database from another tab. */
  readonly onSteal: () => void;
  readonly onStatus: (status: EngineStatus) => void;
  readonly isSeen: () => boolean;
}

export interface TabEngine {
  readonly process: Process;
  /** Once it has booted. */
  readonly host: EngineHost | undefined;
  /** Its service takes calls. */
  readonly isLeading: boolean;
  /** The names of the channels that it hears. */
  readonly channels: Iterable<string>;
  /** It dies: its locks fall free, and nobody hears it any more. */
  kill(): void;
}

export function bootTabEngine(options: TabEngineOptions): TabEngine {
  const { scheduler, faults, process, channels, judge, onStatus, isSeen } = options;
  const open = new Map<Channel, string>();
  const post = (label: string, act: () => void): void => void scheduler.post(`${process.name} ${label}`, process, 0, act);
  const locks = createTabLocks(options.locks, { process, post }, (name) => name === leaderLock(DATABASE) && options.onSteal());
  let leaderships = 0;
  let host: EngineHost | undefined;
  let isLeading = false;

  /** Messages of one channel arrive in their order. */
  function openChannel(name: string): Channel {
    const waiting: (() => void)[] = [];
    const isCarrier = !name.startsWith('perdure:tabs:');
    let notBefore = 0;
    const channel = channels.open(name, (deliver) => {
      waiting.push(deliver);
      if (!isCarrier && faults.strikes('message between tabs is late', MESSAGE_WEIGHT)) {
        notBefore = scheduler.now + scheduler.pick(LATEST);
        judge.troubled();
      }
      scheduler.post(`${process.name} hears ${name}`, process, notBefore - scheduler.now, () => waiting.shift()?.());
    });
    const close = (): void => {
      open.delete(channel);
      channel.close();
    };
    open.set(channel, name);
    return { ...channel, close };
  }

  async function start(onFailure: (reason: Error) => void): Promise<RunningEngine> {
    judge.leads(process);
    try {
      const service = await options.start(process, onFailure);
      isLeading = true;
      const stop = async (): Promise<void> => {
        isLeading = false;
        judge.leadsNoMore(process);
        await service.stop();
      };
      return { service: checkedService(service), epoch: service.epoch, wake: () => service.wake(), confirm: () => service.confirm(), stop };
    } catch (error) {
      judge.leadsNoMore(process);
      throw error;
    }
  }

  function run(): void {
    host = runEngineHost({
      database: DATABASE,
      tab: process.name,
      newLeader: () => `${process.name}/${++leaderships}`,
      openChannel,
      clock: process.clock,
      closedStore,
      locks: locks.manager,
      onStatus,
      start,
    });
    host.noticePage(isSeen());
  }

  holdWorkerLock(process.name, locks.manager).then(run, (error: unknown) => {
    if (process.isAlive) options.violate(`${process.name} does not boot: ${String(error)}`);
  });
  return {
    process,
    get host() {
      return host;
    },
    get isLeading() {
      return isLeading;
    },
    get channels() {
      return open.values();
    },
    kill() {
      process.kill();
      isLeading = false;
      judge.leadsNoMore(process);
      locks.release();
      for (const channel of [...open.keys()]) channel.close();
    },
  };
}
