/** The activities of drawn programs. A result says which attempt it is of. They tell the ledger when they begin and end; one whose result is recorded must not begin again. */
import { Context } from '../../activity/context.ts';
import type { Clock } from '../../common/clock.ts';
import { CompleteAsyncError } from '../../common/errors.ts';
import { ApplicationFailure } from '../../common/failures.ts';
import type { Ledger } from './ledger.ts';
import type { ActivityPlan } from './program.ts';

const BEAT_EVERY = 2_000;

/** An attempt that somebody else is to complete. */
export interface Handed {
  readonly plan: ActivityPlan;
  readonly attempt: number;
  readonly taskToken: string;
  readonly workflowId: string;
  readonly runId: string;
}

export interface ActivitiesOptions {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly nonce: () => number;
  /** Takes over an attempt that is to be completed from outside. */
  readonly handOver: (handed: Handed) => void;
}

export function createActivities({ ledger, clock, nonce, handOver }: ActivitiesOptions): Record<string, (...args: never[]) => Promise<unknown>> {
  const pause = (ms: number) => new Promise<void>((resolve) => clock.setTimer(ms, resolve));
  return {
    async work(plan: ActivityPlan): Promise<string> {
      const { id, fails, takes, fatal, beats, how, heeds } = plan;
      const context = Context.current();
      const { attempt, workflowExecution } = context.info;
      // An engine that has not heard of a local activity's end has it run again; one that is completed by its name may end while an attempt is on its way.
      if (how !== 'local') ledger.begin(id, attempt, how !== 'by id');
      if (how === 'later' || how === 'by id') {
        handOver({ plan, attempt, taskToken: new TextDecoder().decode(context.info.taskToken), ...workflowExecution });
        throw new CompleteAsyncError();
      }
      for (let left = takes; left > 0; left -= BEAT_EVERY) {
        const paused = pause(Math.min(left, BEAT_EVERY));
        await (heeds ? Promise.race([paused, context.cancelled]) : paused);
        if (beats) context.heartbeat(left);
      }
      if (fatal && fails > 0) throw ApplicationFailure.nonRetryable('fatal by plan', 'Fatal');
      if (attempt <= fails) throw ApplicationFailure.create({ message: `attempt ${attempt} fails by plan`, type: 'Flaky' });
      return how === 'local' ? `${id}#${attempt}#${nonce()}` : `${id}#${attempt}`;
    },
    echo: async (value: unknown) => value,
  };
}
