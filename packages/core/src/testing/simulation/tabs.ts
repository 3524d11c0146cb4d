/**
 * The tabs of a browser, with an engine worker in each: they elect one of them, and carry calls to it. Tabs come and go, freeze, hang, are
 * deposed and thawed; clocks jump; messages get lost. The host, the election and the transport are the real ones.
 */
import type { Millis } from '../../common/brand.ts';
import type { EngineStatus, WorkflowService } from '../../protocol/workflow-service.ts';
import { serviceOf } from '../../transport/call.ts';
import { DEFAULT_CALL_TIMEOUT } from '../../transport/endpoint.ts';
import { leaderLock } from '../../transport/leader.ts';
import { createMemoryChannels } from '../../transport/memory-channels.ts';
import { createMemoryLocks } from '../../transport/memory-locks.ts';
import { NAMESPACE } from './client-calls.ts';
import { DEATH_WEIGHT, type Engines, type EnginesOptions, MESSAGE_WEIGHT } from './engines.ts';
import type { FaultKind } from './faults.ts';
import { createLink, type Leader } from './link.ts';
import type { Process, Scheduler } from './scheduler.ts';
import { Tab } from './tab.ts';
import { TabCalls, type TabCallsOptions } from './tab-calls.ts';
import { bootTabEngine, DATABASE } from './tab-engine.ts';
import { LONGEST_SILENCE, TabJudge } from './tab-judge.ts';

export interface TabsOptions extends EnginesOptions, TabCallsOptions {
  /** So many are open at the beginning. */
  readonly count: number;
  /** Whether it lives in the page of a tab. */
  readonly isPage: (process: Process) => boolean;
  /** Its tab is closed. */
  readonly onPageGone: (page: Process) => void;
}

const MOST_TABS = 4;
/** How often each of what befalls tabs does, as a part of how often engines die. */
const WEIGHT = DEATH_WEIGHT / 2;
const DAY: Millis = 86_400_000;
/** Less than that is not noticed by a tab whose timer is that late, or whose clock jumps so far. */
const LEAST_HOLD: Millis = 3_000;
const LEAST_JUMP: Millis = 2_500;
/** An engine gives up after so many of them in a row. */
const LEAST_FAILURES = 4;
const LONG_STEADY: Millis = 200_000;
const LONGEST_DELAY: Millis = 90_000;

export class Tabs implements Engines {
  readonly #options: TabsOptions;
  readonly #locks: LockManager = createMemoryLocks();
  readonly #channels = createMemoryChannels();
  readonly #judge: TabJudge;
  readonly #calls: TabCalls;
  readonly #listeners: Set<(gone?: Process) => void> = new Set();
  readonly #homes: WeakMap<Process, Tab> = new WeakMap();
  /** What is held up, and goes on when the world is kind. */
  readonly #held: Set<() => void> = new Set();
  #tabs: readonly Tab[] = [];
  /** How far the clock of the machine is ahead of the time that passes. */
  #ahead: Millis = 0;
  #mostAhead: Millis = 0;
  #isKind = false;

