/** A store that fails as it is told: for tests and simulation of what happens when a write is refused, late, lost or answered twice. */
import type { Epoch } from '../common/brand.ts';
import type { StoreStatus } from '../common/durability.ts';
import { ServiceError } from '../common/service-error.ts';
import type { Batch, DigestedTable, Entry, Key, Range, Store, Stretch, Table, Value } from './store.ts';

export type StoreOperation = 'acquire' | 'get' | 'getMany' | 'range' | 'outline' | 'commit';

/** `before` the operation takes effect, or `after`: then a commit stands although its caller does not learn it. */
export type Fault =
  | { readonly kind: 'fail'; readonly when: 'before' | 'after'; readonly error?: Error }
  | { readonly kind: 'delay'; readonly when: 'before' | 'after'; readonly until: Promise<unknown> }
  | { readonly kind: 'hang'; readonly when: 'before' | 'after' };

/** Asked for each call. `count` is the number of calls of this operation, this one included. */
export type FaultPlan = (call: { readonly operation: StoreOperation; readonly count: number; readonly batch?: Batch }) => Fault | undefined;

/** The plan with one fault, in the `count`-th call of `operation`. */
export const faultAt =
  (operation: StoreOperation, count: number, fault: Fault): FaultPlan =>
  (call) =>
    call.operation === operation && call.count === count ? fault : undefined;

/** Calls stay in order: what comes after a late or hung call waits for it, as in a database. */
export const withFaults = (store: Store, plan: FaultPlan): Store => new FaultyStore(store, plan);

class FaultyStore implements Store {
  readonly #store: Store;
  readonly #plan: FaultPlan;
  readonly #counts = new Map<StoreOperation, number>();
  /** Pending while a call is held up. */
  #turn: Promise<unknown> | undefined;

  constructor(store: Store, plan: FaultPlan) {
    this.#store = store;
    this.#plan = plan;
  }

  acquire(): Promise<Epoch> {
    return this.#call('acquire', () => this.#store.acquire());
  }

  get(table: Table, key: Key): Promise<Value | undefined> {
    return this.#call('get', () => this.#store.get(table, key));
  }

  getMany(table: Table, keys: readonly Key[]): Promise<(Value | undefined)[]> {
    return this.#call('getMany', () => this.#store.getMany(table, keys));
  }

  range(table: Table, range: Range): Promise<Entry[]> {
    return this.#call('range', () => this.#store.range(table, range));
  }

  outline(table: DigestedTable, range: Range): Promise<readonly Stretch[]> {
    return this.#call('outline', () => this.#store.outline(table, range));
  }

  commit(batch: Batch, epoch: Epoch): Promise<void> {
    const copy = structuredClone(batch);
    return this.#call('commit', () => this.#store.commit(copy, epoch), copy);
  }

  status(): StoreStatus {
    return this.#store.status();
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  #call<T>(operation: StoreOperation, perform: () => Promise<T>, batch?: Batch): Promise<T> {
    const count = (this.#counts.get(operation) ?? 0) + 1;
    this.#counts.set(operation, count);
    const fault = this.#plan({ operation, count, ...(batch && { batch }) });
    const before = this.#turn;
    if (!before && !fault) return perform();
    const run = (): Promise<T> => (fault ? suffer(fault, operation, count, perform) : perform());
    const answer = before ? before.then(run) : run();
    const turn = answer.then(noop, noop);
    this.#turn = turn;
    void turn.then(() => {
      if (this.#turn === turn) this.#turn = undefined;
    });
    return answer;
  }
}

async function suffer<T>(fault: Fault, operation: StoreOperation, count: number, perform: () => Promise<T>): Promise<T> {
  if (fault.when === 'before') await strike(fault, operation, count);
  const answer = await perform();
  if (fault.when === 'after') await strike(fault, operation, count);
  return answer;
}

function strike(fault: Fault, operation: StoreOperation, count: number): Promise<unknown> {
  switch (fault.kind) {
    case 'fail':
      return Promise.reject(fault.error ?? new ServiceError('StorageUnavailable', `${operation} ${count} fails by plan, ${fault.when} it took effect`));
    case 'delay':
      return fault.until;
    case 'hang':
      return new Promise(noop);
  }
}

const noop = (): void => {};
