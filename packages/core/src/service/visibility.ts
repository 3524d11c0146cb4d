/** Lists and counts of runs, from the rows of the 'visibility' table alone. */
import type { SearchAttributeTypes } from '../common/search-attribute-types.ts';
import type { CountWorkflowExecutionsResponse, ListWorkflowExecutionsRequest, ListWorkflowExecutionsResponse } from '../protocol/workflow-service.ts';
import type { Key, Store } from '../storage/store.ts';
import { STATUS_NAMES } from './filter-fields.ts';
import { invalid } from './requests.ts';
import { parseFilter } from './visibility-filter.ts';
import { countMatching, type Found, search } from './visibility-scan.ts';

const DEFAULT_PAGE = 100;
const LARGEST_PAGE = 1_000;

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
  const found: Found[] = [];
  for await (const entry of search({ store, namespace, filter, after }, pageSize + 1)) {
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
  await countMatching({ store, namespace, filter }, (status, runs) => {
    count += runs;
    if (filter.groupBy) counts.set(STATUS_NAMES[status], (counts.get(STATUS_NAMES[status]) ?? 0) + runs);
  });
  const groups = Object.values(STATUS_NAMES).flatMap((status) => (counts.has(status) ? [{ groupValues: [status], count: counts.get(status) as number }] : []));
  return { count, groups };
}

function parsePageToken(token: string, namespace: string): Key {
  try {
    const [group, time, runId] = JSON.parse(token) as [unknown, unknown, unknown];
    if (typeof group === 'number' && typeof time === 'number' && typeof runId === 'string') return [namespace, group, time, runId];
  } catch {} // said below, as for any other text that is no token
  return invalid('nextPageToken', 'the token of the page before, as it was given', token);
}
