/** Pages that an engine is asked for: each is made of calls of its service. */
import type { EngineStatus, WorkflowService } from '@perdure/core/client';
import type { WirePayload } from '@perdure/core/common';
import { BackendError, type Fetches, type RunRef } from './backend.ts';
import type { Codecs } from './codecs.ts';
import { contextOf } from './engine-commands.ts';
import { askAt, type MomentsSource } from './engine-moments.ts';
import { type OriginStorage, storageInfo } from './origin-storage.ts';
import type { NamedHandler, RegisteredCode } from './shapes.ts';

export interface FetchSource {
  readonly service: WorkflowService;
  readonly codecs: Codecs;
  readonly workflowTypes: readonly string[] | undefined;
  readonly past: MomentsSource | undefined;
  readonly status: () => Promise<EngineStatus>;
  readonly storage: OriginStorage | undefined;
}

type FetchTable = { readonly [K in keyof Fetches]: (from: FetchSource, request: Fetches[K]['request']) => Promise<Fetches[K]['answer']> };

/** More relatives than these are not shown. */
const LARGEST_FAMILY = 1000;
const METADATA_QUERY = '__temporal_workflow_metadata';

const unsupported = (what: string) => (): Promise<never> => Promise.reject(new BackendError('unsupported', `An engine in this page does not tell ${what}`));

export const FETCHES: FetchTable = {
  async runs({ service }, { namespace, query, pageSize, pageToken }) {
    const { executions, nextPageToken } = await service.listWorkflowExecutions({
      namespace,
      query,
      pageSize,
      ...(pageToken !== undefined && { nextPageToken: pageToken }),
    });
    return { runs: executions, ...(nextPageToken !== undefined && { nextPageToken }) };
  },
  async counts({ service }, { namespace, query }) {
    const { count, groups } = await service.countWorkflowExecutions({ namespace, query });
    return { count, groups: groups.map(({ groupValues, count: each }) => ({ values: groupValues, count: each })) };
  },
  run: ({ service }, request) => service.describeWorkflowExecution(executionOf(request)),
  async family({ service }, { namespace, workflowId, runId }) {
    const { summary } = await service.describeWorkflowExecution(executionOf({ namespace, workflowId, runId }));
    const root = summary.rootExecution?.runId ?? runId;
    const query = `RootRunId = ${JSON.stringify(root)} OR WorkflowId = ${JSON.stringify(workflowId)}`;
    const { executions, nextPageToken } = await service.listWorkflowExecutions({ namespace, query, pageSize: LARGEST_FAMILY });
    return { runs: executions.some((run) => run.runId === runId) ? executions : [summary, ...executions], isCut: nextPageToken !== undefined };
  },
  async events({ service }, { afterEventId, pageSize, ...run }) {
    const { runId, events, more, damage } = await service.getWorkflowExecutionHistory({
      ...executionOf(run),
      afterEventId,
      maximumPageSize: pageSize,
      readable: true,
    });
    return { runId, events, more, ...(damage !== undefined && { damage }) };
  },
  async query({ service, codecs }, request) {
    const queryArgs = await codecs.encode(request.args, contextOf(request));
    const { result } = await service.queryWorkflow({
      ...executionOf(request),
      queryType: request.queryType,
      ...(queryArgs.length > 0 && { queryArgs }),
    });
    return { result: await codecs.decode(result, contextOf(request)) };
  },
  async code(from, { run }) {
    const types = from.workflowTypes ? { workflowTypes: from.workflowTypes } : {};
    if (!run) return { ...types, signals: [], queries: [], updates: [] };
    const { result } = await FETCHES.query(from, { ...run, queryType: METADATA_QUERY, args: [] });
    return { ...types, ...handlersOf(result[0]) };
  },
  async namespaces({ service }) {
    const { namespaces } = await service.listNamespaces({ pageSize: LARGEST_FAMILY });
    return { namespaces: namespaces.map(({ name, state, description, retention }) => ({ name, state, description, retention })) };
  },
  async decode({ codecs }, { payloads, ...run }) {
    return { payloads: await codecs.decodeEach(payloads, contextOf(run)) };
  },
  async engine({ service, status, storage }) {
    // An engine that is not up, or too old to tell, is told of by its status alone.
    const [engine, known, kept] = await Promise.all([service.getEngineInfo().catch(() => undefined), status(), storageInfo(storage)]);
    return { status: known, ...(engine && { engine }), ...(kept && { storage: kept }) };
  },
  queryAt: ({ past }, request) => (past ? askAt(past, request) : unsupported('of the past')()),
};

const executionOf = ({ namespace, workflowId, runId }: RunRef) => ({ namespace, workflowExecution: { workflowId, ...(runId !== undefined && { runId }) } });

/** What Temporal's metadata query answers, as far as it is what it should be. */
function handlersOf(payload: WirePayload | undefined): Pick<RegisteredCode, 'signals' | 'queries' | 'updates'> {
  const answer = payload?.data === undefined ? undefined : (JSON.parse(payload.data) as { readonly definition?: Readonly<Record<string, unknown>> });
  const listed = (field: string): NamedHandler[] => {
    const list = answer?.definition?.[field];
    if (!Array.isArray(list)) return [];
    return list.flatMap(({ name, description }: Partial<NamedHandler>) =>
      typeof name !== 'string' || name.startsWith('__') ? [] : [{ name, ...(typeof description === 'string' && { description }) }],
    );
  };
  return { signals: listed('signalDefinitions'), queries: listed('queryDefinitions'), updates: listed('updateDefinitions') };
}
