/**
 * Gives inputs from a seed to the places where input from outside meets the engine, and judges each: only promised errors, no effect of what is
 * refused, no polluted globals, no input that takes long.
 */
import fc from 'fast-check';
import { GlobalsWatch } from './globals.ts';
import type { Finding, FindingKind, Probe, Target } from './target.ts';

export interface FuzzOptions {
  // biome-ignore lint/suspicious/noExplicitAny: each target has inputs of its own type
  readonly targets: readonly Target<any>[];
  readonly inputs: number;
  readonly seed: number;
  readonly report: (line: string) => void;
  /** Called now and then. */
  readonly onProgress?: (totals: FuzzTotals) => void | Promise<void>;
}

export interface FuzzTotals {
  inputs: number;
  uncaught: number;
  changed: number;
  polluted: number;
  slow: number;
  /** Inputs that were refused by a promised error, of each target. */
  readonly refused: Record<string, number>;
  readonly inputsOf: Record<string, number>;
  /** What was found, in words: the first of them. */
  readonly findings: string[];
}

/** Of one target, before the next one has its turn. */
const BATCH = 500;
/** Of processor time, in ms: the clock on the wall would count what other processes do. */
const SLOW_MS = 100;
const TRIES = 3;
const MOST_FINDINGS = 40;

export async function fuzz({ targets, inputs, seed, report, onProgress }: FuzzOptions): Promise<FuzzTotals> {
  const totals: FuzzTotals = { inputs: 0, uncaught: 0, changed: 0, polluted: 0, slow: 0, refused: {}, inputsOf: {}, findings: [] };
  const stray: unknown[] = [];
  const takeStray = (error: unknown): void => void stray.push(error);
  process.on('unhandledRejection', takeStray);
  process.on('uncaughtException', takeStray);
  const watch = new GlobalsWatch();
  const shares = targets.reduce((sum, { share }) => sum + share, 0);
  try {
    for (let batch = 0; totals.inputs < inputs; batch++) {
      for (const target of targets) {
        const count = Math.min(inputs - totals.inputs, Math.ceil((BATCH * targets.length * target.share) / shares));
        if (count <= 0) break;
        await new Run(target, totals, watch, stray, report).go(count, seed * 1_000_003 + batch);
      }
      await onProgress?.(totals);
    }
    for (const change of watch.changes()) count(totals, { kind: 'polluted', text: change }, report);
  } finally {
    process.off('unhandledRejection', takeStray);
    process.off('uncaughtException', takeStray);
  }
  return totals;
}

function count(totals: FuzzTotals, { kind, text }: Finding, report: (line: string) => void): void {
  totals[kind]++;
  if (totals.findings.length >= MOST_FINDINGS) return;
  totals.findings.push(`${kind}: ${text}`);
  report(`${kind}: ${text}`);
}

/** A batch of inputs for one target. */
class Run<T> {
  readonly #target: Target<T>;
  readonly #totals: FuzzTotals;
  readonly #watch: GlobalsWatch;
  readonly #stray: unknown[];
  readonly #report: (line: string) => void;

  constructor(target: Target<T>, totals: FuzzTotals, watch: GlobalsWatch, stray: unknown[], report: (line: string) => void) {
    this.#target = target;
    this.#totals = totals;
    this.#watch = watch;
    this.#stray = stray;
    this.#report = report;
  }

  async go(count: number, seed: number): Promise<void> {
    const { name, inputs, inputsOfProbe = BATCH, create } = this.#target;
    const samples = fc.sample(inputs, { numRuns: count, seed: seed | 0 });
    let probe = await create();
    for (const [index, input] of samples.entries()) {
      if (index > 0 && index % inputsOfProbe === 0) {
        await probe.close?.();
        probe = await create();
      }
      await this.#one(probe, input, `${name}, seed ${seed}, input ${index}`);
    }
    await probe.close?.();
    this.#totals.inputsOf[name] = (this.#totals.inputsOf[name] ?? 0) + count;
  }

  async #one(probe: Probe<T>, input: T, where: string): Promise<void> {
    this.#totals.inputs++;
    const start = performance.now();
    const problem = await this.#tried(probe, input);
    if (problem) this.#find(problem.kind, `${problem.text}; ${where}`, input);
    if (performance.now() - start > SLOW_MS && (await this.#isSlow(probe, input))) this.#find('slow', where, input);
    for (const error of this.#stray.splice(0)) this.#find('uncaught', `a stray ${inWords(error)}; ${where}`, input);
    if (this.#watch.hasNewName) this.#find('polluted', `${this.#watch.changes().join(', ')}; ${where}`, input);
  }

  async #tried(probe: Probe<T>, input: T): Promise<Finding | undefined> {
    try {
      const text = await probe.check(input);
      return text === undefined ? undefined : { kind: 'changed', text };
    } catch (error) {
      if (!probe.isRefusal(error)) return { kind: 'uncaught', text: inWords(error) };
      this.#totals.refused[this.#target.name] = (this.#totals.refused[this.#target.name] ?? 0) + 1;
      return undefined;
    }
  }

  /** By the least processor time of a few tries: garbage may have been collected meanwhile. */
  async #isSlow(probe: Probe<T>, input: T): Promise<boolean> {
    for (let i = 0; i < TRIES; i++) {
      const before = process.cpuUsage();
      await this.#tried(probe, input);
      const { user, system } = process.cpuUsage(before);
      if ((user + system) / 1_000 <= SLOW_MS) return false;
    }
    return true;
  }

  #find(kind: FindingKind, text: string, input: T): void {
    count(this.#totals, { kind, text: `${text}: ${show(input)}` }, this.#report);
  }
}

function inWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const place = /\n\s+at (.*)/.exec(error.stack ?? '')?.[1] ?? '';
  return `${error.name}: ${error.message.slice(0, 200)} (${place})`;
}

function show(input: unknown): string {
  try {
    return fc.stringify(input).slice(0, 500);
  } catch {
    return 'an input that is too deep to be shown';
  }
}