  constructor(options: TabsOptions) {
    this.#options = options;
    this.#judge = new TabJudge({ scheduler: options.scheduler, tabs: () => this.#tabs, violate: options.violate });
    this.#calls = new TabCalls(options);
    this.#channels.loses = (name) => {
      if (!name.startsWith('perdure:tabs:') || !options.faults.strikes('message between tabs is lost', MESSAGE_WEIGHT)) return false;
      this.#judge.troubled();
      return true;
    };
  }

  /** How far at most a clock has been ahead of the time that passes. */
  get mostAhead(): Millis {
    return this.#mostAhead;
  }

  /** How late a timer may be: an engine that was left alone looks at the clock once a minute, and a workflow task holds up what fires meanwhile. */
  get patience(): Millis {
    return this.#judge.leaderSteadyFor > LONG_STEADY ? LONGEST_DELAY : Number.POSITIVE_INFINITY;
  }

  begin(): void {
    for (let count = 0; count < this.#options.count; count++) this.#openTab();
  }

  link(owner: Process): WorkflowService {
    return createLink({
      scheduler: this.#options.scheduler,
      faults: this.#options.faults,
      owner,
      leader: () => this.#wayOf(owner),
      onLeaderChange: (listener) => {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
      isPersistent: true,
    });
  }

  strike(): void {
    const { scheduler } = this.#options;
    this.#strikes('engine dies', () => this.#reboot(this.#leadingTab()), DEATH_WEIGHT);
    this.#strikes('tab is opened', () => this.#tabs.length < MOST_TABS && this.#openTab());
    this.#strikes('tab is closed', () => this.#closeTab(this.#anyTab()));
    this.#strikes('page freezes and ends its engine', () => this.#putAside(this.#anyTab()));
    this.#strikes('tab freezes', () => this.#holdUp(this.#anyTab(), (tab) => tab.freeze()));
    this.#strikes('engine hangs', () => this.#holdUp(this.#anyTab(), (tab) => tab.hang()));
    this.#strikes('machine sleeps', () => this.#sleep());
    this.#strikes('leader is deposed', () => this.#depose());
    this.#strikes('page is hidden or seen', () => this.#show(this.#anyTab(), scheduler.chance(0.5)));
    this.#strikes('clock jumps', () => this.#jump());
  }

  /** As a step of its own: the one that is about to be taken is taken before. When that was the last of the troubled ones, nothing strikes. */
  #strikes(kind: FaultKind, act: () => void, weight = WEIGHT): void {
    const { faults, scheduler } = this.#options;
    if (faults.strikes(kind, weight)) scheduler.post(kind, undefined, 0, () => void (this.#isKind || act()));
  }

  calm(): void {
    this.#isKind = true;
    for (const release of [...this.#held]) release();
    if (this.#tabs.length === 0) this.#openTab();
  }

  async check(): Promise<void> {
    const { violate } = this.#options;
    const leading = this.#tabs.filter(({ engine }) => engine?.isLeading).length;
    if (leading !== 1) violate(`ONE-LEADER: ${leading} engines lead when all is at rest`);
    const asked = this.#tabs.map(async ({ engine, name }) => {
      if (!engine?.host) return violate(`LIVE: ${name} has no engine when all is at rest`);
      await engine.host.call({ method: 'countWorkflowExecutions', argument: { namespace: NAMESPACE } });
    });
    await Promise.all(asked);
    this.#calls.check();
    this.#checkChannels();
  }

  /** BOUNDED: a channel of two is closed when one of them is gone. */
  #checkChannels(): void {
    const alive = new Set(this.#tabs.map(({ engine }) => engine?.process.name));
    for (const { engine } of this.#tabs)
      for (const name of engine?.channels ?? []) {
        const [, kind, leader, tab] = name.split(':');
        if (kind === 'calls' && !(alive.has(leader?.split('/')[0]) && alive.has(tab)))
          this.#options.violate(`BOUNDED: ${engine?.process.name} still hears ${name}, whose other end is gone`);
      }
  }

  #openTab(): void {
    const { scheduler, nextName } = this.#options;
    const tab = new Tab(`tab-${nextName()}`, () => scheduler.now);
    this.#tabs = [...this.#tabs, tab];
    this.#boot(tab);
  }

  #closeTab(tab: Tab | undefined): void {
    if (!tab) return;
    tab.isClosed = true;
    this.#tabs = this.#tabs.filter((other) => other !== tab);
    this.#endEngine(tab);
    for (const page of tab.pages) this.#options.onPageGone(page);
    const { scheduler } = this.#options;
    if (this.#tabs.length === 0) scheduler.post('another tab', undefined, scheduler.pick(3_000), () => this.#tabs.length === 0 && this.#openTab());
  }

  #boot(tab: Tab): void {
    const { scheduler, faults, nextName, start, violate } = this.#options;
    const process = scheduler.process(`${tab.name}.${nextName()}`, () => this.#ahead + tab.ahead);
    tab.disturbed();
    tab.engine = bootTabEngine({
      scheduler,
      faults,
      start,
      violate,
      process,
      locks: this.#locks,
      channels: this.#channels,
      judge: this.#judge,
      onSteal: () => this.#judge.steals(tab),
      onStatus: (status) => this.#hearStatus(tab, process, status),
      isSeen: () => tab.isSeen,
    });
  }

  #endEngine(tab: Tab): void {
    const { engine } = tab;
    tab.engine = undefined;
    engine?.kill();
    if (engine) for (const listener of [...this.#listeners]) listener(engine.process);
  }

  /** As a page does whose engine worker has died. */
  #reboot(tab: Tab | undefined): void {
    if (!tab) return;
    this.#endEngine(tab);
    const { scheduler } = this.#options;
    scheduler.post(`${tab.name} boots its engine again`, undefined, scheduler.pick(2_000), () => this.#bootUnlessGone(tab));
  }

  #bootUnlessGone(tab: Tab): void {
    if (!tab.isClosed && !tab.isFrozen && !tab.engine) this.#boot(tab);
  }

  /** An engine that has given up stays so until its page is loaded again. */
  #hearStatus(tab: Tab, process: Process, { state, reason }: EngineStatus): void {
    if (state !== 'failed') return;
    tab.disturbed();
    tab.failures++;
    this.#options.log(`${process.name} fails: ${reason}`);
    if (!reason?.includes('not tried again')) return;
    if (tab.failures < LEAST_FAILURES) this.#options.violate(`LIVE: ${process.name} gives up after ${tab.failures} failures: ${reason}`);
    tab.failures = 0;
    this.#options.scheduler.post(`${tab.name} is loaded again`, process, 2_000, () => this.#reboot(tab));
  }

  /** It is frozen, and its page has ended its engine before, as it should. */
  #putAside(tab: Tab | undefined): void {
    if (!tab) return;
    this.#endEngine(tab);
    this.#holdUp(tab, () => tab.freeze());
  }

  /** For a while, which may be long. */
  #holdUp(tab: Tab | undefined, hold: (tab: Tab) => () => void): void {
    if (!tab || this.#isKind) return;
    const { scheduler } = this.#options;
    const duration = scheduler.chance(0.5) ? scheduler.pick(10_000) : LONGEST_SILENCE + scheduler.pick(40_000);
    const leader = tab.engine?.process;
    const release = hold(tab);
    const goOn = (): void => {
      if (!this.#held.delete(goOn)) return;
      release();
      this.#bootUnlessGone(tab);
    };
    this.#held.add(goOn);
    if (leader) this.#judge.silent(leader, () => this.#held.has(goOn));
    scheduler.post(`${tab.name} goes on`, undefined, LEAST_HOLD + duration, goOn);
  }

  /** All tabs stand still together, and none is to blame. */
  #sleep(): void {
    if (this.#isKind) return;
    const { scheduler } = this.#options;
    const slept = this.#tabs.map((tab) => ({ tab, thaw: tab.freeze() }));
    const wake = (): void => {
      if (!this.#held.delete(wake)) return;
      for (const { tab, thaw } of slept) {
        thaw();
        this.#bootUnlessGone(tab);
      }
    };
    this.#held.add(wake);
    scheduler.post('the machine wakes', undefined, LEAST_HOLD + scheduler.pick(60_000), wake);
  }

  /** Somebody else takes the lock, and lets it go. */
  #depose(): void {
    const { scheduler } = this.#options;
    const hold = () => new Promise<void>((letGo) => void scheduler.post('the thief lets go of the lock', undefined, scheduler.pick(3_000), letGo));
    this.#locks.request(leaderLock(DATABASE), { steal: true }, hold).catch(() => {}); // stolen from the thief in turn
  }

  #show(tab: Tab | undefined, isSeen: boolean): void {
    if (!tab) return;
    tab.isSeen = isSeen;
    const { scheduler } = this.#options;
    const { engine } = tab;
    if (engine) scheduler.post(`${engine.process.name} is ${isSeen ? 'seen' : 'hidden'}`, engine.process, 0, () => engine.host?.noticePage(isSeen));
  }

  /** That of the machine forward, as after a long sleep; that of a tab in either direction. */
  #jump(): void {
    const { scheduler, log } = this.#options;
    const tab = this.#anyTab();
    const isOfMachine = scheduler.chance(0.4);
    const by = isOfMachine ? LEAST_JUMP + scheduler.pick(scheduler.of([20_000, 3_600_000, 2 * DAY])) : jumpOf(scheduler);
    if (isOfMachine) this.#ahead += by;
    else if (tab) tab.ahead = by;
    for (const other of isOfMachine || !tab ? this.#tabs : [tab]) other.disturbed();
    this.#mostAhead = Math.max(this.#mostAhead, this.#ahead, ...this.#tabs.map(({ ahead }) => this.#ahead + ahead));
    log(`the clock of ${isOfMachine ? 'the machine' : tab?.name} jumps by ${by} ms`);
  }

  #anyTab(): Tab | undefined {
    const { length } = this.#tabs;
    return length === 0 ? undefined : this.#tabs[this.#options.scheduler.pick(length)];
  }

  #leadingTab(): Tab | undefined {
    return this.#tabs.find(({ engine }) => engine?.isLeading) ?? this.#anyTab();
  }

  /** A worker lives in one tab for as long as that is open; clients are everywhere. */
  #wayOf(owner: Process): Leader | undefined {
    const tab = this.#homeOf(owner);
    const { host, process } = tab?.engine ?? {};
    if (!host || !process) return undefined;
    return { process, service: serviceOf((call) => this.#calls.carry(process, call, host.call), DEFAULT_CALL_TIMEOUT) };
  }

  #homeOf(owner: Process): Tab | undefined {
    const { scheduler, isPage } = this.#options;
    const home = this.#homes.get(owner);
    if (home && !home.isClosed) return home;
    const awake = this.#tabs.filter(({ isFrozen }) => !isFrozen);
    if (awake.length === 0) return undefined;
    const tab = awake[scheduler.pick(awake.length)] as Tab;
    if (!isPage(owner)) return tab;
    this.#homes.set(owner, tab);
    tab.pages.add(owner);
    return tab;
  }
}

/** A clock that is set back makes each timer wait as long, so that is not much. */
const jumpOf = (scheduler: Scheduler): Millis => (scheduler.chance(0.5) ? 1 : -1) * (LEAST_JUMP + scheduler.pick(60_000));
