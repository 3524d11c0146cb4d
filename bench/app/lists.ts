/** V: a crowd of runs to find some in, and how long the service takes to find them. All times are taken in the page. */
import type { Connection } from '@perdure/core/client';
import { inParallel } from './in-parallel.ts';

export interface Lists {
  /** Runs `from` to `to` of the crowd, to their ends. Every twentieth sleeps instead. */
  fill(from: number, to: number, inFlight: number): Promise<void>;
  /** @returns milliseconds of each call, and what it found; `pages`: how many, by token */
  list(query: string, calls: number, page: 1 | 2): Promise<{ readonly times: number[]; readonly found: number }>;
  count(query: string, calls: number): Promise<{ readonly times: number[]; readonly found: number }>;
  /** Moments between which about `runs` of the crowd were started. */
  between(run: number, runs: number): Promise<readonly [string, string]>;
}

const NAMESPACE = 'default';

export function createLists(connection: Connection): Lists {
  const { service } = connection;
  const client = connection.client();

  async function one(index: number): Promise<void> {
    const workflowType = index % 20 === 0 ? 'sleeper' : index % 10_000 === 7 ? 'rare' : 'brief';
    const handle = await client.workflow.start(workflowType, {
      workflowId: `crowd-${index}`,
      taskQueue: 'default',
      args: workflowType === 'brief' ? [index % 10_000 === 9] : [],
      searchAttributes: { CustomKeywordField: [`customer-${index % 20_000}`], CustomIntField: [(index * 7_919) % 1_000_003] },
    });
    if (workflowType !== 'sleeper') await handle.result().catch(() => {}); // some fail, as they are told
  }

  async function timed(calls: number, call: () => Promise<number>): Promise<{ readonly times: number[]; readonly found: number }> {
    const times: number[] = [];
    let found = 0;
    for (let i = 0; i < calls; i++) {
      const start = performance.now();
      found = await call();
      times.push(performance.now() - start);
    }
    return { times, found };
  }

  const pageOf = (query: string, nextPageToken?: string) =>
    service.listWorkflowExecutions({ namespace: NAMESPACE, query, pageSize: 100, ...(nextPageToken ? { nextPageToken } : {}) });

  return {
    async fill(from, to, inFlight) {
      let next = from;
      await inParallel(to - from, inFlight, () => one(next++));
    },
    async list(query, calls, page) {
      const token = page === 2 ? (await pageOf(query)).nextPageToken : undefined;
      return timed(calls, async () => (await pageOf(query, token)).executions.length);
    },
    count: (query, calls) => timed(calls, async () => (await service.countWorkflowExecutions({ namespace: NAMESPACE, query })).count),
    async between(run, runs) {
      const startOf = async (index: number): Promise<string> => {
        const execution = { namespace: NAMESPACE, workflowExecution: { workflowId: `crowd-${index}` } };
        return new Date((await service.describeWorkflowExecution(execution)).summary.startTime).toISOString();
      };
      return [await startOf(run), await startOf(run + runs)];
    },
  };
}
