import { afterEach, expect, test } from 'vitest';
import { scheduleLocalActivity } from '../worker/history.test-kit.ts';
import type { LocalActivityRunner } from '../worker/local-activities.ts';
import type { LocalActivityResult } from '../worker/local-activity-machine.ts';
import { RemoteLocals, serveLocals } from './remote-locals.ts';

const OWNER = { namespace: 'default', workflowId: 'wf', runId: 'run-1', workflowType: 'type', taskQueue: 'queue', workflowTaskTimeout: 10_000 };
const resultOf = (seq: number, status: 'completed' | 'cancelled' = 'completed'): LocalActivityResult => ({
  seq,
  attempt: 1,
  originalScheduleTime: 1_000,
  runtime: 5,
  outcome: status === 'completed' ? { status } : { status, failure: { message: 'cancelled' } },
});

const ports: MessagePort[] = [];
afterEach(() => {
  for (const port of ports.splice(0)) port.close();
});

/** A runner whose activities end when the test says so. */
function manual() {
  const ends = new Map<number, (result: LocalActivityResult) => void>();
  const asked: string[] = [];
  const runner: LocalActivityRunner = {
    run({ workflowId }, { seq }, now, onEnd) {
      asked.push(`${workflowId} ${seq} at ${now}`);
      ends.set(seq, onEnd);
      return (reason) => {
        asked.push(`${seq} ${reason}`);
        onEnd(resultOf(seq, 'cancelled'));
      };
    },
  };
  return { runner, ends, asked };
}

function attached(locals: RemoteLocals) {
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  const served = manual();
  serveLocals(port2, served.runner);
  locals.attach(port1);
  return served;
}

const turns = async (isThere: () => boolean): Promise<void> => {
  for (let count = 0; count < 1_000 && !isThere(); count++) await new Promise((resolve) => setTimeout(resolve, 1));
  expect(isThere()).toBe(true);
};

test('a local activity runs at the other end, with what its own end knows, and ends once', async () => {
  const locals = new RemoteLocals();
  const { ends, asked } = attached(locals);
  const results: LocalActivityResult[] = [];
  for (const seq of [1, 2]) locals.run(OWNER, scheduleLocalActivity(seq), 1_000 + seq, (result) => results.push(result));
  await turns(() => ends.size === 2);
  expect(asked).toEqual(['wf 1 at 1001', 'wf 2 at 1002']);
  ends.get(2)?.(resultOf(2));
  ends.get(1)?.(resultOf(1));
  ends.get(1)?.(resultOf(1));
  await turns(() => results.length === 2);
  expect(results).toEqual([resultOf(2), resultOf(1)]);
});

test('one that is cancelled is told so, whoever runs it by then', async () => {
  const locals = new RemoteLocals();
  const results: LocalActivityResult[] = [];
  const cancel = locals.run(OWNER, scheduleLocalActivity(1), 1_000, (result) => results.push(result)); // before there is anybody
  cancel('CANCELLED');
  cancel('WORKER_SHUTDOWN');
  const { asked } = attached(locals);
  await turns(() => results.length === 1);
  expect([asked, results]).toEqual([['wf 1 at 1000', '1 CANCELLED'], [resultOf(1, 'cancelled')]]);
});

test('what a worker had in hand is asked of the next one, and what it says later counts once', async () => {
  const locals = new RemoteLocals();
  const results: LocalActivityResult[] = [];
  const first = attached(locals);
  for (const seq of [1, 2]) locals.run(OWNER, scheduleLocalActivity(seq), 1_000, (result) => results.push(result));
  await turns(() => first.ends.size === 2);
  first.ends.get(2)?.(resultOf(2));
  await turns(() => results.length === 1);
  const second = attached(locals);
  await turns(() => second.ends.size === 1);
  expect(second.asked).toEqual(['wf 1 at 1000']);
  second.ends.get(1)?.(resultOf(1));
  first.ends.get(1)?.(resultOf(1));
  await turns(() => results.length === 2);
  expect(results.map(({ seq }) => seq)).toEqual([2, 1]);
});
