/** The workload W4: crowds of workflows that sleep, each in a profile of its own, and a restart with them in the store. */
import { GroupLimits, IN_FLIGHT } from './limits.ts';
import { type BenchOptions, inSession, measured } from './options.ts';
import type { Session } from './session.ts';
import { heapOf } from './targets.ts';

/** A hundred thousand take long, and vary little. */
const CROWDS: readonly Crowd[] = [
  { count: 10_000, most: 5 },
  { count: 100_000, most: 1 },
];
const QUICK_CROWDS: readonly Crowd[] = [{ count: 2_000, most: 2 }];

interface Crowd {
  readonly count: number;
  /** Of repetitions. */
  readonly most: number;
}

interface Figures {
  readonly rates: number[];
  readonly limits: GroupLimits;
  readonly restarts: number[];
  /** With nobody asleep. */
  readonly emptyRestarts: number[];
  readonly bareRestarts: number[];
  /** In MiB. */
  readonly disk: number[];
  /** In KiB for each sleeper, against the same engine in the same situation with nobody asleep. */
  readonly heap: number[];
  readonly restartedHeap: number[];
}

/** The name of the engine's worker. */
const ENGINE = 'perdure';

/** @returns the version of the browser */
export async function sleepers(options: BenchOptions): Promise<string> {
  let browserVersion = '';
  for (const { count, most } of options.isQuick ? QUICK_CROWDS : CROWDS) {
    const figures: Figures = createFigures();
    const repetitions = Math.min(options.repetitions, most);
    for (let i = 0; i < repetitions; i++)
      browserVersion = await inSession(options, (session) => oneCrowd(session, options, { count, isLast: i === repetitions - 1 }, figures));
    report(options, count, figures);
  }
  return browserVersion;
}

const createFigures = (): Figures => ({
  rates: [],
  limits: new GroupLimits(),
  restarts: [],
  emptyRestarts: [],
  bareRestarts: [],
  disk: [],
  heap: [],
  restartedHeap: [],
});

async function oneCrowd(session: Session, options: BenchOptions, { count, isLast }: { count: number; isLast: boolean }, figures: Figures): Promise<void> {
  const inFlight = (workflows: number): Promise<number> =>
    session.page.evaluate(([n, most]) => bench.workloads.inFlight(n, most), [workflows, IN_FLIGHT] as const);
  await inFlight(1_000);
  await session.close();
  figures.emptyRestarts.push(await session.timeFromNavigation({ what: 'first' }));
  const restarted = await heapOf(session.page, ENGINE);

  await inFlight(1_000); // the warm-up of the engine that is measured
  const [disk, heap] = [session.diskBytes(), await heapOf(session.page, ENGINE)];
  const work = (): Promise<number> => session.page.evaluate(([n, most]) => bench.workloads.sleepers(n, most), [count, IN_FLIGHT] as const);
  figures.rates.push(count / (await measured(session, options, isLast, `W4-${count}`, work)));
  figures.disk.push((session.diskBytes() - disk) / 2 ** 20);
  figures.heap.push(((await heapOf(session.page, ENGINE)) - heap) / 2 ** 10 / count);
  await figures.limits.measureWorkflows(session, count);

  await session.close();
  figures.restarts.push(await session.timeFromNavigation({ what: 'first' }));
  figures.restartedHeap.push(((await heapOf(session.page, ENGINE)) - restarted) / 2 ** 10 / count);
  await session.close();
  figures.bareRestarts.push(await session.timeFromNavigation({ what: 'bareFirst', count: IN_FLIGHT }));
}

function report({ report }: BenchOptions, count: number, figures: Figures): void {
  const name = `W4 ${count.toLocaleString('en')}`;
  report.add(
    name,
    'starts/s',
    figures.rates,
    figures.limits.toLimits((seconds) => count / seconds),
  );
  report.add(name, 'restart to first workflow ms', figures.restarts, { bare: figures.bareRestarts, empty: figures.emptyRestarts });
  report.add(name, 'MiB on disk', figures.disk);
  report.add(name, 'KiB of heap for each', figures.heap);
  report.add(name, 'KiB of heap for each, restarted', figures.restartedHeap);
}
