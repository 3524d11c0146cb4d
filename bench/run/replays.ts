/** R: synthetic histories, in Temporal's JSON, replayed by our worker in the browser and by Temporal's own in Node, one after the other. */
import { execFileSync } from 'node:child_process';
import { fanoutHistory, type HistoryJson, loopHistory } from '../../conformance/temporal-replay/fixtures/history.mjs';
import { installReplayer } from '../../scripts/interop/install.mjs';
import { type BenchOptions, inSession } from './options.ts';
import type { Session } from './session.ts';

interface Shape {
  readonly name: string;
  /** As Temporal's benchmark names it. */
  readonly spec: string;
  readonly make: () => HistoryJson;
}

const EVENTS_AROUND_LOOP = 5;
const EVENTS_OF_STEP = 6;
const EVENTS_AROUND_FAN = 8;
const EVENTS_OF_BRANCH = 3;

const loopOf = (events: number): Shape => ({
  name: `${events} in sequence`,
  spec: `loop:${events}`,
  make: () => loopHistory(Math.round((events - EVENTS_AROUND_LOOP) / EVENTS_OF_STEP)),
});
const fanOf = (events: number): Shape => ({
  name: `${events} in parallel`,
  spec: `fanout:${events}`,
  make: () => fanoutHistory(Math.round((events - EVENTS_AROUND_FAN) / EVENTS_OF_BRANCH)),
});

export function replays(options: BenchOptions): Promise<string> {
  return inSession(options, (session) => measure(session, options));
}

async function measure(session: Session, { repetitions, isQuick, report }: BenchOptions): Promise<void> {
  const shapes = isQuick ? [loopOf(1_000)] : [loopOf(1_000), loopOf(10_000), fanOf(10_000)];
  const replayer = installReplayer();
  for (const { name, spec, make } of shapes) {
    const history = make();
    const replay = (): Promise<number> => session.page.evaluate((given) => bench.replays.replay(given), history);
    const rates: number[] = [];
    await replay();
    for (let i = 0; i < repetitions; i++) rates.push((1_000 * history.events.length) / (await replay()));
    report.add('R', `${name}, events/s`, rates, { "Temporal's replayer": temporalRates(replayer, spec, history.events.length) });
  }
}

/** Its whole call, as ours is taken: from the parsed JSON to the verdict, in a fresh worker, with the bundle built before. */
function temporalRates(replayer: string, spec: string, events: number): number[] {
  const told = execFileSync('node', ['bench.mjs', spec], { cwd: replayer, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const times = /runs ([\d ]+)/.exec(told)?.[1]?.split(' ').map(Number);
  if (!times) throw new Error(`Temporal's benchmark told no times:\n${told}`);
  return times.map((milliseconds) => (1_000 * events) / milliseconds);
}
