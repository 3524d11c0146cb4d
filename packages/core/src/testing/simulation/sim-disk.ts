/** The database of a world. It counts who writes it: engines that take it over, and what is refused of those that were deposed. */
import type { Epoch } from '../../common/brand.ts';
import { isServiceError, ServiceError } from '../../common/service-error.ts';
import type { FaultPlan } from '../../storage/faulty.ts';
import { createMemoryDatabase, type MemoryDatabase, openMemoryStore } from '../../storage/memory.ts';
import type { Batch, Store } from '../../storage/store.ts';
import type { Faults } from './faults.ts';
import type { Process } from './scheduler.ts';
import { SimStore, type SimStoreOptions } from './sim-store.ts';

/** What goes wrong with the disk at moments that are fixed beforehand. */
export interface DiskPlan {
  /** Each so-many-th write fails, by turns before and after it takes effect. */
  readonly failsEach?: number;
  /** With this operation the connection is lost; it is there again `lostFor` operations later. */
  readonly lostAt?: number;
  readonly lostFor?: number;
}

export interface Takeovers {
  /** How often an engine took the database from another one. */
  count: number;
  /** In so many of them the other one has tried to write afterwards. */
  contested: number;
}

export interface SimDiskOptions extends Pick<SimStoreOptions, 'scheduler' | 'faults' | 'outlivesOwner'> {
  readonly plan: DiskPlan | undefined;
  readonly violate: (statement: string) => void;
  /** A batch has taken effect, whether its writer will learn it or not. */
  readonly onCommit: (writer: Process, batch: Batch, epoch: Epoch) => void;
}

export class SimDisk {
  readonly takeovers: Takeovers = { count: 0, contested: 0 };
  readonly #options: SimDiskOptions;
  readonly #database: MemoryDatabase = createMemoryDatabase();
  readonly #plan: FaultPlan | undefined;
  /** The epoch that was given out last, and the last one of which an older writer was refused. */
  #newest: Epoch = 0;
  #contested: Epoch = 0;

  constructor(options: SimDiskOptions) {
    this.#options = options;
    this.#plan = options.plan && planOf(options.plan, options.faults);
  }

  /** What an engine has of it. */
  open(owner: Process): Store {
    const { scheduler, faults, outlivesOwner } = this.#options;
    return new SimStore({ database: this.#database, scheduler, faults, owner, store: this.#watched(owner), plan: this.#plan, outlivesOwner });
  }

  #watched(owner: Process): Store {
    const store = openMemoryStore(this.#database);
    const { acquire, commit } = { acquire: store.acquire.bind(store), commit: store.commit.bind(store) };
    store.acquire = async () => {
      const epoch = await acquire();
      if (epoch > 1) this.takeovers.count++;
      if (epoch <= this.#newest) this.#options.violate(`FENCED-WRITER: epoch ${epoch} is given out after epoch ${this.#newest}`);
      this.#newest = Math.max(this.#newest, epoch);
      return epoch;
    };
    store.commit = async (batch, epoch) => {
      try {
        await commit(batch, epoch);
      } catch (error) {
        if (isServiceError(error, 'Fenced')) this.#refused();
        throw error;
      }
      if (epoch !== this.#newest) this.#options.violate(`FENCED-WRITER: ${owner.name} writes with epoch ${epoch}, and epoch ${this.#newest} is given out`);
      this.#options.onCommit(owner, batch, epoch);
    };
    return store;
  }

  #refused(): void {
    if (this.#contested === this.#newest) return;
    this.#contested = this.#newest;
    this.takeovers.contested++;
  }
}

function planOf({ failsEach, lostAt = Number.POSITIVE_INFINITY, lostFor = 0 }: DiskPlan, faults: Faults): FaultPlan {
  let operations = 0;
  let writes = 0;
  return ({ operation }) => {
    operations++;
    if (operation === 'commit') writes++;
    if (operations >= lostAt && operations < lostAt + lostFor && faults.strikesAsPlanned('the connection to the disk is lost')) {
      const error = new ServiceError('StorageUnavailable', 'the connection is lost, by plan', { details: { fault: 'connection lost', retryable: true } });
      return { kind: 'fail', when: 'before', error };
    }
    if (failsEach === undefined || operation !== 'commit' || writes % failsEach !== 0) return undefined;
    const when = (writes / failsEach) % 2 === 0 ? 'after' : 'before';
    return faults.strikesAsPlanned(`write ${writes} fails ${when} it takes effect`) ? { kind: 'fail', when } : undefined;
  };
}
