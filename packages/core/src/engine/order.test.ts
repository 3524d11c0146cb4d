/** What holds of a run's history whatever comes, in whatever order. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HistoryEvent, isCloseEvent } from '../history/events.ts';
import type { Command } from '../protocol/commands.ts';
import { tasksOf } from './derive.ts';
import { activity, cancelTimer, completeRun, type Driver, drive, timer } from './driver.test-kit.ts';

const COMMANDS: readonly (readonly Command[])[] = [
  [],
  [timer('1', 20)],
  [cancelTimer('1')],
  [activity('a', { retryPolicy: { maximumAttempts: 2 } }), timer('2', 5)],
  [cancelTimer('2'), timer('2', 1)],
  [completeRun],
];

/** What may come from outside or from a worker. A step that the run refuses changes nothing. */
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('signal' as const), request: fc.integer({ min: 0, max: 12 }) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('startTask' as const) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('complete' as const), commands: fc.constantFrom(...COMMANDS) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('fail' as const, 'cancel' as const, 'startActivity' as const) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('passTime' as const), by: fc.constantFrom(-86_400_000, -1, 1, 4, 10, 600, 15_000, 86_400_000) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('terminate' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

function take(run: Driver, step: Step): unknown {
  switch (step.kind) {
    case 'signal':
      return run.signal('note', `request-${step.request}`);
    case 'startTask':
      return run.startTask();
    case 'complete':
      return run.complete(step.commands);
    case 'fail':
      return run.fail();
    case 'cancel':
      return run.do({ type: 'RequestCancelWorkflowExecution', requestId: 'cancel', identity: 'client' });
    case 'startActivity':
      return run.startActivity(tasksOf(run.state).activities[0]?.scheduledEventId ?? -1);
    case 'passTime':
      return run.passTime(step.by);
    case 'terminate':
      return run.do({ type: 'TerminateWorkflowExecution', reason: 'enough' });
  }
}

/** Drives a run through any steps; `look` is called after each one, and told whether it was taken. */
const property = (look: (run: Driver, step: Step, isTaken: boolean) => void): void =>
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const run = drive({ workflowRunTimeout: 3 * 86_400_000 });
      for (const step of steps) {
        let isTaken = true;
        try {
          take(run, step);
        } catch {
          isTaken = false; // refused: a task that is not there, or a closed run
        }
        look(run, step, isTaken);
      }
    }),
    { numRuns: 300 },
  );

/** The events of workflow tasks, and those of commands. */
const ENDS_BETWEEN_TASKS = /^(WorkflowTask|ActivityTask(Scheduled|CancelRequested)|Timer(Started|Canceled)|WorkflowExecution(?!Signaled|CancelRequested))/;

describe('whatever comes', () => {
  it('R18 a signal that was acknowledged is in the history once, or held to be written, also when the run ends in that moment', () => {
    const acknowledged = new WeakMap<Driver, Set<string>>();
    property((run, step, isTaken) => {
      const own = acknowledged.get(run) ?? new Set<string>();
      acknowledged.set(run, own);
      if (step.kind === 'signal' && isTaken) own.add(`request-${step.request}`);
      const delivered = [...run.events, ...run.state.held].flatMap((event) =>
        event.type === 'WorkflowExecutionSignaled' ? [(event.attributes as { requestId: string }).requestId] : [],
      );
      expect(delivered.toSorted()).toEqual([...own].toSorted());
      if (run.state.status !== 'RUNNING') expect(run.state.held).toEqual([]);
    });
  });

  it('R19 a history rests only on the end of a workflow task or on its commands, and nothing follows a close', () => {
    property((run) => {
      const closed = run.events.findIndex(isCloseEvent);
      if (closed >= 0) expect(run.events.length).toBe(closed + 1);
      if (run.state.workflowTask.phase === 'none') expect(run.types().at(-1)).toMatch(ENDS_BETWEEN_TASKS);
    });
  });

  it('R45 every event has a time at which the engine decided, which never goes back though the clock jumps by days', () => {
    const decided = new WeakMap<Driver, { readonly times: Set<number>; last: number }>();
    property((run) => {
      const seen = decided.get(run) ?? { times: new Set([1_000]), last: 1_000 };
      decided.set(run, seen);
      seen.times.add(Math.max(run.now, seen.last));
      seen.last = run.state.lastEventAt;
      for (const { eventTime } of run.events) expect(seen.times).toContain(eventTime);
    });
  });

  it('R37 no timer fires before its time is over, though the clock jumps by days', () => {
    property((run) => {
      for (const fired of run.events) {
        if (fired.type !== 'TimerFired') continue;
        const started = run.events[fired.attributes.startedEventId - 1] as HistoryEvent<'TimerStarted'>;
        expect(fired.eventTime - started.eventTime).toBeGreaterThanOrEqual(started.attributes.startToFireTimeout);
      }
    });
  });
});
