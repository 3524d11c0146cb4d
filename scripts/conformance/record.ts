/**
 * Runs one scenario on a fresh engine in virtual time and records what a golden file holds: its outcome and the histories it leaves.
 * Knows neither the goldens nor the machine it runs on.
 */
import { dataConverters } from 'virtual:conformance/data-converters';
import { activities, activityNames, scenarios } from 'virtual:conformance/suite';
import { Client } from '@perdure/core/client';
import type { DataConverter } from '@perdure/core/common';
import { type HistoryEvent, historyToJson } from '@perdure/core/history';
import type { Store } from '@perdure/core/storage';
import { TestWorkflowEnvironment } from '@perdure/core/testing';
import type { Worker } from '@perdure/core/worker';
import type { Golden, RecordedRun } from '../../conformance/compare.ts';
import type { Harness, Scenario } from '../../conformance-go/harness.ts';
import type { Sandbox } from '../../packages/core/src/protocol/activation.ts';

export interface Host {
  openStore(): Promise<Store>;
  /** Where workflow code runs: in this realm, or in sandboxes of the host. */
  workflows(code: WorkflowCode): { readonly workflows: Record<string, unknown> } | { readonly sandbox: () => Sandbox };
}

export interface WorkflowCode {
  /** Workflow types that are functions of another name. */
  readonly code: Readonly<Record<string, string>>;
  readonly dataConverter: string | undefined;
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
  const stand = await openStand(scenario, host);
  try {
    const outcome = await Promise.race([scenario.run(stand.harness), stand.standstill]);
    await stand.harness.startWorker();
    await stand.harness.sleep(300);
    const virtualMs = await stand.passedMs();
    const runs = await collect(stand.environment, stand.workflows);
    const { about, order } = scenario;
    return { scenario: name, about, order, outcome: plain(outcome), runs, realMs: performance.now() - started, virtualMs };
  } catch (error) {
    const seen = await collect(stand.environment, stand.workflows).catch(() => []);
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
async function openStand(scenario: Scenario, host: Host) {
  const store = await host.openStore();
  const quiet = watchStandstill();
  const environment = await TestWorkflowEnvironment.createTimeSkipping({
    store,
    namespace: NAMESPACE,
    identity: 'conformance',
    ...dataConverterOf(scenario, (work) => environment.clock?.track(work) ?? work),
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
  const answers = holdAnswers(environment);
  const workflows: WorkflowRef[] = [];
  const workers: OneWorker[] = [];
  let effects = 0;
  const sinks = { effects: { ran: { fn: () => void effects++, callDuringReplay: true } } };

  async function enter(namespace: string, client: Client): Promise<Harness> {
    const worker = oneWorker({ environment, host, scenario, namespace, sinks });
    workers.push(worker);
    await worker.start();
    return {
      client: client as never,
      taskQueue: TASK_QUEUE,
      id(label) {
        const workflowId = label === undefined ? scenario.name : `${scenario.name}/${label}`;
        workflows.push({ namespace, workflowId });
        return workflowId;
      },
      sleep: (ms) => clock?.sleep(ms) ?? Promise.resolve(),
      until: (workflowId, type, count = 1) => until(environment, { namespace, workflowId, type, count }),
      stopWorker: worker.stop,
      startWorker: worker.start,
      replay: worker.replay,
      beforeAnswer: answers.before,
      enter: (other) => enter(other, new Client({ service: client.connection.service, namespace: other, identity: 'conformance' })),
      get effects() {
        return effects;
      },
    };
  }

  return {
    environment,
    workflows,
    harness: await enter(NAMESPACE, environment.client),
    standstill: quiet.promise,
    passedMs: async () => clock.now() - start,
    async close() {
      clearTimeout(limit);
      await Promise.race([Promise.all(workers.map((worker) => worker.stop())), pause(2_000)]);
      lock();
      await Promise.race([environment.teardown(), pause(2_000)]);
      await store.close();
    },
  };
}

/** Codecs take real time, in which the clock must not skip. */
function dataConverterOf({ dataConverter: name }: Scenario, track: <T>(work: Promise<T>) => Promise<T>): { dataConverter?: DataConverter } {
  if (name === undefined) return {};
  const dataConverter = dataConverters[name];
  if (!dataConverter) throw new Error(`no data converter is called "${name}"`);
  const payloadCodecs = dataConverter.payloadCodecs?.map((codec) => ({
    encode: (...args: Parameters<typeof codec.encode>) => track(codec.encode(...args)),
    decode: (...args: Parameters<typeof codec.decode>) => track(codec.decode(...args)),
  }));
  return { dataConverter: { ...dataConverter, ...(payloadCodecs && { payloadCodecs }) } };
}

/** Lets something happen between the end of a workflow task in a worker and the engine's hearing of it. */
function holdAnswers({ service }: TestWorkflowEnvironment) {
  const respond = service.respondWorkflowTaskCompleted.bind(service);
  let next: (() => Promise<void>) | undefined;
  service.respondWorkflowTaskCompleted = async (request) => {
    const act = next;
    next = undefined;
    await act?.();
    return respond(request);
  };
  return {
    before(act: () => Promise<void>): void {
      next = act;
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

interface WorkerParts {
  readonly environment: TestWorkflowEnvironment;
  readonly host: Host;
  readonly scenario: Scenario;
  readonly namespace: string;
  readonly sinks: object;
}
type OneWorker = ReturnType<typeof oneWorker>;

function oneWorker({ environment, host, scenario, namespace, sinks }: WorkerParts) {
  const functions = Object.fromEntries(activityNames.map((name) => [name, activities[name]]));
  let { code = {} } = scenario;
  let worker: Worker | undefined;
  let running: Promise<void> | undefined;

  async function start(): Promise<void> {
    if (worker) return;
    worker = await environment.createWorker({
      ...host.workflows({ code, dataConverter: scenario.dataConverter }),
      namespace,
      taskQueue: TASK_QUEUE,
      activities: functions,
      sinks,
      maxHeartbeatThrottleInterval: '60s',
    } as never);
    running = worker.run();
    running.catch(() => {}); // told by stop()
  }

  async function stop(): Promise<void> {
    const stopping = running;
    worker?.shutdown();
    worker = undefined;
    running = undefined;
    await stopping;
  }

  return {
    start,
    stop,
    async replay(newCode: Readonly<Record<string, string>> = code): Promise<void> {
      code = newCode;
      await stop();
      await start();
    },
  };
}

interface WorkflowRef {
  readonly namespace: string;
  readonly workflowId: string;
}

async function until(environment: TestWorkflowEnvironment, wanted: WorkflowRef & { type: string; count: number }): Promise<void> {
  const { workflowId, type, count } = wanted;
  for (let look = 0; look < 400; look++) {
    const events = await history(environment, wanted);
    if (events.filter((event) => event.type === type).length >= count) return;
    await environment.sleep(25);
  }
  throw new Error(`${workflowId} never had ${count} ${type}`);
}

async function history({ service }: TestWorkflowEnvironment, { namespace, workflowId }: WorkflowRef, runId?: string): Promise<HistoryEvent[]> {
  const workflowExecution = { workflowId, ...(runId !== undefined && { runId }) };
  const events: HistoryEvent[] = [];
  for (;;) {
    const page = await service.getWorkflowExecutionHistory({ namespace, workflowExecution, afterEventId: events.length });
    events.push(...page.events);
    if (!page.more) return events;
  }
}

/** The runs of each id in the order the ids were given, each with its chain, then the children that they name. */
async function collect(environment: TestWorkflowEnvironment, given: readonly WorkflowRef[]): Promise<RecordedRun[]> {
  const workflows = [...given];
  const collected: RecordedRun[] = [];
  for (const workflow of workflows) {
    const { namespace, workflowId } = workflow;
    for (const runId of await chain(environment, workflow)) {
      const events = await history(environment, workflow, runId);
      collected.push({ workflowId, runId, events: historyToJson(events).events });
      for (const event of events) {
        if (event.type !== 'ChildWorkflowExecutionStarted') continue;
        const child = event.attributes.workflowExecution.workflowId;
        if (!workflows.some((other) => other.namespace === namespace && other.workflowId === child)) workflows.push({ namespace, workflowId: child });
      }
    }
  }
  return collected;
}

/** Run ids of one workflow id, oldest first: they sort by time. */
async function chain({ service }: TestWorkflowEnvironment, { namespace, workflowId }: WorkflowRef): Promise<string[]> {
  const runIds: string[] = [];
  let nextPageToken: string | undefined;
  do {
    const page = await service.listWorkflowExecutions({ namespace, ...(nextPageToken !== undefined && { nextPageToken }) });
    for (const run of page.executions) if (run.workflowId === workflowId) runIds.push(run.runId);
    nextPageToken = page.nextPageToken;
  } while (nextPageToken !== undefined);
  return runIds.sort();
}
