/** Namespaces: what is known of each, and whether work may begin in it. Their rows are written at once, beside the group commits of runs. */
import type { Epoch } from '../common/brand.ts';
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

/** There from the start; it has a row only when it was changed. */
export const DEFAULT_NAMESPACE = 'default';
const DEFAULT: NamespaceDescription = { name: DEFAULT_NAMESPACE, state: 'REGISTERED', description: '', ownerEmail: '', data: {}, retention: 0 };
const DEFAULT_PAGE = 100;

export class Namespaces {
  readonly #store: Store;
  readonly #epoch: Epoch;
  /** Changes come one after the other, since each begins with what is there. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(store: Store, epoch: Epoch) {
    this.#store = store;
    this.#epoch = epoch;
  }

  /** @throws {ServiceError} `AlreadyExists`, or `InvalidArgument` */
  async register(request: RegisterNamespaceRequest): Promise<void> {
    const { namespace: name, description = '', ownerEmail = '', data = {}, retention } = request;
    checkId('namespace', name);
    checkRetention(retention);
    await this.#inTurn(async () => {
      if (await this.#find(name)) throw new ServiceError('AlreadyExists', `namespace "${name}" exists already; use it, or choose another name`);
      await this.#write({ name, state: 'REGISTERED', description, ownerEmail, data, retention });
    });
  }

  /** @throws {ServiceError} `NamespaceNotFound` */
  async describe(name: string): Promise<NamespaceDescription> {
    checkId('namespace', name);
    return (await this.#find(name)) ?? unknown(name);
  }

  /** What is not given stays; `data` is added key by key. */
  async update({ namespace, data, ...changes }: UpdateNamespaceRequest): Promise<NamespaceDescription> {
    if (changes.retention !== undefined) checkRetention(changes.retention);
    return this.#change(namespace, (before) => ({ ...before, ...defined(changes), data: { ...before.data, ...data } }));
  }

  /** Nothing new starts in it; what runs there goes on. */
  async deprecate(name: string): Promise<void> {
    if (name === DEFAULT_NAMESPACE) throw new ServiceError('FailedPrecondition', `namespace "${name}" is always there; it cannot be deprecated`);
    await this.#change(name, (before) => ({ ...before, state: 'DEPRECATED' }));
  }

  /** By name, the one that is there from the start first. */
  async list({ pageSize = DEFAULT_PAGE, nextPageToken }: ListNamespacesRequest): Promise<ListNamespacesResponse> {
    checkPageSize('pageSize', pageSize);
    if (nextPageToken !== undefined && typeof nextPageToken !== 'string')
      invalid('nextPageToken', 'the token of the page before, as it was given', nextPageToken);
    const first = nextPageToken ? [] : [(await this.#find(DEFAULT_NAMESPACE)) ?? DEFAULT];
    const after: Key | undefined = nextPageToken ? [nextPageToken] : undefined;
    const rows = await this.#store.range('namespaces', { limit: pageSize + 2, ...(after ? { after } : {}) });
    const others = rows.map(([, row]) => row as NamespaceDescription).filter(({ name }) => name !== DEFAULT_NAMESPACE);
    const found = [...first, ...others];
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

  #change(name: string, change: (before: NamespaceDescription) => NamespaceDescription): Promise<NamespaceDescription> {
    return this.#inTurn(async () => {
      const after = change(await this.describe(name));
      await this.#write(after);
      return after;
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => {}); // the caller is told
    return turn;
  }

  async #find(name: string): Promise<NamespaceDescription | undefined> {
    const row = (await this.#store.get('namespaces', [name])) as NamespaceDescription | undefined;
    return row ?? (name === DEFAULT_NAMESPACE ? DEFAULT : undefined);
  }

  async #write(namespace: NamespaceDescription): Promise<void> {
    try {
      await this.#store.commit({ puts: [['namespaces', [namespace.name], namespace]], deletes: [] }, this.#epoch);
    } catch (error) {
      if (!isServiceError(error, 'Fenced')) throw error;
      throw new ServiceError('Unavailable', `${error.message}. Ask again; another engine has taken over`, { cause: error, details: { retryable: true } });
    }
  }
}

function unknown(namespace: string): never {
  throw new ServiceError('NamespaceNotFound', `namespace "${namespace}" is not known; register it first`, { details: { namespace } });
}

const defined = <T extends object>(value: T): Partial<T> => Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Partial<T>;
