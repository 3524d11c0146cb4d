/** The activities of drawn programs. A result says which attempt it is of. They tell the ledger when they begin and end; one whose result is recorded must not begin again. */
import { Context } from '../../activity/context.ts';
import type { Clock } from '../../common/clock.ts';
import { ApplicationFailure } from '../../common/failures.ts';
import type { Ledger } from './ledger.ts';
import type { ActivityInput } from './program.ts';

const BEAT_EVERY = 2_000;

export function createActivities(ledger: Ledger, clock: Clock): Record<string, (...args: never[]) => Promise<unknown>> {
  const pause = (ms: number) => new Promise<void>((resolve) => clock.setTimer(ms, resolve));
  return {
    async work({ id, fails, takes, fatal, beats }: ActivityInput): Promise<string> {
      const context = Context.current();
      ledger.begin(id);
      for (let left = takes; left > 0; left -= BEAT_EVERY) {
        await pause(Math.min(left, BEAT_EVERY));
        if (beats) context.heartbeat(left);
      }
      if (fatal && fails > 0) throw ApplicationFailure.nonRetryable('fatal by plan', 'Fatal');
      if (context.info.attempt <= fails) throw ApplicationFailure.create({ message: `attempt ${context.info.attempt} fails by plan`, type: 'Flaky' });
      return `${id}#${context.info.attempt}`;
    },
    echo: async (value: unknown) => value,
  };
}
