/**
 * Runs one scenario on a fresh engine in virtual time and records what a golden file holds: its outcome and the histories it leaves.
 * Knows neither the goldens nor the machine it runs on.
 */
import { activities, activityNames, scenarios } from 'virtual:conformance/suite';
import { type HistoryEvent, historyToJson } from '@perdure/core/history';
import type { Store } from '@perdure/core/storage';
import { TestWorkflowEnvironment } from '@perdure/core/testing';
import type { Worker } from '@perdure/core/worker';
import type { Golden, RecordedRun } from '../../conformance/compare.ts';
import type { Harness } from '../../conformance/harness.ts';
import type { Sandbox } from '../../packages/core/src/protocol/activation.ts';

export interface Host {
  openStore(): Promise<Store>;
  /** Where workflow code runs: in this realm, or in sandboxes of the host. */
  readonly workflows: { readonly workflows: Record<string, unknown> } | { readonly sandbox: () => Sandbox };
}

export type Recording = Golden & { readonly realMs: number; readonly virtualMs: number };

const TASK_QUEUE = 'conformance';
const NAMESPACE = 'default';
/** Real time for one scenario: more, and something goes round in circles. */
const LIMIT_MS = 10_000;
/** Real time in which something uncounted may still stir before a standstill is believed. */
const STANDSTILL_MS = 300;

export const names = (): string[] => scenarios.map(({ name }) => name);

export async function record(name: string, host: Host): Promise<Recording> {
  const scenario = scenarios.find((candidate) => candidate.name === name);
  if (!scenario) throw new Error(`no scenario is called "${name}"`);
  const started = performance.now();
  const stand = await openStand(name, host);
  try {
    const outcome = await Promise.race([scenario.run(stand.harness), stand.standstill]);
    await stand.harness.startWorker();
    await stand.harness.sleep(300);
    const virtualMs = await stand.passedMs();
    const runs = await collect(stand.environment, stand.ids);
    const { about, order } = scenario;
    return { scenario: name, about, order, outcome: plain(outcome), runs, realMs: performance.now() - started, virtualMs };
  } catch (error) {
    const seen = await collect(stand.environment, stand.ids).catch(() => []);
    throw new Error(`${inWords(error)}\n  histories so far:\n${seen.map(outline).join('\n')}`);
  } finally {
    await stand.close();
  }
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));
const inWords = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 8).join('\n') : String(error));
const outline = ({ workflowId, events }: RecordedRun): string =>
  `    ${workflowId}: ${events.map(({ eventType }) => String(eventType).slice('EVENT_TYPE_'.length)).join(' ')}`;

