/**
 * A tab that waits for its turn: it finds the leader, sends it its calls, and notices when it is silent. A lock that falls free is told by
 * the lock itself; silence is for a leader that is frozen or hung and keeps it.
 */
import type { Millis } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';
import { SDK_VERSION } from '../common/version.ts';
import type { Caller } from './call.ts';
import type { OpenChannel } from './channel.ts';
import { openCarrier } from './endpoint.ts';
import { BEAT } from './leading-tab.ts';
import { CALLS_VERSION, callChannel, readTabMessage, type TabMessage, tabChannel } from './tab-messages.ts';

export interface FollowingTabOptions {
  readonly database: string;
  /** The id of this tab, whose lock it holds: see `holdWorkerLock`. */
  readonly tab: string;
  readonly clock: Clock;
  readonly openChannel: OpenChannel;
  /** After how many beats that did not come the leader counts as silent. Asked at each beat, as it may depend on what the tab is now. */
  readonly patience: () => number;
  readonly isVisible: () => boolean;
  /** Calls can be sent by `carrier` from now on. */
  readonly onLeader: (carrier: Caller) => void;
  /** The leader has left, and the next one is not known yet. */
  readonly onLeft: () => void;
  /** The leader does not answer. Called again at each further beat that does not come. */
  readonly onSilent: () => void;
}

/** After so many beats that did not come, a beat of any epoch is heard: the last one may have been forged. */
const DOUBT = 2;

/** A timer that is this late says that this tab was not running itself: then the silence is its own. */
const LATE: Millis = BEAT;

/**
 * For a tab that does not stand for election just now.
 *
 * @param onOpen another tab leads, and has the database open; called at each of its beats
 * @returns a function that listens no more; idempotent
 */
export function watchForLeader({ database, openChannel }: Pick<FollowingTabOptions, 'database' | 'openChannel'>, onOpen: () => void): () => void {
  const channel = openChannel(tabChannel(database));
  const hear = ({ data }: MessageEvent): void => {
    const message = readTabMessage(data);
    if (message?.kind === 'beat' && message.epoch !== undefined) onOpen();
  };
  channel.addEventListener('message', hear);
  const who: TabMessage = { kind: 'who' };
  channel.postMessage(who);
  return () => {
    channel.removeEventListener('message', hear);
    channel.close();
  };
}

/** @returns a function that stops following; idempotent */
export function followTabs(options: FollowingTabOptions): () => void {
  const { database, tab, clock, openChannel, patience, isVisible, onLeader, onLeft, onSilent } = options;
  const channel = openChannel(tabChannel(database));
  let leader: { readonly id: string; readonly call: Caller; readonly close: () => void; isJoined: boolean } | undefined;
  let epoch = 0;
  let missed = 0;
  let cancelTick = (): void => {};

  const tell = (message: TabMessage): void => channel.postMessage(message);
  const join = (id: string): void => tell({ kind: 'join', leader: id, tab, version: CALLS_VERSION });

  function hear({ data }: MessageEvent): void {
    const message = readTabMessage(data);
    if (message?.kind === 'beat') heardBeat(message.leader, message.epoch);
    else if (message?.kind === 'joined' && message.tab === tab && message.leader === leader?.id) joined();
    else if (message?.kind === 'left' && message.leader === leader?.id) forget();
    else if (message?.kind === 'census' && leader?.isJoined && message.leader === leader.id)
      tell({ kind: 'present', leader: leader.id, tab, isVisible: isVisible(), version: SDK_VERSION });
  }

  function heardBeat(id: string, beatEpoch = epoch): void {
    if (beatEpoch < epoch) return; // one that was deposed and does not know it yet
    epoch = beatEpoch;
    missed = 0;
    if (leader?.id !== id) meet(id);
  }

  function meet(id: string): void {
    forget();
    const calls = openChannel(callChannel(id, tab));
    const carrier = openCarrier(calls);
    const close = (): void => {
      carrier.stop();
      calls.close();
    };
    leader = { id, call: carrier.call, close, isJoined: false };
    join(id);
  }

  function joined(): void {
    if (!leader || leader.isJoined) return;
    leader.isJoined = true;
    onLeader(leader.call);
  }

  function forget(): void {
    if (!leader) return;
    const { isJoined, close } = leader;
    leader = undefined;
    close();
    if (isJoined) onLeft();
  }

  function tickOn(): void {
    const setAt = clock.now();
    cancelTick = clock.setTimer(BEAT, () => {
      tick(clock.now() - setAt);
      tickOn();
    });
  }

  function tick(passed: Millis): void {
    if (leader && !leader.isJoined) join(leader.id);
    // A clock that was set back or forward says the same as a late timer: nothing.
    if (passed < 0 || passed > BEAT + LATE) missed = 0;
    else missed++;
    if (missed >= DOUBT) epoch = 0;
    if (!leader || missed >= patience() - 1) tell({ kind: 'who' }); // a last question, before it is too late
    if (missed >= patience()) onSilent();
  }

  channel.addEventListener('message', hear);
  tell({ kind: 'who' });
  tickOn();
  return () => {
    cancelTick();
    leader?.close();
    leader = undefined;
    channel.removeEventListener('message', hear);
    channel.close();
  };
}
