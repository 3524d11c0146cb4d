/** Lists and counts of runs, from the rows of the 'visibility' table alone. */
import type { ListWorkflowExecutionsRequest, ListWorkflowExecutionsResponse, WorkflowExecutionSummary } from '../protocol/workflow-service.ts';
import type { Key, Store } from '../storage/store.ts';
import { invalid } from './requests.ts';
import { type Filter, parseFilter } from './visibility-filter.ts';

const DEFAULT_PAGE = 100;
const LARGEST_PAGE = 1_000;
/** Rows that are read at once. */
const READ = 500;

/** Open runs before closed ones, the newest first. */
export async function listExecutions(store: Store, request: ListWorkflowExecutionsRequest): Promise<ListWorkflowExecutionsResponse> {
  const pageSize = Math.min(request.pageSize ?? DEFAULT_PAGE, LARGEST_PAGE);
  const after = request.nextPageToken ? parsePageToken(request.nextPageToken, request.namespace) : undefined;
  const found: [Key, WorkflowExecutionSummary][] = [];
  for await (const entry of matching({ store, namespace: request.namespace, filter: parseFilter(request.query), after, read: Math.min(READ, pageSize + 1) })) {
    found.push(entry);
    if (found.length > pageSize) break;
  }
  const executions = found.slice(0, pageSize).map(([, summary]) => summary);
  const last = found[pageSize - 1];
  return found.length > pageSize && last ? { executions, nextPageToken: JSON.stringify(last[0].slice(1)) } : { executions };
}

export async function countExecutions(store: Store, namespace: string, query: string | undefined): Promise<number> {
  let count = 0;
  for await (const _ of matching({ store, namespace, filter: parseFilter(query), read: READ })) count++;
  return count;
}

interface Search {
  readonly store: Store;
  readonly namespace: string;
  readonly filter: Filter;
  readonly after?: Key | undefined;
  readonly read: number;
}

async function* matching({ store, namespace, filter, after, read }: Search): AsyncGenerator<[Key, WorkflowExecutionSummary]> {
  for (let last = after; ; ) {
    const entries = await store.range('visibility', { prefix: [namespace], limit: read, ...(last ? { after: last } : {}) });
    for (const [key, value] of entries) if (filter(value as WorkflowExecutionSummary)) yield [key, value as WorkflowExecutionSummary];
    if (entries.length < read) return;
    last = entries.at(-1)?.[0];
  }
}

function parsePageToken(token: string, namespace: string): Key {
  try {
    const [group, time, runId] = JSON.parse(token) as [unknown, unknown, unknown];
    if (typeof group === 'number' && typeof time === 'number' && typeof runId === 'string') return [namespace, group, time, runId];
  } catch {} // said below, as for any other text that is no token
  return invalid('nextPageToken', 'the token of the page before, as it was given', token);
}
