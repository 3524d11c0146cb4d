/** Lists and counts of runs, from the rows of the 'visibility' table alone. */
import type { SearchAttributeTypes } from '../common/search-attribute-types.ts';
import type {
  CountWorkflowExecutionsResponse,
  ListWorkflowExecutionsRequest,
  ListWorkflowExecutionsResponse,
  WorkflowExecutionSummary,
} from '../protocol/workflow-service.ts';
import type { Key, Store } from '../storage/store.ts';
import { pagesOf } from './pages.ts';
import { invalid } from './requests.ts';
import { type Filter, parseFilter } from './visibility-filter.ts';

const DEFAULT_PAGE = 100;
const LARGEST_PAGE = 1_000;
/** Rows that are read at once. */
const READ = 500;

/** Open runs before closed ones, the newest first. */
export async function listExecutions(
  store: Store,
  types: SearchAttributeTypes,
  request: ListWorkflowExecutionsRequest,
): Promise<ListWorkflowExecutionsResponse> {
  const { namespace, query } = request;
  const filter = parseFilter(query, types);
  if (filter.groupBy) invalid('query', 'a filter without GROUP BY, which is for counts', query);
  const pageSize = Math.min(request.pageSize ?? DEFAULT_PAGE, LARGEST_PAGE);
  const after = request.nextPageToken ? parsePageToken(request.nextPageToken, namespace) : undefined;
  const found: [Key, WorkflowExecutionSummary][] = [];
  for await (const entry of matching({ store, namespace, filter, after, read: Math.min(READ, pageSize + 1) })) {
    found.push(entry);
    if (found.length > pageSize) break;
  }
  const executions = found.slice(0, pageSize).map(([, summary]) => summary);
  const last = found[pageSize - 1];
  return found.length > pageSize && last ? { executions, nextPageToken: JSON.stringify(last[0].slice(1)) } : { executions };
}

export async function countExecutions(
  store: Store,
  types: SearchAttributeTypes,
  { namespace, query }: { readonly namespace: string; readonly query?: string },
): Promise<CountWorkflowExecutionsResponse> {
  const filter = parseFilter(query, types);
  const counts = new Map<string, number>();
  let count = 0;
  for await (const [, summary] of matching({ store, namespace, filter, read: READ })) {
    count++;
    for (const value of filter.groupBy?.read(summary) ?? []) counts.set(String(value), (counts.get(String(value)) ?? 0) + 1);
  }
  return { count, groups: [...counts].map(([value, each]) => ({ groupValues: [value], count: each })) };
}

interface Search {
  readonly store: Store;
  readonly namespace: string;
  readonly filter: Filter;
  readonly after?: Key | undefined;
  readonly read: number;
}

async function* matching({ store, namespace, filter, after, read }: Search): AsyncGenerator<[Key, WorkflowExecutionSummary]> {
  for await (const page of pagesOf(store, 'visibility', { prefix: [namespace], limit: read, onDamaged: () => {}, ...(after ? { after } : {}) }))
    for (const [key, value] of page) if (filter.matches(value as WorkflowExecutionSummary)) yield [key, value as WorkflowExecutionSummary];
}

function parsePageToken(token: string, namespace: string): Key {
  try {
    const [group, time, runId] = JSON.parse(token) as [unknown, unknown, unknown];
    if (typeof group === 'number' && typeof time === 'number' && typeof runId === 'string') return [namespace, group, time, runId];
  } catch {} // said below, as for any other text that is no token
  return invalid('nextPageToken', 'the token of the page before, as it was given', token);
}
