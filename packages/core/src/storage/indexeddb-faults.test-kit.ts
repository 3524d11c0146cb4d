/**
 * An IndexedDB (fake-indexeddb's) that fails as it is told, at the n-th call: for tests of what becomes of a store when its browser closes,
 * forgets, hangs or runs out of space.
 */

/** What happens to a call, which is an open or a transaction. */
export const DRIVER_FAULTS = [
  /** The transaction cannot begin: the connection is closed. */
  'closed',
  /** It is undone, without a reason. */
  'aborted',
  /** Its requests succeed, and it is undone because there is no space. */
  'quota',
  /** It never ends, until the connection is given up. */
  'hangs',
  /** It is undone because the browser has lost its storage process, and the connection is closed. */
  'lost',
  /** It is carried out, and the connection lost before that is told. */
  'answer lost',
] as const;
export type DriverFault = (typeof DRIVER_FAULTS)[number];

/** Asked for each call: of the count-th, this one included. */
export type DriverPlan = (call: { readonly count: number; readonly kind: 'open' | 'readonly' | 'readwrite' }) => DriverFault | undefined;

export interface FaultyFactory {
  readonly factory: IDBFactory;
  /** Calls so far. */
  readonly count: number;
}

/** What fake-indexeddb has of a transaction beyond the standard. */
type FakeTransaction = IDBTransaction & { _abort(name: string | null): void; _start(): void; readonly _requests: readonly unknown[] };

/** @param plan may be changed between calls, since it is asked for each */
export function faultyIndexedDb(factory: IDBFactory, plan: DriverPlan): FaultyFactory {
  let count = 0;

  function open(name: string, version?: number): IDBOpenDBRequest {
    const fault = plan({ count: ++count, kind: 'open' });
    if (fault === 'hangs') return new EventTarget() as unknown as IDBOpenDBRequest;
    if (fault !== undefined && fault !== 'answer lost') return failedOpen(errorOf(fault));
    const opening = factory.open(name, version);
    opening.addEventListener('success', () => equip(opening.result));
    return opening;
  }

  function equip(database: IDBDatabase): void {
    const live = new Set<FakeTransaction>();
    const hung: FakeTransaction[] = [];
    const { transaction, close } = database;
    database.transaction = (stores, mode = 'readonly', options) => {
      const fault = plan({ count: ++count, kind: mode as 'readonly' | 'readwrite' });
      if (fault === 'closed') throw new DOMException('The database connection is closing.', 'InvalidStateError');
      const made = transaction.call(database, stores, mode, options) as FakeTransaction;
      live.add(made);
      for (const end of ['complete', 'abort']) made.addEventListener(end, () => live.delete(made));
      if (fault !== undefined) strike(made, fault, { live, hung });
      return made;
    };
    database.close = () => {
      for (const each of hung.splice(0)) each._abort('AbortError');
      close.call(database);
    };
  }

  function strike(
    transaction: FakeTransaction,
    fault: DriverFault,
    { live, hung }: { readonly live: Set<FakeTransaction>; readonly hung: FakeTransaction[] },
  ): void {
    const database = transaction.db;
    switch (fault) {
      case 'hangs':
        transaction._start = () => {};
        hung.push(transaction);
        return;
      case 'answer lost':
        // Nobody hears that it was completed; what they hear is that it was not.
        transaction.addEventListener('complete', (event) => {
          event.stopImmediatePropagation();
          lose(database, live, transaction);
          transaction.dispatchEvent(eventOf('abort'));
        });
        return;
      default: {
        const start = transaction._start.bind(transaction);
        transaction._start = () => {
          if (transaction._requests.length > 0) return start();
          abort(transaction, fault === 'aborted' ? null : errorOf(fault));
          if (fault === 'lost') lose(database, live, transaction);
        };
      }
    }
  }

  return {
    factory: new Proxy(factory, {
      get: (target, key) =>
        key === 'open' ? open : typeof target[key as keyof IDBFactory] === 'function' ? (target[key as 'open'] as () => unknown).bind(target) : undefined,
    }),
    get count() {
      return count;
    },
  };
}

function errorOf(fault: DriverFault): DOMException {
  switch (fault) {
    case 'quota':
      return new DOMException('The current transaction exceeded its quota limitations.', 'QuotaExceededError');
    case 'lost':
      return new DOMException('Connection to Indexed Database server lost. Refresh the page to try again', 'UnknownError');
    case 'aborted':
      return new DOMException('', 'AbortError');
    default:
      return new DOMException('Internal error opening backing store for indexedDB.open.', 'UnknownError');
  }
}

function failedOpen(error: DOMException): IDBOpenDBRequest {
  const opening = Object.assign(new EventTarget(), { error, onerror: null as ((event: Event) => void) | null });
  setTimeout(() => {
    opening.onerror?.(new Event('error'));
  });
  return opening as unknown as IDBOpenDBRequest;
}

function abort(transaction: FakeTransaction, error: DOMException | null): void {
  transaction._abort(error?.name ?? null);
  Object.assign(transaction, { error });
}

/** The browser closes the connection by itself, and says so; what was under way on it is undone. */
function lose(database: IDBDatabase, live: ReadonlySet<FakeTransaction>, except: FakeTransaction): void {
  for (const transaction of live) if (transaction !== except) abort(transaction, errorOf('lost'));
  setTimeout(() => {
    database.close();
    database.dispatchEvent(eventOf('close'));
  });
}

const eventOf = (type: string): Event => new (globalThis as unknown as { IDBVersionChangeEvent: new (type: string) => Event }).IDBVersionChangeEvent(type);
