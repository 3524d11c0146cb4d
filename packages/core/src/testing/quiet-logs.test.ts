/** What goes through workflows is nobody's business who reads the console: by default no log line shows a value, whatever goes wrong. */
import { expect, test, vi } from 'vitest';
import { heartbeat } from '../activity/functions.ts';
import { ApplicationFailure } from '../common/failures.ts';
import type { WirePayloads } from '../common/payload.ts';
import { condition, defineQuery, defineSignal, defineUpdate, log, setHandler, sleep } from '../entry/workflow.ts';
import { DefaultLogger } from '../worker/logger.ts';
import { proxyActivities, proxyLocalActivities } from '../workflow/activities.ts';
import { TestWorkflowEnvironment } from './environment.ts';

const CANARY = 'confidential';
const value = { of: [CANARY] };
/** A payload that no converter can read. */
const BROKEN: WirePayloads = [{ encoding: 'json/plain', data: CANARY }];

const activities = {
  async works(given: unknown) {
    heartbeat(given);
    return given;
  },
  async fails() {
    throw ApplicationFailure.nonRetryable('no', 'No', value);
  },
};
const { works, fails } = proxyActivities<typeof activities>({ startToCloseTimeout: '1 minute', heartbeatTimeout: '1 minute' });
const local = proxyLocalActivities<typeof activities>({ startToCloseTimeout: '1 minute' });
const signal = defineSignal<[unknown]>('signal');
const query = defineQuery<unknown, [unknown]>('query');
const update = defineUpdate<unknown, [unknown]>('update');

const workflows = {
  async everything(given: unknown) {
    let seen: unknown;
    setHandler(signal, (it) => {
      seen = it;
    });
    setHandler(query, (it) => it);
    setHandler(update, (it) => it);
    await condition(() => seen !== undefined);
    await works(given);
    await local.works(given);
    await fails().catch(() => undefined);
    await local.fails().catch(() => undefined);
    await sleep('1 day');
    log.info('what the code itself wants to be read');
    throw ApplicationFailure.nonRetryable('no', 'No', value);
  },
  async reads(_: unknown) {},
};

test('S19: no log line shows a value, at any level: not of arguments, signals, results, details, nor of payloads that cannot be read', async () => {
  const lines: string[] = [];
  const inWords = (words: unknown): string =>
    JSON.stringify(words, (_, each: unknown) =>
      each instanceof Error
        ? { ...each, name: each.name, message: each.message, stack: each.stack, cause: each.cause }
        : typeof each === 'bigint'
          ? String(each)
          : each,
    );
  for (const level of ['debug', 'log', 'info', 'warn', 'error'] as const)
    vi.spyOn(console, level).mockImplementation((...words) => void lines.push(inWords(words)));
  const environment = await TestWorkflowEnvironment.createTimeSkipping();
  const logger = new DefaultLogger('TRACE', (entry) => void lines.push(inWords(entry)));
  const worker = await environment.createWorker({ taskQueue: 'q', workflows, activities, logger });
  const { workflow } = environment.client;
  const { service } = environment;
  await worker.runUntil(async () => {
    const handle = await workflow.start('everything', { workflowId: 'w', taskQueue: 'q', args: [value], memo: { note: CANARY } });
    expect(await handle.query(query, value)).toEqual(value);
    expect(await handle.executeUpdate(update, { args: [value] })).toEqual(value);
    const run = { namespace: 'default', workflowExecution: { workflowId: 'w' } };
    await service.queryWorkflow({ ...run, queryType: 'query', queryArgs: BROKEN }).catch(() => undefined);
    await handle.signal(signal, value);
    await handle.result().catch(() => undefined);
    await service.startWorkflowExecution({
      ...{ namespace: 'default', workflowId: 'broken', workflowType: 'reads', taskQueue: 'q', requestId: 'r' },
      input: BROKEN,
    });
    await environment.sleep('3 seconds');
  });
  await environment.teardown();
  expect(lines.filter((line) => line.includes('what the code itself wants to be read'))).toHaveLength(1);
  expect(lines.some((line) => line.includes('Workflow task failed'))).toBe(true);
  expect(lines.filter((line) => line.includes(CANARY))).toEqual([]);
});