/** An engine, its client and its one worker, as a scenario's harness. */
async function openStand(name: string, host: Host) {
  const store = await host.openStore();
  const quiet = watchStandstill();
  const environment = await TestWorkflowEnvironment.createTimeSkipping({
    store,
    namespace: NAMESPACE,
    identity: 'conformance',
    onStuck: () => quiet.seen(environment),
  });
  const { clock } = environment;
  if (!clock) throw new Error('a time-skipping environment has a clock');
  const lock = clock.unlock();
  const start = clock.now();
  const limit = setTimeout(
    () => quiet.giveUp(`not over after ${LIMIT_MS / 1_000} s; ${(clock.now() - start) / 1_000} s of virtual time have passed`),
    LIMIT_MS,
  );
  const ids: string[] = [];
  const worker = oneWorker(environment, host);
  await worker.start();

  const harness: Harness = {
    client: environment.client as never,
    taskQueue: TASK_QUEUE,
    id(label) {
      const id = label === undefined ? name : `${name}/${label}`;
      ids.push(id);
      return id;
    },
    sleep: (ms) => clock.sleep(ms),
    until: (workflowId, type, count = 1) => until(environment, { workflowId, type, count }),
    stopWorker: worker.stop,
    startWorker: worker.start,
  };
  return {
    environment,
    ids,
    harness,
    standstill: quiet.promise,
    passedMs: async () => clock.now() - start,
    async close() {
      clearTimeout(limit);
      await Promise.race([worker.stop(), pause(2_000)]);
      lock();
      await Promise.race([environment.teardown(), pause(2_000)]);
      await store.close();
    },
  };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

/** Rejects when everything waits for what will not come. */
function watchStandstill() {
  let giveUp: (reason: string) => void = () => {};
  let sightings = 0;
  const promise = new Promise<never>((_, reject) => {
    giveUp = (reason) => reject(new Error(reason));
  });
  promise.catch(() => {}); // the scenario may have ended before anybody waits for this
  return {
    promise,
    giveUp: (reason: string) => giveUp(reason),
    async seen(environment: TestWorkflowEnvironment): Promise<void> {
      const mine = ++sightings;
      await pause(STANDSTILL_MS);
      await environment.clock?.settle();
      if (mine === sightings && environment.clock?.nextTimer() === undefined)
        giveUp('standstill: all is quiet, no timer is left, and the scenario still waits');
    },
  };
}

function oneWorker(environment: TestWorkflowEnvironment, host: Host) {
  const functions = Object.fromEntries(activityNames.map((name) => [name, activities[name]]));
  let worker: Worker | undefined;
  let running: Promise<void> | undefined;
  return {
    async start(): Promise<void> {
      if (worker) return;
      worker = await environment.createWorker({
        ...host.workflows,
        taskQueue: TASK_QUEUE,
        activities: functions,
        maxHeartbeatThrottleInterval: '60s',
      } as never);
      running = worker.run();
      running.catch(() => {}); // told by stop()
    },
    async stop(): Promise<void> {
      const stopping = running;
      worker?.shutdown();
      worker = undefined;
      running = undefined;
      await stopping;
    },
  };
}

async function until(environment: TestWorkflowEnvironment, wanted: { workflowId: string; type: string; count: number }): Promise<void> {
  const { workflowId, type, count } = wanted;
  for (let look = 0; look < 400; look++) {
    const events = await history(environment, { workflowId });
    if (events.filter((event) => event.type === type).length >= count) return;
    await environment.sleep(25);
  }
  throw new Error(`${workflowId} never had ${count} ${type}`);
}

async function history({ service }: TestWorkflowEnvironment, workflowExecution: { workflowId: string; runId?: string }): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  for (;;) {
    const page = await service.getWorkflowExecutionHistory({ namespace: NAMESPACE, workflowExecution, afterEventId: events.length });
    events.push(...page.events);
    if (!page.more) return events;
  }
}

/** The runs of each id in the order the ids were given, each with its chain, then the children that they name. */
async function collect(environment: TestWorkflowEnvironment, ids: readonly string[]): Promise<RecordedRun[]> {
  const workflowIds = [...ids];
  const collected: RecordedRun[] = [];
  for (const workflowId of workflowIds) {
    for (const runId of await chain(environment, workflowId)) {
      const events = await history(environment, { workflowId, runId });
      collected.push({ workflowId, runId, events: historyToJson(events).events });
      for (const event of events) {
        if (event.type !== 'ChildWorkflowExecutionStarted') continue;
        const child = event.attributes.workflowExecution.workflowId;
        if (!workflowIds.includes(child)) workflowIds.push(child);
      }
    }
  }
  return collected;
}

/** Run ids of one workflow id, oldest first: they sort by time. */
async function chain({ service }: TestWorkflowEnvironment, workflowId: string): Promise<string[]> {
  const runIds: string[] = [];
  let nextPageToken: string | undefined;
  do {
    const page = await service.listWorkflowExecutions({ namespace: NAMESPACE, ...(nextPageToken !== undefined && { nextPageToken }) });
    for (const run of page.executions) if (run.workflowId === workflowId) runIds.push(run.runId);
    nextPageToken = page.nextPageToken;
  } while (nextPageToken !== undefined);
  return runIds.sort();
}
