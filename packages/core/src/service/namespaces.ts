/** Namespaces: what is known of each, and whether work may begin in it. Their rows are written at once, beside the group commits of runs. */
import type { Epoch, Millis } from '../common/brand.ts';
import { isServiceError, ServiceError } from '../common/service-error.ts';
import type {
  ListNamespacesRequest,
  ListNamespacesResponse,
  NamespaceDescription,
  RegisterNamespaceRequest,
  UpdateNamespaceRequest,
} from '../protocol/workflow-service.ts';
import type { Key, Store } from '../storage/store.ts';
import { checkId, checkPageSize, checkRetention, invalid } from './requests.ts';

/** A namespace as it is stored: one that is deleted stays until nothing of it is left. */
export type NamespaceRow = Omit<NamespaceDescription, 'state'> & { readonly state: NamespaceDescription['state'] | 'DELETED' };

export interface NamespacesOptions {
  readonly store: Store;
  readonly epoch: Epoch;
  /** What is wanted of closed runs has changed, in ms; 0: for ever. */
  readonly onRetention: (namespace: string, retention: Millis) => void;
  /** Removes all of the namespace, its row included. */
  readonly remove: (namespace: string) => Promise<void>;
}

/** There from the start; it has a row only when it was changed. */
export const DEFAULT_NAMESPACE = 'default';
const DEFAULT: NamespaceDescription = { name: DEFAULT_NAMESPACE, state: 'REGISTERED', description: '', ownerEmail: '', data: {}, retention: 0 };
const DEFAULT_PAGE = 100;

export class Namespaces {
  readonly #options: NamespacesOptions;
  readonly #store: Store;
  /** Changes come one after the other, since each begins with what is there. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: NamespacesOptions) {
    this.#options = options;
    this.#store = options.store;
  }

  /** @throws {ServiceError} `AlreadyExists`, or `InvalidArgument` */
  async register(request: RegisterNamespaceRequest): Promise<void> {
    const { namespace: name, description = '', ownerEmail = '', data = {}, retention } = request;
    checkId('namespace', name);
    checkRetention(retention);
    if ((await this.#row(name))?.state === 'DELETED') await this.#options.remove(name); // the name is free when all of it is gone
    await this.#inTurn(async () => {
      if (await this.#find(name)) throw new ServiceError('AlreadyExists', `namespace "${name}" exists already; use it, or choose another name`);
      await this.#write({ name, state: 'REGISTERED', description, ownerEmail, data, retention });
      this.#options.onRetention(name, retention);
    });
  }

  /** @throws {ServiceError} `NamespaceNotFound` */
  async describe(name: string): Promise<NamespaceDescription> {
    checkId('namespace', name);
    return (await this.#find(name)) ?? unknown(name);
  }

  /** What is not given stays; `data` is added key by key. Another retention counts for runs that have closed before, too; 0, for ever, is for the default namespace alone. */
  async update({ namespace, data, ...changes }: UpdateNamespaceRequest): Promise<NamespaceDescription> {
    if (changes.retention !== undefined && !(namespace === DEFAULT_NAMESPACE && changes.retention === 0)) checkRetention(changes.retention);
    return this.#change(namespace, (before) => ({ ...before, ...defined(changes), data: { ...before.data, ...data } }));
  }

  /** Nothing new starts in it; what runs there goes on. */
  async deprecate(name: string): Promise<void> {
    if (name === DEFAULT_NAMESPACE) throw new ServiceError('FailedPrecondition', `namespace "${name}" is always there; it cannot be deprecated`);
    await this.#change(name, (before) => ({ ...before, state: 'DEPRECATED' }));
  }

  /** Resolves when nothing of it is left: no run, open or closed, and no name. Nobody is told by an event. */
  async delete(name: string): Promise<void> {
    checkId('namespace', name);
    if (name === DEFAULT_NAMESPACE) throw new ServiceError('FailedPrecondition', `namespace "${name}" is always there; it cannot be deleted`);
    await this.#inTurn(async () => {
      const row = await this.#row(name);
      if (!row) return unknown(name);
      if (row.state !== 'DELETED') await this.#write({ ...row, state: 'DELETED' });
    });
    await this.#options.remove(name);
  }

