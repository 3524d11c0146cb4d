/**
 * Where calls wait for someone who can take them. A carrier that is lost loses no call: those without an answer are sent again to
 * the next one, which is safe because requests carry ids (a start, signal or update that is repeated gives the first one's answer).
 * Behind a line stands an engine worker that may be booted again, an engine that may have to wait for its turn to lead, a port.
 */
import type { Millis } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';
import { isServiceError, ServiceError } from '../common/service-error.ts';
import type { Call, Caller, CallMethod } from './call.ts';

export interface CallLine {
  readonly call: Caller;
  /** Sends what waits, in the order it came, and what comes. */
  attach(carrier: Caller): void;
  /** Calls wait from now on, sent ones included. A call whose time runs out meanwhile is told `reason`. */
  detach(reason: string): void;
  /** Rejects what waits and what comes with `error`, until the next `attach`. */
  refuse(error: ServiceError): void;
}

interface Waiting {
  readonly call: Call;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  timesSent: number;
  /** Counts down to the time limit; infinite for a long poll. */
  ticksLeft: number;
}

/**
 * Time limits are counted in ticks of one timer, which runs only while a call has a limit: a timer for each call would cost more than the rest
 * of it, and time in which nothing runs (the machine sleeps, the page is frozen) does not count.
 */
const TICK: Millis = 250;

/** Answers of workers: when such a call was sent before and the task is gone now, the first one was taken. */
const ANSWERS_OF_WORKERS: ReadonlySet<CallMethod> = new Set<CallMethod>([
  'respondWorkflowTaskCompleted',
  'respondWorkflowTaskFailed',
  'respondQueryTaskCompleted',
  'respondActivityTaskCompleted',
  'respondActivityTaskFailed',
  'respondActivityTaskCanceled',
]);

/**
 * @param options.graceMs added to the time that a call gives, so that a carrier with a line of its own can say first why it took too long
 * @param options.reason why nobody takes calls at the beginning
 */
export function createCallLine(options: { readonly clock: Clock; readonly graceMs?: Millis; readonly reason: string }): CallLine {
  const { clock, graceMs = 0 } = options;
  const line = new Set<Waiting>();
  let { reason } = options;
  let carrier: Caller | undefined;
  let isTicking = false;
  let refusal: ServiceError | undefined;

  function call(call: Call): Promise<unknown> {
    if (refusal) return Promise.reject(refusal);
    return new Promise((resolve, reject) => {
      // One more where the timer runs already: its next tick comes in part of the time.
      const ticksLeft = call.timeoutMs === undefined ? Number.POSITIVE_INFINITY : Math.ceil((call.timeoutMs + graceMs) / TICK) + (isTicking ? 1 : 0);
      const waiting: Waiting = { call, resolve, reject, timesSent: 0, ticksLeft };
      line.add(waiting);
      if (ticksLeft < Number.POSITIVE_INFINITY && !isTicking) startTick();
      if (carrier) send(waiting, carrier);
    });
  }

  function startTick(): void {
    isTicking = true;
    clock.setTimer(TICK, tick);
  }

  function tick(): void {
    isTicking = false;
    for (const waiting of [...line]) {
      if (waiting.ticksLeft === Number.POSITIVE_INFINITY) continue;
      if (--waiting.ticksLeft > 0) isTicking = true;
      else if (line.delete(waiting)) waiting.reject(tooLate(waiting.call, carrier ? undefined : reason));
    }
    if (isTicking) startTick();
  }

  function send(waiting: Waiting, to: Caller): void {
    waiting.timesSent++;
    // What a carrier says after it was replaced does not count: the call is with another one.
    to(waiting.call).then(
      (value) => {
        if (to === carrier && line.delete(waiting)) waiting.resolve(value);
      },
      (error) => {
        if (to === carrier) settleFailed(waiting, error);
      },
    );
  }

  function settleFailed(waiting: Waiting, error: unknown): void {
    // The engine has lost the database to another one and wrote nothing: the call waits for the next leader.
    if (isServiceError(error, 'Fenced') || !line.delete(waiting)) return;
    if (waiting.timesSent > 1 && ANSWERS_OF_WORKERS.has(waiting.call.method) && isServiceError(error, 'NotFound')) waiting.resolve(undefined);
    else waiting.reject(error);
  }

  return {
    call,
    attach(next) {
      refusal = undefined;
      const own: Caller = (call) => next(call); // a new identity, also when the same carrier comes back
      carrier = own;
      for (const waiting of [...line]) send(waiting, own);
    },
    detach(why) {
      carrier = undefined;
      refusal = undefined;
      reason = why;
    },
    refuse(error) {
      carrier = undefined;
      refusal = error;
      for (const waiting of [...line]) if (line.delete(waiting)) waiting.reject(error);
    },
  };
}

function tooLate({ method, timeoutMs }: Call, reason: string | undefined): ServiceError {
  if (reason !== undefined)
    return new ServiceError('Unavailable', `${method} waited ${timeoutMs} ms for an engine: ${reason}. It is safe to ask again with the same request id`);
  return new ServiceError(
    'DeadlineExceeded',
    `${method} was not answered within ${timeoutMs} ms. It may have been carried out: ask again with the same request id, or look with describeWorkflowExecution`,
  );
}
