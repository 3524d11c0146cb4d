/** Listing workflows: page after page, as one iteration. */
import type { SearchAttributeValue } from '../common/search-attributes.ts';
import { executionInfo, type WorkflowExecutionInfo } from './description.ts';
import { asServiceError, rethrowNamespaceNotFound } from './errors.ts';
import { fetchHistory, type HistoryAndWorkflowId } from './history.ts';
import { type CallContext, type ListOptions, present } from './options.ts';

export interface IntoHistoriesOptions {
  /** How many histories are fetched at a time; with more than 1 they come in the order in which they arrive. @defaultValue 1 */
  concurrency?: number;
}

export interface AsyncWorkflowListIterable extends AsyncIterable<WorkflowExecutionInfo> {
  /** The histories in place of the summaries, for `Worker.runReplayHistories`. */
  intoHistories(options?: IntoHistoriesOptions): AsyncIterable<HistoryAndWorkflowId>;
}

export function listWorkflows(call: CallContext, options: ListOptions): AsyncWorkflowListIterable {
  return {
    [Symbol.asyncIterator]: () => executions(call, options)[Symbol.asyncIterator](),
    intoHistories: ({ concurrency = 1 } = {}) =>
      mapConcurrently(executions(call, options), concurrency, async ({ workflowId, runId }) => ({
        workflowId,
        history: await fetchHistory(call, { workflowId, runId }),
      })),
  };
}

/** With `GROUP BY ExecutionStatus` at the end of the query, `groups` has the count of each status. */
export interface CountWorkflowExecution {
  count: number;
  groups: { count: number; groupValues: SearchAttributeValue }[];
}

export async function countWorkflows({ service, namespace }: CallContext, query: string | undefined): Promise<CountWorkflowExecution> {
  try {
    const { count, groups } = await service.countWorkflowExecutions({ namespace, ...present({ query }) });
    return { count, groups: groups.map(({ groupValues, ...group }) => ({ ...group, groupValues: [...groupValues] })) };
  } catch (error) {
    rethrowNamespaceNotFound(error, namespace);
    throw asServiceError(error, 'Failed to count workflows');
  }
}

async function* executions(call: CallContext, { query, pageSize }: ListOptions): AsyncGenerator<WorkflowExecutionInfo> {
  let nextPageToken: string | undefined;
  do {
    const page = await listPage(call, { query, pageSize, nextPageToken });
    for (const summary of page.executions) yield executionInfo(summary, call.dataConverter, summary);
    nextPageToken = page.nextPageToken;
  } while (nextPageToken !== undefined);
}

async function listPage(
  { service, namespace }: CallContext,
  options: { query: string | undefined; pageSize: number | undefined; nextPageToken: string | undefined },
) {
  try {
    return await service.listWorkflowExecutions({ namespace, ...present(options) });
  } catch (error) {
    rethrowNamespaceNotFound(error, namespace);
    throw asServiceError(error, 'Failed to list workflows');
  }
}

/** Keeps up to `concurrency` of `convert` under way, and takes from the source no more than that. */
async function* mapConcurrently<A, B>(source: AsyncIterable<A>, concurrency: number, convert: (value: A) => Promise<B>): AsyncGenerator<B> {
  const running = new Map<number, Promise<readonly [number, B]>>();
  let count = 0;
  async function* settled(down: number): AsyncGenerator<B> {
    while (running.size > down) {
      const [key, value] = await Promise.race(running.values());
      running.delete(key);
      yield value;
    }
  }
  for await (const item of source) {
    const key = count++;
    const change = convert(item).then((value) => [key, value] as const);
    change.catch(() => {}); // the race reports it, which may begin only when the source has given the next item
    running.set(key, change);
    yield* settled(Math.max(1, concurrency) - 1);
  }
  yield* settled(0);
}
