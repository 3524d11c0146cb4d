/**
 * Asks the browser to open a database until it does. Slow is not hung: what was asked is waited for, it is asked again beside that, and whichever
 * succeeds first is taken. Some browsers never answer the first request after their start until they are asked which databases there are.
 */
import { wrap } from 'idb';
import type { Millis } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';
import type { ServiceError } from '../common/service-error.ts';
import { within } from './deadline.ts';
import { classify, isTransient, storageError } from './indexeddb-errors.ts';
import { type Database, FORMAT_VERSION } from './indexeddb-format.ts';
import { upgrade } from './indexeddb-upgrade.ts';

/** Without an answer for so long it is asked again; after the last of them the browser counts as hung. */
const WAITS: readonly Millis[] = [3_000, 6_000, 12_000, 24_000, 24_000];
const WARM_UP_DEADLINE: Millis = 1_000;
/** Another tab with an older version may block an upgrade as long as it likes. */
const BLOCKED_DEADLINE: Millis = 5_000;

export interface OpenOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly factory: IDBFactory | undefined;
  /** For a database that is made, or was made before databases had one. */
  readonly newIdentity: () => string;
  /** Told in words, each time that the browser has not answered. */
  readonly onSlow: (words: string) => void;
}

export interface Opened {
  readonly database: Database;
  /** There was none before. */
  readonly isNew: boolean;
}

export const DOING = 'opening the database';

/**
 * @param isMaking whether to make the database where there is none, and to bring an older one to this version
 * @throws what the browser says, or {ServiceError} `StorageUnavailable`: `timeout` with the number of `attempts`, `blocked`, `deleted`, `missing`
 */
export function openFirst(options: OpenOptions, isMaking: boolean): Promise<Opened> {
  if (!options.factory) return Promise.reject(storageError({ doing: DOING, name: options.name, fault: 'missing' }));
  return new Race(options, options.factory, isMaking).run();
}

/** Wakes the browser up. Which databases it has is not what it is about. */
export async function warmUp({ factory, clock }: Pick<OpenOptions, 'factory' | 'clock'>): Promise<void> {
  try {
    await within(clock, WARM_UP_DEADLINE, (factory as IDBFactory).databases());
  } catch {
    // the next attempt tells
  }
}

class Race {
  readonly #options: OpenOptions;
  readonly #factory: IDBFactory;
  readonly #isMaking: boolean;
  readonly #underWay = new Set<IDBOpenDBRequest>();
  #asked = 0;
  #isNew = false;
  #isOver = false;
  #isBlocked = false;
  #stopTimer: () => void = () => {};
  #resolve!: (opened: Opened) => void;
  #reject!: (reason: unknown) => void;

  constructor(options: OpenOptions, factory: IDBFactory, isMaking: boolean) {
    this.#options = options;
    this.#factory = factory;
    this.#isMaking = isMaking;
  }

  run(): Promise<Opened> {
    const answer = new Promise<Opened>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#ask();
    return answer;
  }

  #ask(): void {
    const wait = WAITS[this.#asked++] as Millis;
    this.#stopTimer = this.#options.clock.setTimer(wait, () => void this.#askAgain());
    try {
      this.#watch(this.#factory.open(this.#options.name, FORMAT_VERSION));
    } catch (error) {
      this.#failed(error);
    }
  }

  async #askAgain(): Promise<void> {
    const { name, onSlow } = this.#options;
    const waited = WAITS.slice(0, this.#asked).reduce((sum, wait) => sum + wait, 0) / 1_000;
    if (this.#asked === WAITS.length) return this.#end(hung(name, waited, this.#asked));
    onSlow(`the browser has not opened the database "${name}" for ${waited} s. It is waited for; if it does not come, reload the page`);
    await warmUp(this.#options);
    if (!this.#isOver && !this.#isBlocked) this.#ask();
  }

  #watch(opening: IDBOpenDBRequest): void {
    let reason: ServiceError | undefined;
    this.#underWay.add(opening);
    opening.onupgradeneeded = ({ oldVersion }) => {
      const transaction = opening.transaction as IDBTransaction;
      if (this.#isMaking && !this.#isOver) {
        this.#isNew ||= oldVersion === 0;
        return upgrade(opening.result, transaction, oldVersion, this.#options.newIdentity());
      }
      reason = storageError({ doing: DOING, name: this.#options.name, fault: 'deleted' });
      transaction.abort(); // who asked has given up, or wants no other database than the one that was here
    };
    opening.onblocked = ({ oldVersion }) => this.#blocked(oldVersion);
    opening.onsuccess = () => this.#succeeded(opening);
    opening.onerror = () => {
      this.#underWay.delete(opening);
      this.#failed(reason ?? opening.error);
    };
  }

  #succeeded(opening: IDBOpenDBRequest): void {
    this.#underWay.delete(opening);
    if (this.#isOver) return opening.result.close();
    this.#over();
    this.#resolve({ database: wrap(opening.result) as unknown as Database, isNew: this.#isNew });
  }

  /** One that has failed for now does not end the others. */
  #failed(error: unknown): void {
    const isLast = this.#underWay.size === 0;
    if (isLast || !isTransient(classify(error, DOING, this.#options.name))) this.#end(error);
  }

  #blocked(oldVersion: number): void {
    if (this.#isOver || this.#isBlocked) return;
    this.#isBlocked = true;
    this.#stopTimer();
    this.#stopTimer = this.#options.clock.setTimer(BLOCKED_DEADLINE, () => this.#end(blocked(this.#options.name, oldVersion)));
  }

  #end(error: unknown): void {
    if (this.#isOver) return;
    this.#over();
    this.#reject(error);
  }

  #over(): void {
    this.#isOver = true;
    this.#stopTimer();
  }
}

function hung(name: string, seconds: number, attempts: number): ServiceError {
  const words = `the browser did not answer within ${seconds} s, though it was asked ${attempts} times; reload the page, then open again`;
  return storageError({ doing: DOING, name, fault: 'timeout', words, details: { attempts } });
}

function blocked(name: string, found: number): ServiceError {
  const words = `another tab holds it open in version ${found}, and this code brings it to version ${FORMAT_VERSION}; close that tab, then open again`;
  return storageError({ doing: DOING, name, fault: 'blocked', words, details: { found, wanted: FORMAT_VERSION } });
}
