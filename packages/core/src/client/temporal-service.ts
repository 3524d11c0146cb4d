/**
 * The service in the form of Temporal's `client.workflowService`, where that is a message of its own: the methods for namespaces, with their
 * durations, numbers of states and status codes. All other methods are the service's own.
 */
import { ServiceError, type ServiceErrorCode } from '../common/service-error.ts';
import type { NamespaceDescription, WorkflowService } from '../protocol/workflow-service.ts';

export interface ProtoDuration {
  readonly seconds?: number | bigint | { toNumber(): number } | null;
  readonly nanos?: number | null;
}
interface NamespaceConfig {
  readonly workflowExecutionRetentionTtl?: ProtoDuration | null;
}
interface NamespaceInfo {
  readonly description?: string | null;
  readonly ownerEmail?: string | null;
  readonly data?: Readonly<Record<string, string>> | null;
}

export interface DescribeNamespaceResponse {
  /** `state`: 1 registered, 2 deprecated. */
  readonly namespaceInfo: {
    readonly name: string;
    readonly state: number;
    readonly description: string;
    readonly ownerEmail: string;
    readonly data: Record<string, string>;
  };
  readonly config: { readonly workflowExecutionRetentionTtl: { readonly seconds: number; readonly nanos: number } };
}

export interface NamespaceService {
  registerNamespace(request: { readonly namespace: string; readonly workflowExecutionRetentionPeriod?: ProtoDuration | null } & NamespaceInfo): Promise<object>;
  describeNamespace(request: { readonly namespace: string }): Promise<DescribeNamespaceResponse>;
  updateNamespace(request: {
    readonly namespace: string;
    readonly updateInfo?: NamespaceInfo | null;
    readonly config?: NamespaceConfig | null;
  }): Promise<DescribeNamespaceResponse>;
  listNamespaces(request: {
    readonly pageSize?: number | null;
    readonly nextPageToken?: Uint8Array | null;
  }): Promise<{ readonly namespaces: readonly DescribeNamespaceResponse[]; readonly nextPageToken: Uint8Array }>;
  deprecateNamespace(request: { readonly namespace: string }): Promise<object>;
  deleteNamespace(request: { readonly namespace: string }): Promise<{ readonly deletedNamespace: string }>;
}

export type TemporalService = Omit<WorkflowService, keyof NamespaceService> & NamespaceService;

/** gRPC's numbers of the refusals that these methods know. */
const STATUS: Partial<Record<ServiceErrorCode, number>> = {
  InvalidArgument: 3,
  NotFound: 5,
  NamespaceNotFound: 5,
  AlreadyExists: 6,
  FailedPrecondition: 9,
  Internal: 13,
  Unavailable: 14,
};
const UNKNOWN_STATUS = 2;

/** A refusal with gRPC's number for it, as Temporal's raw service throws it. `cause` is the service's own. */
export class StatusError extends Error {
  override readonly name = 'ServiceError';
  readonly code: number;
  readonly details: string;

  constructor(cause: ServiceError) {
    super(cause.message, { cause });
    this.code = STATUS[cause.code] ?? UNKNOWN_STATUS;
    this.details = cause.message;
  }
}

export function temporalService(service: WorkflowService): TemporalService {
  const namespaces = namespaceService(service);
  return new Proxy(service, {
    get(target, name) {
      if (Object.hasOwn(namespaces, name)) return namespaces[name as keyof NamespaceService];
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  }) as unknown as TemporalService;
}

function namespaceService(service: WorkflowService): NamespaceService {
  return {
    registerNamespace: ({ namespace, workflowExecutionRetentionPeriod: period, ...info }) =>
      told(async () => {
        await service.registerNamespace({ namespace, retention: millisOf(period) ?? 0, ...infoOf(info) });
        return {};
      }),
    describeNamespace: ({ namespace }) => told(async () => described(await service.describeNamespace({ namespace }))),
    updateNamespace: ({ namespace, updateInfo, config }) =>
      told(async () => {
        const retention = millisOf(config?.workflowExecutionRetentionTtl);
        const request = { namespace, ...infoOf(updateInfo ?? {}), ...(retention === undefined ? {} : { retention }) };
        return described(await service.updateNamespace(request));
      }),
    listNamespaces: ({ pageSize, nextPageToken }) =>
      told(async () => {
        const token = nextPageToken?.length ? new TextDecoder().decode(nextPageToken) : undefined;
        const page = await service.listNamespaces({ ...(pageSize ? { pageSize } : {}), ...(token === undefined ? {} : { nextPageToken: token }) });
        return { namespaces: page.namespaces.map(described), nextPageToken: new TextEncoder().encode(page.nextPageToken ?? '') };
      }),
    deprecateNamespace: ({ namespace }) =>
      told(async () => {
        await service.deprecateNamespace({ namespace });
        return {};
      }),
    deleteNamespace: ({ namespace }) =>
      told(async () => {
        await service.deleteNamespace({ namespace });
        return { deletedNamespace: namespace };
      }),
  };
}

async function told<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw error instanceof ServiceError ? new StatusError(error) : error;
  }
}

const infoOf = ({ description, ownerEmail, data }: NamespaceInfo) => ({
  ...(typeof description === 'string' && description !== '' ? { description } : {}),
  ...(typeof ownerEmail === 'string' && ownerEmail !== '' ? { ownerEmail } : {}),
  ...(data ? { data } : {}),
});

const described = ({ name, state, description, ownerEmail, data, retention }: NamespaceDescription): DescribeNamespaceResponse => ({
  namespaceInfo: { name, state: state === 'REGISTERED' ? 1 : 2, description, ownerEmail, data },
  config: { workflowExecutionRetentionTtl: { seconds: Math.floor(retention / 1_000), nanos: (retention % 1_000) * 1_000_000 } },
});

function millisOf(duration: ProtoDuration | null | undefined): number | undefined {
  if (!duration) return undefined;
  const { seconds, nanos } = duration;
  const whole = typeof seconds === 'object' && seconds !== null ? seconds.toNumber() : Number(seconds ?? 0);
  return whole * 1_000 + (nanos ?? 0) / 1_000_000;
}