  /** By name, the one that is there from the start first. */
  async list({ pageSize = DEFAULT_PAGE, nextPageToken }: ListNamespacesRequest): Promise<ListNamespacesResponse> {
    checkPageSize('pageSize', pageSize);
    if (nextPageToken !== undefined && typeof nextPageToken !== 'string')
      invalid('nextPageToken', 'the token of the page before, as it was given', nextPageToken);
    const first = nextPageToken ? [] : [(await this.#find(DEFAULT_NAMESPACE)) ?? DEFAULT];
    const found = [...first, ...(await this.#others(nextPageToken || undefined, pageSize + 1))];
    const namespaces = found.slice(0, pageSize);
    const last = namespaces.at(-1)?.name;
    if (found.length <= pageSize || last === undefined) return { namespaces };
    return { namespaces, nextPageToken: last === DEFAULT_NAMESPACE ? '\0' : last };
  }

  /** @throws {ServiceError} `NamespaceNotFound`; `FailedPrecondition` if nothing may start in it */
  async expectOpenForStarts(name: string): Promise<void> {
    if (name === DEFAULT_NAMESPACE) return;
    const { state } = await this.describe(name);
    if (state !== 'REGISTERED') throw new ServiceError('FailedPrecondition', `namespace "${name}" is ${state.toLowerCase()}; start workflows in another one`);
  }

  async expectKnown(name: string): Promise<void> {
    if (name !== DEFAULT_NAMESPACE) await this.describe(name);
  }

  /** At least `count` that come after the name, if there are so many. */
  async #others(name: string | undefined, count: number): Promise<NamespaceDescription[]> {
    const found: NamespaceDescription[] = [];
    for (let after: Key | undefined = name === undefined ? undefined : [name]; ; ) {
      const rows = await this.#store.range('namespaces', { limit: count + 1, ...(after ? { after } : {}) });
      for (const [, row] of rows) if (isThere(row as NamespaceRow) && (row as NamespaceRow).name !== DEFAULT_NAMESPACE) found.push(row as NamespaceDescription);
      if (rows.length <= count || found.length >= count) return found;
      after = rows.at(-1)?.[0];
    }
  }

  #change(name: string, change: (before: NamespaceDescription) => NamespaceDescription): Promise<NamespaceDescription> {
    return this.#inTurn(async () => {
      const after = change(await this.describe(name));
      await this.#write(after);
      this.#options.onRetention(name, after.retention);
      return after;
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => {}); // the caller is told
    return turn;
  }

  async #find(name: string): Promise<NamespaceDescription | undefined> {
    const row = await this.#row(name);
    if (row) return isThere(row) ? row : undefined;
    return name === DEFAULT_NAMESPACE ? DEFAULT : undefined;
  }

  async #row(name: string): Promise<NamespaceRow | undefined> {
    return (await this.#store.get('namespaces', [name])) as NamespaceRow | undefined;
  }

  async #write(namespace: NamespaceRow): Promise<void> {
    try {
      await this.#store.commit({ puts: [['namespaces', [namespace.name], namespace]], deletes: [] }, this.#options.epoch);
    } catch (error) {
      if (!isServiceError(error, 'Fenced')) throw error;
      throw new ServiceError('Unavailable', `${error.message}. Ask again; another engine has taken over`, { cause: error, details: { retryable: true } });
    }
  }
}

/** All that are stored, also those that are being deleted. */
export async function readNamespaces(store: Store): Promise<NamespaceRow[]> {
  return (await store.range('namespaces', { onDamaged: () => {} })).map(([, row]) => row as NamespaceRow);
}

const isThere = (row: NamespaceRow): row is NamespaceDescription => row.state !== 'DELETED';

function unknown(namespace: string): never {
  throw new ServiceError('NamespaceNotFound', `namespace "${namespace}" is not known; register it first`, { details: { namespace } });
}

const defined = <T extends object>(value: T): Partial<T> => Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Partial<T>;
