/** The workloads W1, W2, W3, W5 and W6: a warm-up, then repetitions in one profile. What they do: `../README.md`. */
import { GroupLimits, IN_FLIGHT, secondsOf, singleWrites } from './limits.ts';
import { lists } from './lists.ts';
import { type BenchOptions, inSession, measured } from './options.ts';
import { replays } from './replays.ts';
import { median, quantile } from './report.ts';
import type { Session } from './session.ts';
import { sleepers } from './sleepers.ts';

const WORKLOADS: Readonly<Record<string, (options: BenchOptions) => Promise<string>>> = {
  W1: (options) => inSession(options, (session) => inSequence(session, options)),
  W2: (options) => inSession(options, (session) => inFlight(session, options)),
  W3: (options) => inSession(options, (session) => steps(session, options)),
  W4: sleepers,
  W5: (options) => inSession(options, (session) => signals(session, options)),
  W6: (options) => inSession(options, (session) => atOnce(session, options)),
  R: replays,
  V: lists,
};
export const WORKLOAD_NAMES: readonly string[] = Object.keys(WORKLOADS);

/** @returns the version of the browser */
export async function runWorkloads(only: readonly string[], options: BenchOptions): Promise<string> {
  let browserVersion = '';
  for (const name of only) browserVersion = (await WORKLOADS[name]?.(options)) ?? browserVersion;
  return browserVersion;
}

async function inSequence(session: Session, options: BenchOptions): Promise<void> {
  const { repetitions, isQuick, report } = options;
  const count = isQuick ? 50 : 200;
  const found = { p50: [] as number[], p99: [] as number[], bareP50: [] as number[], bareP99: [] as number[], commits: [] as number[] };
  await session.page.evaluate((n) => bench.workloads.inSequence(n), count);
  for (let i = 0; i < repetitions; i++) {
    const before = await commitsOf(session);
    const times = await measured(session, options, i === repetitions - 1, 'W1', () => session.page.evaluate((n) => bench.workloads.inSequence(n), count));
    found.commits.push(((await commitsOf(session)) - before) / count);
    found.p50.push(median(times));
    found.p99.push(quantile(times, 0.99));
    const bare = inPairs(await singleWrites(session, 2 * count)); // two commits are the least for a workflow with one activity
    found.bareP50.push(median(bare));
    found.bareP99.push(quantile(bare, 0.99));
  }
  report.add('W1', 'p50 ms', found.p50, { bare: found.bareP50 });
  report.add('W1', 'p99 ms', found.p99, { bare: found.bareP99 });
  report.add('W1', 'commits of each', found.commits);
}

async function inFlight(session: Session, options: BenchOptions): Promise<void> {
  const { repetitions, isQuick, report } = options;
  const count = isQuick ? 400 : 2_000;
  const limits = new GroupLimits();
  const rates: number[] = [];
  const commits: number[] = [];
  const run = (): Promise<number> => session.page.evaluate(([n, most]) => bench.workloads.inFlight(n, most), [count, IN_FLIGHT] as const);
  await run();
  for (let i = 0; i < repetitions; i++) {
    const before = await commitsOf(session);
    rates.push(count / (await measured(session, options, i === repetitions - 1, 'W2', run)));
    commits.push((((await commitsOf(session)) - before) * IN_FLIGHT) / count);
    await limits.measureWorkflows(session, count);
  }
  report.add(
    'W2',
    'workflows/s',
    rates,
    limits.toLimits((seconds) => count / seconds),
  );
  report.add('W2', 'commits of each 100', commits);
}

async function steps(session: Session, options: BenchOptions): Promise<void> {
  const { repetitions, isQuick, report } = options;
  const count = isQuick ? 200 : 1_000;
  const found = { rates: [] as number[], bareRates: [] as number[], recoveries: [] as number[], bareRecoveries: [] as number[], twice: [] as number[] };
  for (let i = 0; i < repetitions; i++) {
    const id = `sequence-${i}`;
    const run = (): Promise<number> => session.page.evaluate(([id, n]) => bench.workloads.steps(id, n), [id, count] as const);
    await session.page.evaluate(([id, n]) => bench.workloads.steps(id, n), [`warm-up-${i}`, count / 2] as const);
    const before = await additionsOf(session);
    found.rates.push(count / (await measured(session, options, i === repetitions - 1, 'W3', run)));
    const ran = (await additionsOf(session)) - before;
    found.bareRates.push(count / secondsOf(await singleWrites(session, count)));
    await session.kill();

    found.recoveries.push(await session.timeFromNavigation({ what: 'recover', id }));
    const result = await session.page.evaluate((id) => bench.workloads.result(id), id);
    if (result !== count) throw new Error(`W3 ended with ${result} in place of ${count}`);
    found.twice.push(ran - count + (await additionsOf(session))); // the worker for activities is a new one, and counts from zero
    await session.kill();
    found.bareRecoveries.push(await session.timeFromNavigation({ what: 'bareRecover', count }));
    await session.open();
  }
  report.add('W3', 'steps/s', found.rates, { bare: found.bareRates });
  report.add('W3', 'recovery ms', found.recoveries, { bare: found.bareRecoveries });
  report.add('W3', 'activities run twice', found.twice);
}

async function signals(session: Session, options: BenchOptions): Promise<void> {
  const { repetitions, isQuick, report } = options;
  const count = isQuick ? 200 : 1_000;
  const found = { acknowledged: [] as number[], completed: [] as number[], bare: [] as number[], commits: [] as number[] };
  const run = () => session.page.evaluate((n) => bench.workloads.signals(n), count);
  await run();
  for (let i = 0; i < repetitions; i++) {
    const before = await commitsOf(session);
    const { acknowledged, completed } = await measured(session, options, i === repetitions - 1, 'W5', run);
    found.commits.push(((await commitsOf(session)) - before) / count);
    found.acknowledged.push(count / acknowledged);
    found.completed.push(count / completed);
    found.bare.push(count / secondsOf(await singleWrites(session, count)));
  }
  report.add('W5', 'acknowledged/s', found.acknowledged, { bare: found.bare });
  report.add('W5', 'completed/s', found.completed, { bare: found.bare });
  report.add('W5', 'commits of each signal', found.commits);
}

async function atOnce(session: Session, options: BenchOptions): Promise<void> {
  const { repetitions, isQuick, report } = options;
  const count = isQuick ? 100 : 500;
  for (const [what, transactions] of [
    ['children', 3],
    ['activities', 2],
  ] as const) {
    const found = { times: [] as number[], commits: [] as number[] };
    const limits = new GroupLimits();
    const run = (): Promise<number> => session.page.evaluate(([what, n]) => bench.workloads[what](n), [what, count] as const);
    await run();
    for (let i = 0; i < repetitions; i++) {
      const before = await commitsOf(session);
      found.times.push(await measured(session, options, i === repetitions - 1, `W6-${what}`, run));
      found.commits.push((await commitsOf(session)) - before);
      await limits.measure(session, transactions, count);
    }
    report.add(
      'W6',
      `${count} ${what} ms`,
      found.times,
      limits.toLimits((seconds) => 1_000 * seconds),
    );
    report.add('W6', `commits of ${count} ${what}`, found.commits);
  }
}

const commitsOf = async (session: Session): Promise<number> => (await session.page.evaluate(() => bench.workloads.counts())).commits;

const additionsOf = (session: Session): Promise<number> => session.page.evaluate(() => bench.workloads.additions());

const inPairs = (times: readonly number[]): number[] =>
  times.filter((_, index) => index % 2 === 0).map((time, index) => time + (times[2 * index + 1] as number));
