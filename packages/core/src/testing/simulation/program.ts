/**
 * Workflows drawn from a seed: small programs as data, which one workflow function runs, and what a client does to each. What a program
 * returns can be told without running it, but for what depends on how quickly things happen.
 */
import type { Millis } from '../../common/brand.ts';
import type { ChildWorkflowCancellationType, ParentClosePolicy } from '../../common/enums.ts';
import type { UpdateStage } from '../../protocol/workflow-service.ts';

export interface ActivityPlan {
  readonly id: string;
  /** So many attempts fail; then it returns its id. */
  readonly fails: number;
  readonly takes: Millis;
  /** Gives up at the first failure. */
  readonly fatal: boolean;
  readonly beats: boolean;
  /** `later`: somebody else completes it, by its token; `by id`: by its name. */
  readonly how?: 'later' | 'by id' | 'local';
  /** Ends when it is cancelled, and whoever cancels it waits for that. */
  readonly heeds?: boolean;
  /** No more attempts than these, unless it is local; without it there may be any number. */
  readonly mostAttempts?: number;
}

export interface ChildPlan {
  readonly id: string;
  readonly run: RunPlan;
  readonly policy: ParentClosePolicy;
  readonly cancellation: ChildWorkflowCancellationType;
  /** `start`: goes on when the child has begun; `twin`: starts it and is refused a second one of the same id. */
  readonly use: 'execute' | 'start' | 'signal' | 'twin';
  readonly runTimeout?: Millis;
}

export type Program =
  | ({ readonly op: 'activity' } & ActivityPlan)
  | { readonly op: 'timer'; readonly ms: Millis }
  /** Waits until so many signals have come in all. */
  | { readonly op: 'signals'; readonly count: number }
  | { readonly op: 'chance' }
  | ({ readonly op: 'child' } & ChildPlan)
  /** A signal or a request to cancel for another workflow: by its id, or the parent. */
  | { readonly op: 'tell'; readonly id: string; readonly target: string; readonly how: 'signal' | 'cancel' }
  /** Takes the old way where the code, or the history, is older than the patch. */
  | { readonly op: 'patch'; readonly id: string }
  | { readonly op: 'effect' }
  | { readonly op: 'setting'; readonly id: string }
  /** Sets a search attribute and the memo. */
  | { readonly op: 'mark'; readonly value: number }
  | { readonly op: 'sequence' | 'all'; readonly parts: readonly Program[] }
  /** Gives `part` up after `ms`. */
  | { readonly op: 'within'; readonly ms: Millis; readonly part: Program }
  /** Finishes `part` also when it is cancelled. */
  | { readonly op: 'shielded'; readonly part: Program };

/** What follows a run of the program. */
export type Succession =
  | { readonly kind: 'once' }
  | { readonly kind: 'laps'; readonly laps: number }
  /** So many attempts fail at their end. */
  | { readonly kind: 'retry'; readonly fails: number; readonly attempts: number }
  /** Each minute; every third of them fails. */
  | { readonly kind: 'cron'; readonly failsAt: number };

export interface RunPlan {
  readonly program: Program;
  readonly succession: Succession;
}

/** What a run is given: its plan, and what the runs before it have seen. */
export interface RunInput extends RunPlan {
  /** Takes signals from a channel, and drains it before it ends. */
  readonly hasChannel: boolean;
  readonly lap: number;
  readonly numbers: readonly number[];
  readonly pokes: readonly string[];
}

export interface RunResult {
  readonly result: unknown;
  readonly numbers: readonly number[];
  readonly pokes: readonly string[];
  readonly ticks: number;
}

export interface UpdatePlan {
  readonly id: string;
  readonly after: Millis;
  readonly rejects: boolean;
  readonly part?: Program;
  readonly waitStage: UpdateStage;
  /** Asks again under the same id, so much later. */
  readonly againAfter?: Millis;
}

export interface RestartPlan {
  readonly after: Millis;
  /** Repeats the first request in place of making another. */
  readonly isRepeated: boolean;
  /** By a signal-with-start, which signals the run that it finds. */
  readonly signals: boolean;
  readonly conflict: 'FAIL' | 'USE_EXISTING' | 'TERMINATE_EXISTING';
  readonly reuse: 'ALLOW_DUPLICATE' | 'ALLOW_DUPLICATE_FAILED_ONLY' | 'REJECT_DUPLICATE';
}

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

  readonly succession?: Succession;
  readonly hasChannel?: boolean;
  readonly start?: 'signal' | 'update';
  readonly startDelay?: Millis;
  readonly executionTimeout?: Millis;
  readonly taskTimeout?: Millis;
  readonly updates?: readonly UpdatePlan[];
  readonly restart?: RestartPlan;
  /** Memo and search attribute of the start. */
  readonly mark?: number;
}

export const CRON = '* * * * *';
export const CRON_PERIOD = 60_000;
/** Ends the id of an activity in a scope that cannot be cancelled. */
export const SHIELDED = ' shielded';
/** Stands for a result that depends on how quickly things happen. */
export const UNKNOWN = 'unknown';

/** Whether the run of a schedule that starts at this time fails. */
export const failsTick = (failsAt: number, startTime: Millis): boolean => Math.floor(startTime / CRON_PERIOD) % 3 === failsAt;

export const successionOf = ({ succession = { kind: 'once' } }: WorkflowPlan): Succession => succession;

/** A child is sent one signal, which it waits for. */
export const waitsForSignal = ({ use }: ChildPlan): boolean => use === 'signal';

/** What a program returns, with `UNKNOWN` where chance has a say. */
export function expectedResult(program: Program): unknown {
  switch (program.op) {
    case 'activity':
      return expectedOfActivity(program);
    case 'timer':
      return 'slept';
    case 'signals':
      return 'signalled';
    case 'child':
      return expectedOfChild(program);
    case 'within':
      return UNKNOWN;
    case 'shielded':
      return expectedResult(program.part);
    case 'sequence':
    case 'all':
      return program.parts.map(expectedResult);
    default:
      return program.op;
  }
}

/** An attempt that is lost with its worker, or on its way, is one less of those that it may have. */
function expectedOfActivity({ id, fails, fatal, how, mostAttempts }: ActivityPlan): unknown {
  if (fatal && fails > 0) return 'fatal';
  if (how === 'local' || mostAttempts === undefined) return id;
  return fails >= mostAttempts ? 'fatal' : UNKNOWN;
}

function expectedOfChild({ use, run: { program, succession }, runTimeout }: ChildPlan): unknown {
  if (use === 'start') return 'began';
  if (use === 'twin') return 'taken';
  if (runTimeout !== undefined || use === 'signal') return UNKNOWN;
  return succession.kind === 'retry' && succession.fails >= succession.attempts ? 'child failed' : expectedResult(program);
}

/** Whether a result is the one that is expected, as far as that can be known. */
export function isExpected(result: unknown, expected: unknown): boolean {
  if (expected === UNKNOWN) return true;
  if (!Array.isArray(expected)) return result === expected;
  return Array.isArray(result) && result.length === expected.length && expected.every((each, index) => isExpected(result[index], each));
}

export const activityInput = ({ id, fails, takes, fatal, beats, how, heeds }: ActivityPlan): ActivityPlan => ({
  id,
  fails,
  takes,
  fatal,
  beats,
  ...(how === undefined ? {} : { how }),
  ...(heeds === undefined ? {} : { heeds }),
});
