/** Starts examples and does their steps; which run each one has started last is kept with the page. */
import type { Client } from '@perdure/core/client';
import { ApplicationFailure } from '@perdure/core/common';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { TASK_QUEUE } from '../../upload/contract.ts';
import type { Example, ExampleStart, ExampleStep } from '../example.ts';

export interface ExamplesState {
  /** Workflow ids, by the id of the example. */
  readonly last: Readonly<Record<string, string>>;
  /** What went wrong, or what was answered, in words, by the id of the example. */
  readonly said: Readonly<Record<string, string>>;
}

export interface ExampleActions {
  readonly store: StoreApi<ExamplesState>;
  start(example: Example, start: ExampleStart): void;
  step(example: Example, step: ExampleStep): void;
}

export function createExampleActions(client: Client, onStarted: (workflowId: string) => void): ExampleActions {
  const store = createStore<ExamplesState>(() => ({ last: {}, said: {} }));
  const say = (id: string, words: string): void => store.setState(({ said }) => ({ said: { ...said, [id]: words } }));
  const attempt = (id: string, work: Promise<string>): void => {
    say(id, '');
    work.then(
      (words) => say(id, words),
      (error: unknown) => say(id, `Refused: ${reasonOf(error)}`),
    );
  };
  return {
    store,
    start(example, { args, cronSchedule }) {
      const workflowId = `${example.id}-${new Date().toISOString().slice(11, 19).replaceAll(':', '')}-${crypto.randomUUID().slice(0, 4)}`;
      attempt(
        example.id,
        client.workflow
          .start(example.workflowType, { workflowId, taskQueue: TASK_QUEUE, args: [...args(workflowId)], ...(cronSchedule && { cronSchedule }) })
          .then(() => {
            store.setState(({ last }) => ({ last: { ...last, [example.id]: workflowId } }));
            onStarted(workflowId);
            return `Started ${workflowId}`;
          }),
      );
    },
    step(example, { do: what }) {
      const workflowId = store.getState().last[example.id];
      if (workflowId === undefined) return;
      attempt(example.id, takeStep(client, workflowId, what));
    },
  };
}

/** @returns what came of it, in words */
async function takeStep(client: Client, workflowId: string, what: ExampleStep['do']): Promise<string> {
  const handle = client.workflow.getHandle(workflowId);
  if ('signal' in what) {
    await client.workflow.getHandle(`${workflowId}${what.of ?? ''}`).signal(what.signal, ...(what.args ?? []));
    return `Sent ${what.signal}`;
  }
  if ('update' in what) {
    const answer = await handle.executeUpdate(what.update, { args: [...what.args] });
    return `${what.update} was answered: ${JSON.stringify(answer)}`;
  }
  if ('request' in what) {
    await handle.cancel();
    return 'Asked it to cancel';
  }
  const { activityId } = what;
  if ('failure' in what) await client.activity.fail({ workflowId, activityId }, ApplicationFailure.nonRetryable(what.failure));
  else await client.activity.complete({ workflowId, activityId }, what.result);
  return `Answered the activity "${activityId}"`;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
