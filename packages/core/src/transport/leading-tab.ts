/** The leader, as other tabs have it: it says that it lives, and answers the calls of those that join. */
import type { Millis } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';
import type { Caller } from './call.ts';
import type { OpenChannel } from './channel.ts';
import { exposeService } from './endpoint.ts';
import { callChannel, readTabMessage, type TabMessage, tabChannel } from './tab-messages.ts';
import { watchWorkerLock } from './worker-lock.ts';

/** How often the leader says that it lives. */
export const BEAT: Millis = 1_000;
/** A leader that was silent for longer may have been deposed without having heard of it: others wait for more beats than these. */
const DOUBT: Millis = 2 * BEAT;

export interface LeadingTabOptions {
  readonly database: string;
  /** The id of this leadership: a new one each time, so that calls are sent again to a tab that leads again. */
  readonly leader: string;
  /** Takes the calls of other tabs. */
  readonly call: Caller;
  readonly clock: Clock;
  readonly openChannel: OpenChannel;
  readonly locks?: LockManager | undefined;
}

export interface LeadingTab {
  /** The database is open: beats carry its epoch from now on. */
  opened(epoch: number): void;
  /** How many other tabs are answered. */
  readonly followers: number;
  /** It was silent for so long that another tab may lead by now. */
  readonly isDoubtful: boolean;
  /** The database is still its own. */
  confirmed(): void;
  /** Tells the others, and answers nobody any more. Idempotent. */
  stop(): void;
}

export function leadTabs({ database, leader, call, clock, openChannel, locks }: LeadingTabOptions): LeadingTab {
  const channel = openChannel(tabChannel(database));
  const followers = new Map<string, () => void>();
  let epoch: number | undefined;
  let isStopped = false;
  let cancelBeat = (): void => {};
  let beatAt = clock.now();
  let isDoubtful = false;

  const tell = (message: TabMessage): void => channel.postMessage(message);
  const beat = (): void => tell(epoch === undefined ? { kind: 'beat', leader } : { kind: 'beat', leader, epoch });

  /** A clock that was set says nothing of how long it was, so that one has to look. */
  function look(): void {
    const passed = clock.now() - beatAt;
    if (passed < 0 || passed > DOUBT) isDoubtful = true;
  }

  function beatOn(): void {
    look();
    beat();
    beatAt = clock.now();
    cancelBeat = clock.setTimer(BEAT, beatOn);
  }

  /** A tab that asks again was not heard the first time, or did not hear: it is answered at one channel all the same. */
  function admit(tab: string): void {
    if (!followers.has(tab)) {
      const calls = openChannel(callChannel(leader, tab));
      const unexpose = exposeService(call, calls);
      const unwatch = watchWorkerLock(tab, () => dismiss(tab), locks);
      followers.set(tab, () => {
        unwatch();
        unexpose();
        calls.close();
      });
    }
    tell({ kind: 'joined', leader, tab });
  }

  function dismiss(tab: string): void {
    followers.get(tab)?.();
    followers.delete(tab);
  }

  function hear({ data }: MessageEvent): void {
    const message = readTabMessage(data);
    if (message?.kind === 'who') beat();
    else if (message?.kind === 'join' && message.leader === leader) admit(message.tab);
  }

  channel.addEventListener('message', hear);
  beatOn();
  return {
    opened(known) {
      epoch = known;
      if (!isStopped) beat();
    },
    get followers() {
      return followers.size;
    },
    get isDoubtful() {
      look();
      return isDoubtful;
    },
    confirmed() {
      isDoubtful = false;
      beatAt = clock.now();
    },
    stop() {
      if (isStopped) return;
      isStopped = true;
      cancelBeat();
      for (const tab of [...followers.keys()]) dismiss(tab);
      tell({ kind: 'left', leader });
      channel.removeEventListener('message', hear);
      channel.close();
    },
  };
}
