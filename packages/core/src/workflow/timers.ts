/** Time in workflows: timers, and conditions with and without one. */
import { type Duration, toMillis } from '../common/duration.ts';
import type { Activator } from './activator.ts';
import { assertInWorkflowContext, assertMayCommand } from './current.ts';
import type { TimerInput } from './interceptors.ts';
import type { TimerOptions } from './options.ts';
import { adopted, awaitedFinally } from './promises.ts';
import { CancellationScope, inCurrentScope, provideSleep } from './scope.ts';

/**
 * Resolves after `ms`, measured by the engine: the timer outlives the tab, the worker and the browser.
 *
 * @param ms zero and less are one millisecond
 * @throws {TypeError} if it is no duration
 */
export function sleep(ms: Duration, options?: TimerOptions): Promise<void> {
  const activator = assertMayCommand('Workflow.sleep(...)');
  const seq = activator.nextSeqs.timer++;
  const durationMs = Math.max(1, toMillis(ms));
  const execute = activator.chain('outbound', 'startTimer', (input) => startTimer(activator, input));
  return execute({ durationMs, seq, options });
}
provideSleep(sleep);

function startTimer(activator: Activator, { seq, durationMs }: TimerInput): Promise<void> {
  return inCurrentScope<void>(
    (resolve, reject) => {
      activator.pushCommand({ type: 'startTimer', seq, startToFireTimeout: durationMs });
      activator.completions.timer.set(seq, { resolve, reject });
    },
    (reason, reject) => {
      if (!activator.completions.timer.take(seq)) return;
      activator.pushCommand({ type: 'cancelTimer', seq });
      reject(reason);
    },
  );
}

/** Temporal's marker for a timeout of 0 that is one: before, it meant none. */
const CONDITION_0_PATCH = '__sdk_internal_patch_number:1';

/**
 * Waits until `fn` returns true. It is called now, and then whenever something of the workflow may have changed: it must be quick, and change nothing.
 *
 * @returns whether it came true in time; nothing without a timeout
 */
export function condition(fn: () => boolean, timeout: Duration, options?: TimerOptions): Promise<boolean>;
export function condition(fn: () => boolean): Promise<void>;
// biome-ignore lint/suspicious/noConfusingVoidType: nothing without a timeout, an answer with one
export function condition(fn: () => boolean, timeout?: Duration, options?: TimerOptions): Promise<void | boolean> {
  return adopted<unknown>(() => {
    const activator = assertMayCommand('Workflow.condition(...)');
    if (timeout === 0 && !activator.patches.take(CONDITION_0_PATCH, false)) return until(activator, fn);
    if (typeof timeout !== 'number' && typeof timeout !== 'string') return until(activator, fn);
    const scope = new CancellationScope({ cancellable: true });
    return scope.runOwn(() =>
      awaitedFinally(
        () => Promise.race([sleep(timeout, options).then(() => false), until(activator, fn).then(() => true)]),
        () => scope.cancel(),
      ),
    );
  }) as Promise<boolean>;
}

function until({ conditions }: Activator, fn: () => boolean): Promise<void> {
  let seq: number | undefined;
  return inCurrentScope<void>(
    (resolve) => {
      seq = conditions.nextSeq();
      if (fn()) resolve();
      else conditions.block(seq, fn, resolve);
    },
    (reason, reject) => {
      if (seq !== undefined) conditions.unblock(seq);
      reject(reason);
    },
  );
}

const scopesOfTimeouts = new WeakMap<Activator, Map<number, CancellationScope>>();

function scopesOf(activator: Activator): Map<number, CancellationScope> {
  let scopes = scopesOfTimeouts.get(activator);
  if (!scopes) {
    scopes = new Map();
    scopesOfTimeouts.set(activator, scopes);
  }
  return scopes;
}

/** `setTimeout` of workflow code: a timer of the engine. @returns its number, for `clearTimeout` */
export function setWorkflowTimeout(callback: (...args: unknown[]) => unknown, ms: unknown, ...args: unknown[]): number {
  const activator = assertInWorkflowContext('setTimeout may only be used from a Workflow Execution');
  const scopes = scopesOf(activator);
  const seq = activator.nextSeqs.timer;
  const scope = new CancellationScope({ cancellable: true });
  scopes.set(seq, scope);
  scope
    .runOwn(() => sleep(Math.max(1, Number(ms) || 0)))
    .then(
      () => {
        scopes.delete(seq);
        callback(...args);
      },
      () => scopes.delete(seq),
    );
  return seq;
}

/** `clearTimeout` of workflow code. Unknown numbers are ignored, as everywhere. */
export function clearWorkflowTimeout(handle: unknown): void {
  const activator = assertInWorkflowContext('clearTimeout may only be used from a Workflow Execution');
  const scopes = scopesOf(activator);
  const scope = scopes.get(handle as number);
  scopes.delete(handle as number);
  scope?.cancel();
}
