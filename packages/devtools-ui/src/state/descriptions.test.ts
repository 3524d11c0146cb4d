import { expect, test } from 'vitest';
import type { Fetches } from '../backend/backend.ts';
import { Double } from '../backend/double.test-kit.ts';
import { described } from '../models/groups.test-kit.ts';
import { createDescriptions, type Descriptions } from './descriptions.ts';
import { createFrame } from './frame.ts';
import { ManualClock, settle } from './manual-clock.test-kit.ts';

/** Answers descriptions when the test says so, each with what was given to it. */
class Slow extends Double {
  readonly answers: ((attempt: number) => void)[] = [];

  override async fetch<K extends keyof Fetches>(): Promise<Fetches[K]['answer']> {
    const attempt = await new Promise<number>((resolve) => this.answers.push(resolve));
    return described({ pendingWorkflowTask: { state: 'SCHEDULED', attempt, scheduledTime: 0 } }) as Fetches[K]['answer'];
  }
}

const { summary } = described();
const attemptIn = ({ store }: Descriptions): number | undefined => store.getState().runs.get(summary.runId)?.pendingWorkflowTask?.attempt;

function open(): { backend: Slow; descriptions: Descriptions } {
  const backend = new Slow();
  const frame = createFrame((run) => {
    queueMicrotask(run);
    return () => undefined;
  });
  return { backend, descriptions: createDescriptions({ backend, clock: new ManualClock(), frame }) };
}

test('a run that changes while it is being described is described once more', async () => {
  const { backend, descriptions } = open();
  descriptions.look([summary]);
  descriptions.forget([summary.runId]);
  backend.answers[0]?.(1);
  await settle();
  expect([backend.answers.length, attemptIn(descriptions)]).toEqual([2, 1]);
  backend.answers[1]?.(2);
  await settle();
  expect([backend.answers.length, attemptIn(descriptions)]).toEqual([2, 2]);
  descriptions.close();
});

test('where changes may be missing each run in sight is described anew', async () => {
  const { backend, descriptions } = open();
  descriptions.look([summary]);
  backend.answers[0]?.(1);
  await settle();
  descriptions.forgetAll();
  backend.answers[1]?.(2);
  await settle();
  expect(attemptIn(descriptions)).toBe(2);
  descriptions.close();
});
