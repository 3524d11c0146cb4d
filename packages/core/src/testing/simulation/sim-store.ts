/** The memory store as a slow and faulty disk: each operation is a step of the scheduler, in the order of the calls. */
import type { Epoch } from '../../common/brand.ts';
import type { StoreStatus } from '../../common/durability.ts';
import { ServiceError } from '../../common/service-error.ts';
import { type FaultPlan, withFaults } from '../../storage/faulty.ts';
import type { MemoryDatabase } from '../../storage/memory.ts';
import type { Batch, DigestedTable, Entry, Key, Range, Store, Stretch, Table, Value } from '../../storage/store.ts';
import type { Faults } from './faults.ts';
import type { Process, Scheduler } from './scheduler.ts';

export interface SimStoreOptions {
  readonly database: MemoryDatabase;
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly owner: Process;
  /** Over the database; it tells the world what takes effect, whether the writer will learn it or not. */
  readonly store: Store;
  /** What befalls each operation by plan. */
  readonly plan?: FaultPlan | undefined;
  /** What was asked of the disk may happen although who asked is frozen or dead; it is told when it goes on, if it does. */
  readonly outlivesOwner: boolean;
}

export class SimStore implements Store {
  readonly #options: SimStoreOptions;
  readonly #store: Store;
  #queue: Promise<unknown> = Promise.resolve();
  /** The keys of tables that were read, as they were then. */
  readonly #known = new Map<Table, Set<string>>();
  /** The keys of what was handed over to be written: a read before them may still be under way. */
  readonly #written = new Map<Table, Set<string>>();

  constructor(options: SimStoreOptions) {
    this.#options = options;
    this.#store = options.plan ? withFaults(options.store, options.plan) : options.store;
  }

  acquire(): Promise<Epoch> {
    return this.#step('acquire', () => this.#store.acquire());
  }

  get(table: Table, key: Key): Promise<Value | undefined> {
    return this.#step('get', () => this.#store.get(table, key));
  }

  getMany(table: Table, keys: readonly Key[]): Promise<(Value | undefined)[]> {
    return this.#step('getMany', () => {
      this.#learn(table);
      return this.#store.getMany(table, keys);
    });
  }

  /** As a driver may: by what it has read and written, and not by what another one has written since. */
  isAbsent(table: Table, key: Key): boolean {
    const [known, name] = [this.#known.get(table), JSON.stringify(key)];
    return known !== undefined && !known.has(name) && !this.#written.get(table)?.has(name);
  }

  range(table: Table, range: Range): Promise<Entry[]> {
    return this.#step('range', () => this.#store.range(table, range));
  }

  outline(table: DigestedTable, range: Range): Promise<readonly Stretch[]> {
    return this.#step('outline', () => this.#store.outline(table, range));
  }

  commit(batch: Batch, epoch: Epoch): Promise<void> {
    const copy = structuredClone(batch);
    for (const [table, key] of copy.puts) {
      const written = this.#written.get(table) ?? new Set();
      this.#written.set(table, written.add(JSON.stringify(key)));
    }
    return this.#step('commit', () => this.#commit(copy, epoch));
  }

  status(): StoreStatus {
    return this.#store.status();
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  #learn(table: Table): void {
    const keys = this.#options.database.tables[table].entries({ lower: undefined, upper: undefined });
    this.#known.set(table, new Set([...keys].map(([key]) => JSON.stringify(key))));
  }

  async #commit(batch: Batch, epoch: Epoch): Promise<void> {
    const { faults } = this.#options;
    if (faults.strikes('commit fails before it takes effect')) throw new ServiceError('StorageUnavailable', 'the disk refuses, by plan');
    await this.#store.commit(batch, epoch);
    if (faults.strikes('commit fails after it took effect')) throw new ServiceError('StorageUnavailable', 'the disk lost the answer, by plan');
  }

  /** The call as a step; the next one of this store waits for it. A dead owner's calls never answer. */
  #step<T>(name: string, perform: () => Promise<T>): Promise<T> {
    const { scheduler, faults, owner, outlivesOwner } = this.#options;
    const isWrite = name === 'commit' || name === 'acquire';
    const delay = name === 'commit' && faults.strikes('commit is late') ? scheduler.pick(3_000) : 0;
    const isWithDisk = outlivesOwner && isWrite && scheduler.chance(0.5);
    const told = <A>(act: (answer: A) => void) =>
      isWithDisk ? (answer: A) => void scheduler.post(`${owner.name} is told of its ${name}`, owner, 0, () => act(answer)) : act;
    const result = this.#queue.then(
      () =>
        new Promise<T>((resolve, reject) => {
          scheduler.post(`${owner.name} ${name}`, isWithDisk ? undefined : owner, delay, () => void perform().then(told(resolve), told(reject)));
        }),
    );
    this.#queue = result.then(noop, noop);
    return result;
  }
}

const noop = (): void => {};
