/**
 * Workflows drawn from a seed: small programs as data, which one workflow function runs. What a program returns can be told without
 * running it, unless it holds a race.
 */
import type { Millis } from '../../common/brand.ts';
import type { Scheduler } from './scheduler.ts';

export type Program =
  /** Fails `fails` times and then returns its id; `fatal` gives up at the first failure. */
  | { readonly op: 'activity'; readonly id: string; readonly fails: number; readonly takes: Millis; readonly fatal: boolean; readonly beats: boolean }
  | { readonly op: 'timer'; readonly ms: Millis }
  /** Waits until so many signals have come in all. */
  | { readonly op: 'signals'; readonly count: number }
  | { readonly op: 'chance' }
  | { readonly op: 'sequence' | 'all'; readonly parts: readonly Program[] }
  /** Gives `part` up after `ms`. */
  | { readonly op: 'within'; readonly ms: Millis; readonly part: Program };

export interface WorkflowPlan {
  readonly workflowId: string;
  readonly program: Program;
  readonly startsAfter: Millis;
  /** When each signal is sent, in order. */
  readonly signals: readonly Millis[];
  readonly queries: readonly Millis[];
  /** When it is cancelled or terminated from outside, if it is. */
  readonly ending?: { readonly how: 'cancel' | 'terminate'; readonly after: Millis };
  readonly runTimeout?: Millis;
}

export interface ActivityInput {
  readonly id: string;
  readonly fails: number;
  readonly takes: Millis;
  readonly fatal: boolean;
  readonly beats: boolean;
}

export function drawPlan(scheduler: Scheduler, workflowId: string): WorkflowPlan {
  const signals = Array.from({ length: scheduler.pick(4) }, () => scheduler.pick(30_000)).sort((a, b) => a - b);
  let activities = 0;
  const program = drawProgram(scheduler, 3, signals.length, () => `${workflowId}/${++activities}`);
  const queries = Array.from({ length: scheduler.pick(3) }, () => scheduler.pick(60_000));
  const plan = { workflowId, program, startsAfter: scheduler.pick(5_000), signals, queries };
  const fate = scheduler.pick(10);
  if (fate === 0) return { ...plan, ending: { how: 'cancel', after: scheduler.pick(40_000) } };
  if (fate === 1) return { ...plan, ending: { how: 'terminate', after: scheduler.pick(40_000) } };
  return fate === 2 ? { ...plan, runTimeout: 1_000 + scheduler.pick(100_000) } : plan;
}

function drawProgram(scheduler: Scheduler, depth: number, signals: number, nextId: () => string): Program {
  const kind = scheduler.pick(depth > 0 ? 9 : 5);
  const part = () => drawProgram(scheduler, depth - 1, signals, nextId);
  switch (kind) {
    case 0:
    case 1:
      return drawActivity(scheduler, nextId());
    case 2:
      return { op: 'timer', ms: scheduler.pick(3) === 0 ? scheduler.pick(3_600_000) : scheduler.pick(20_000) };
    case 3:
      return { op: 'signals', count: scheduler.pick(signals + 1) };
    case 4:
      return { op: 'chance' };
    case 5:
      return { op: 'within', ms: scheduler.pick(15_000), part: part() };
    default:
      return { op: kind === 6 ? 'all' : 'sequence', parts: Array.from({ length: 1 + scheduler.pick(3) }, part) };
  }
}

function drawActivity(scheduler: Scheduler, id: string): Program {
  return {
    op: 'activity',
    id,
    fails: scheduler.pick(3) === 0 ? scheduler.pick(4) : 0,
    takes: scheduler.pick(8_000),
    fatal: scheduler.pick(8) === 0,
    beats: scheduler.pick(3) === 0,
  };
}

export const activityInput = ({ id, fails, takes, fatal, beats }: Extract<Program, { op: 'activity' }>): ActivityInput => ({ id, fails, takes, fatal, beats });

/** Whether what a program returns depends on how quickly things happen. */
export function hasRace(program: Program): boolean {
  if (program.op === 'within') return true;
  return 'parts' in program && program.parts.some(hasRace);
}

/** What a program without a race returns. */
export function expectedResult(program: Program): unknown {
  switch (program.op) {
    case 'activity':
      return program.fatal && program.fails > 0 ? 'fatal' : program.id;
    case 'timer':
      return 'slept';
    case 'signals':
      return 'signalled';
    case 'chance':
      return 'chance';
    case 'within':
      return 'unknown';
    default:
      return program.parts.map(expectedResult);
  }
}
