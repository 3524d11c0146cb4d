/** Where processor time goes while a page works: a CPU profile of the page and of each worker, and what is on top in each. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { attachTargets } from './targets.ts';

interface CpuProfile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: { readonly functionName: string; readonly lineNumber: number } }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const INTERVAL_US = 200;
const TOP = 25;
/** What is no work. */
const IDLE = /^\((root|idle)\)/;

/** Writes `<folder>/<name>-<target>.cpuprofile`, which the developer tools open. Profiling slows the work: its figures are not to be used. */
export async function profiled<T>(page: Page, folder: string, name: string, work: () => Promise<T>): Promise<T> {
  const targets = await attachTargets(page);
  for (const { send } of targets) {
    await send('Profiler.enable');
    await send('Profiler.setSamplingInterval', { interval: INTERVAL_US });
    await send('Profiler.start');
  }
  const result = await work();
  mkdirSync(folder, { recursive: true });
  for (const { name: target, send } of targets) {
    const { profile } = await send<{ profile: CpuProfile }>('Profiler.stop');
    await send('Profiler.disable');
    writeFileSync(join(folder, `${name}-${target.replace(':', '-')}.cpuprofile`), JSON.stringify(profile));
    console.log(summaryOf(`${name} ${target}`, profile));
  }
  return result;
}

function summaryOf(title: string, { nodes, samples, timeDeltas }: CpuProfile): string {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, `${callFrame.functionName || '(anonymous)'}:${callFrame.lineNumber + 1}`]));
  const self = new Map<string, number>();
  for (const [index, id] of samples.entries()) {
    const name = names.get(id) ?? '(unknown)';
    if (!IDLE.test(name)) self.set(name, (self.get(name) ?? 0) + (timeDeltas[index] ?? 0) / 1_000);
  }
  const total = timeDeltas.reduce((sum, delta) => sum + delta, 0) / 1_000;
  const busy = [...self.values()].reduce((sum, time) => sum + time, 0);
  const top = [...self].sort(([, a], [, b]) => b - a).slice(0, TOP);
  const lines = top.map(([name, time]) => `  ${time.toFixed(0).padStart(6)} ms ${((100 * time) / busy).toFixed(1).padStart(5)} %  ${name}`);
  return `${title}: busy ${busy.toFixed(0)} of ${total.toFixed(0)} ms\n${lines.join('\n')}`;
}
