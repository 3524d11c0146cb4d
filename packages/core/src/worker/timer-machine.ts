/**
 * Timers, as the worker sees them.
 *
 *     startTimer ──▶ created ──(TimerStarted)──▶ started ──(TimerFired)──▶ fired
 *                       │                           └──(cancelTimer)──▶ cancelling ──(TimerCanceled)──▶ gone
 *                       └──(cancelTimer)──▶ gone: the command is taken back
 */
import type { ActivationJob, WorkflowCommand } from '../protocol/activation.ts';
import { NonDeterminismError } from './determinism.ts';
import type { HistoryEvent, OutgoingCommand, RunContext } from './machine.ts';

interface Timer {
  readonly seq: number;
  readonly timerId: string;
  readonly outgoing: OutgoingCommand;
  phase: 'created' | 'started' | 'cancelling';
}

export class TimerMachines {
  readonly #run: RunContext;
  readonly #bySeq = new Map<number, Timer>();
  readonly #byId = new Map<string, Timer>();

  constructor(run: RunContext) {
    this.#run = run;
  }

  start({ seq, startToFireTimeout }: Extract<WorkflowCommand, { type: 'startTimer' }>): void {
    const timerId = String(seq);
    const outgoing = this.#run.send({ type: 'StartTimer', attributes: { timerId, startToFireTimeout } }, () => {
      timer.phase = 'started';
    });
    const timer: Timer = { seq, timerId, outgoing, phase: 'created' };
    this.#bySeq.set(seq, timer);
    this.#byId.set(timerId, timer);
  }

  /** A timer that has fired is over: cancelling it does nothing. */
  cancel(seq: number): void {
    const timer = this.#bySeq.get(seq);
    if (!timer || timer.phase === 'cancelling') return;
    if (timer.phase === 'created') {
      timer.outgoing.isWithdrawn = true;
      this.#forget(timer);
      return;
    }
    timer.phase = 'cancelling';
    this.#run.send({ type: 'CancelTimer', attributes: { timerId: timer.timerId } }, () => this.#forget(timer));
  }

  /** @throws {NonDeterminismError} for a timer that the code did not start */
  fired(event: HistoryEvent & { readonly type: 'TimerFired' }): ActivationJob {
    const timer = this.#byId.get(event.attributes.timerId);
    if (!timer) throw new NonDeterminismError(event.eventId, `TimerFired (timerId "${event.attributes.timerId}")`, 'no such timer');
    this.#forget(timer);
    return { type: 'fireTimer', seq: timer.seq };
  }

  #forget({ seq, timerId }: Timer): void {
    this.#bySeq.delete(seq);
    this.#byId.delete(timerId);
  }
}
