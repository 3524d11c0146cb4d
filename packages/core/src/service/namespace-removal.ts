/**
 * Removes a namespace with all that is in it. Its row says from the first commit on that it is deleted: from there nobody finds it or a run
 * of it, and nothing runs there any more, without an event and without a word to parents, children or waiting workers. The rest is deleted
 * in batches, and the row of the namespace last, so that a new engine goes on where this one ended. Then the name is free again.
 */
import type { Epoch, Millis } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';
import { isServiceError, ServiceError } from '../common/service-error.ts';
import type { Key, Store, Table } from '../storage/store.ts';
import type { LoadedRun } from './loaded-run.ts';
import { pagesOf } from './pages.ts';
import { runOfKey } from './rows.ts';
import type { Runs } from './runs.ts';

export interface NamespaceRemovalOptions {
  readonly store: Store;
  readonly epoch: Epoch;
  readonly clock: Clock;
  readonly runs: Runs;
  /** Resolves when nothing of what was decided so far is left to write. */
  readonly drain: () => Promise<void>;
  /** The run is no more: who waits for it is told. */
  readonly onRemoved: (run: LoadedRun, error: ServiceError) => void;
  /** Nothing is written any more. @returns why */
  readonly end: () => ServiceError | undefined;
  readonly onFailed: (error: unknown) => void;
}

/** Keys that are deleted by one commit. */
const PAGE = 500;
/** After a failure, in ms. */
const RETRY: Millis = 1_000;

/** Tables whose keys begin with the namespace. */
const TABLES: readonly Table[] = ['busy', 'visibility', 'executions', 'history'];

export class NamespaceRemoval {
  readonly #options: NamespaceRemovalOptions;
  readonly #underWay = new Map<string, Promise<void>>();

  constructor(options: NamespaceRemovalOptions) {
    this.#options = options;
  }

  /** Resolves when nothing of the namespace is left. Its row says already that it is deleted. */
  remove(namespace: string): Promise<void> {
    const underWay = this.#underWay.get(namespace);
    if (underWay) return underWay;
    const removal = this.#remove(namespace).finally(() => this.#underWay.delete(namespace));
    removal.catch(() => {}); // who waits is told; a new engine goes on
    this.#underWay.set(namespace, removal);
    return removal;
  }

  async #remove(namespace: string): Promise<void> {
    const { runs, onRemoved, end, onFailed } = this.#options;
    runs.closeNamespace(namespace, (run) => onRemoved(run, gone(namespace)));
    for (;;) {
      const over = end();
      if (over) throw over;
      try {
        await this.#deleteAll(namespace);
        break;
      } catch (error) {
        onFailed(error);
        if (isServiceError(error, 'Fenced')) throw new ServiceError('Unavailable', error.message, { cause: error, details: { retryable: true } });
        await this.#pause();
      }
    }
    runs.openNamespace(namespace);
  }

  async #deleteAll(namespace: string): Promise<void> {
    await this.#options.drain(); // what was decided before may still write rows
    for (const table of TABLES) await this.#deletePages(table, [namespace], () => true);
    await this.#deletePages('wake', [], (key) => runOfKey(key).namespace === namespace);
    await this.#commit([['namespaces', [namespace]]]);
  }

  async #deletePages(table: Table, prefix: Key, isMeant: (key: Key) => boolean): Promise<void> {
    const damaged: Key[] = [];
    const onDamaged = ({ details }: ServiceError): void => {
      if (Array.isArray(details['row'])) damaged.push(details['row'] as Key); // it goes as well
    };
    for await (const page of pagesOf(this.#options.store, table, { prefix, limit: PAGE, onDamaged })) {
      const deletes = [...page.map(([key]) => key), ...damaged.splice(0)].filter(isMeant);
      if (deletes.length > 0) await this.#commit(deletes.map((key) => [table, key]));
    }
  }

  #commit(deletes: readonly (readonly [Table, Key])[]): Promise<void> {
    const over = this.#options.end();
    if (over) return Promise.reject(over);
    return this.#options.store.commit({ puts: [], deletes }, this.#options.epoch);
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => void this.#options.clock.setTimer(RETRY, resolve));
  }
}

const gone = (namespace: string): ServiceError =>
  new ServiceError('NamespaceNotFound', `namespace "${namespace}" was deleted with all that was in it`, { details: { namespace } });
