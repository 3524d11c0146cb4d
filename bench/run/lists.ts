/** The workload V: pages of lists and counts over a hundred thousand runs, after a restart. What it does: `../README.md`. */
import { IN_FLIGHT } from './limits.ts';
import { type BenchOptions, inSession, measured } from './options.ts';
import type { Session } from './session.ts';

const CROWD = 100_000;
const QUICK_CROWD = 10_000;
/** Of runs, between two looks at the progress. */
const STEP = 10_000;
/** Calls for each figure. The first one of all, behind the restart, is a figure of its own. */
const CALLS = 20;

/** @returns the version of the browser */
export function lists(options: BenchOptions): Promise<string> {
  return inSession(options, (session) => oneCrowd(session, options));
}

async function oneCrowd(session: Session, options: BenchOptions): Promise<void> {
  const crowd = options.isQuick ? QUICK_CROWD : CROWD;
  for (let from = 0; from < crowd; from += STEP)
    await session.page.evaluate(([a, b, c]) => bench.lists.fill(a, b, c), [from, Math.min(crowd, from + STEP), IN_FLIGHT] as const);
  await session.close();
  await session.open();
  const [from, to] = await session.page.evaluate(([run]) => bench.lists.between(run, 50), [Math.floor(crowd / 2) + 1] as const);
  const filters: readonly (readonly [name: string, query: string])[] = [
    ['by Keyword', 'CustomKeywordField = "customer-4321"'],
    ['all', ''],
    ['by status', 'ExecutionStatus = "Failed"'],
    ['by type', 'WorkflowType = "rare"'],
    ['by id', `WorkflowId = "crowd-${Math.floor(crowd / 3)}"`],
    ['by start time', `StartTime BETWEEN "${from}" AND "${to}"`],
    ['by number', 'CustomIntField BETWEEN 500000 AND 500100'],
    ['of none', 'WorkflowId = "none" AND ExecutionStatus = "Completed"'],
  ];
  const run = async (): Promise<void> => {
    for (const [index, [name, query]] of filters.entries()) {
      if (index === 0) await report(`first page ${name}, cold`, () => session.page.evaluate(([q]) => bench.lists.list(q, 1, 1), [query] as const));
      await report(`first page ${name}`, () => session.page.evaluate(([q, calls]) => bench.lists.list(q, calls, 1), [query, CALLS] as const));
    }
    for (const query of ['', 'ExecutionStatus = "Completed"'])
      await report(`second page ${query ? 'by status' : 'all'}`, () => session.page.evaluate(([q, n]) => bench.lists.list(q, n, 2), [query, CALLS] as const));
    for (const [name, query] of [['all', ''], ['by status', 'GROUP BY ExecutionStatus'], ...filters.filter((_, index) => index !== 1)] as const)
      await report(`count ${name}`, () => session.page.evaluate(([q, calls]) => bench.lists.count(q, calls), [query, CALLS] as const));
  };
  await measured(session, options, true, 'V', run);

  async function report(name: string, call: () => Promise<{ readonly times: number[]; readonly found: number }>): Promise<void> {
    const { times, found } = await call();
    options.report.add('V', `${name} ms (${found})`, times);
  }
}
