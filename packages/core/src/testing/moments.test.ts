/** Replays moment by moment: what a run's code tells of its past is what it told then. */
import { parseAst } from 'vite';
import { afterEach, expect, test } from 'vitest';
import { systemClock } from '../common/clock.ts';
import { defaultDataConverter } from '../common/data-converter.ts';
import type { HistoryEvent } from '../history/events.ts';
import { createReplayDesk } from '../host/replay-desk.ts';
import type { Moment, ReplayPage, ReplayService } from '../protocol/moments.ts';
import { probeVariables } from '../vite/probe-variables.ts';
import { proxyActivities } from '../workflow/activities.ts';
import { defineQuery, defineSignal, setHandler } from '../workflow/definitions.ts';
import { log } from '../workflow/log.ts';
import { createSandbox, type WorkflowModule } from '../workflow/sandbox.ts';
import { condition, sleep } from '../workflow/timers.ts';
import { Waits } from '../workflow/waits.ts';
import { TestWorkflowEnvironment } from './environment.ts';

const { charge } = proxyActivities<{ charge(cents: number): Promise<string> }>({ startToCloseTimeout: '1 minute' });
const approve = defineSignal<[string]>('approve');
const state = defineQuery<unknown>('state');
const plus = defineQuery<number, [number]>('plus');

async function order(cents: number): Promise<string> {
  const seen = { step: 'new', by: '', cents };
  setHandler(approve, (by) => {
    seen.by = by;
  });
  setHandler(state, () => ({ ...seen }));
  setHandler(plus, (more: number) => seen.cents + more);
  log.info('order begins');
  await sleep('1 hour');
  seen.step = 'waiting';
  await condition(() => seen.by !== '');
  seen.step = 'charging';
  const receipt = await charge(cents);
  seen.step = 'done';
  return receipt;
}

const peek = defineQuery<number>('peek');
async function counts(): Promise<void> {
  let timers = 1;
  setHandler(peek, () => ++timers);
  await sleep('1 second');
  for (let i = 0; i < timers; i++) await sleep('1 second');
}

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function recorded(workflows: Record<string, unknown>, run: (environment: TestWorkflowEnvironment) => Promise<void>): Promise<readonly HistoryEvent[]> {
  const environment = await TestWorkflowEnvironment.createTimeSkipping();
  const worker = await environment.createWorker({ taskQueue: 'q', workflows, activities: { charge: async (cents: number) => `paid ${cents}` } });
  await worker.runUntil(() => run(environment));
  const { events } = await environment.client.workflow.getHandle('w').fetchHistory();
  await environment.teardown();
  return events;
}

function deskFor(workflows: object): ReplayService {
  const { payloadConverter, failureConverter } = defaultDataConverter;
  let ids = 0;
  const desk = createReplayDesk({
    createSandbox: () => createSandbox({ workflows: workflows as WorkflowModule, payloadConverter, failureConverter, waits: { Waits } }),
    dataConverter: defaultDataConverter,
    clock: systemClock,
    limit: 5_000,
    newId: () => `replay-${++ids}`,
  });
  open.push(() => desk.close());
  return desk;
}

async function readAll(desk: ReplayService, replayId: string): Promise<{ readonly moments: Moment[]; readonly failure: ReplayPage['failure'] }> {
  const moments: Moment[] = [];
  for (;;) {
    const page = await desk.readReplay({ replayId, from: moments.length });
    moments.push(...page.moments);
    if (page.isDone) return { moments, failure: page.failure };
  }
}

const valuesOf = (moment: Moment, name: string): unknown => {
  const answer = moment.queries[name];
  return answer && 'result' in answer ? JSON.parse(answer.result[0]?.data ?? 'null') : answer;
};

const orderHistory = (): Promise<readonly HistoryEvent[]> =>
  recorded({ order }, async (environment) => {
    const { client } = environment;
    const handle = await client.workflow.start(order, { workflowId: 'w', taskQueue: 'q', args: [250] });
    await environment.sleep('2 hours');
    await handle.signal(approve, 'Ada');
    expect(await handle.result()).toBe('paid 250');
  });

test('each workflow task is a moment with its state, its waits, its commands and its logs', async () => {
  const events = await orderHistory();
  const desk = deskFor({ order });
  const { replayId } = await desk.openReplay({ namespace: 'default', workflowId: 'w', events });
  const { moments, failure } = await readAll(desk, replayId);
  expect(failure).toBeUndefined();
  expect(moments.map((moment) => valuesOf(moment, 'state'))).toEqual([
    { step: 'new', by: '', cents: 250 },
    { step: 'waiting', by: '', cents: 250 },
    { step: 'charging', by: 'Ada', cents: 250 },
    { step: 'done', by: 'Ada', cents: 250 },
  ]);
  expect(moments.map(({ commands }) => commands)).toEqual([
    [{ type: 'startTimer', subject: '3600000' }],
    [],
    [{ type: 'scheduleActivity', subject: 'charge' }],
    [{ type: 'completeWorkflowExecution', subject: '' }],
  ]);
  expect(moments.map(({ stacks }) => stacks.map(({ locations: [top] }) => top?.function_name))).toEqual([['order'], ['order'], ['order'], []]);
  expect(moments.map(({ logs }) => logs)).toEqual([[{ level: 'info', message: 'order begins' }], [], [], []]);
  for (const { eventId, startedEventId } of moments)
    expect([events[startedEventId - 1]?.type, events[eventId - 1]?.type]).toEqual(['WorkflowTaskStarted', 'WorkflowTaskCompleted']);
});

test('a query with parameters is not asked by itself, but can be at any moment', async () => {
  const events = await orderHistory();
  const desk = deskFor({ order });
  const { replayId } = await desk.openReplay({ namespace: 'default', workflowId: 'w', events });
  const { moments } = await readAll(desk, replayId);
  const [first] = moments;
  expect(first?.handlers.queries).toEqual([
    { name: 'state', parameters: 0 },
    { name: 'plus', parameters: 1 },
  ]);
  expect(Object.keys(first?.queries ?? {})).toEqual(['state']);
  const ask = (eventId: number, queryType: string): Promise<unknown> =>
    desk.queryReplay({ replayId, eventId, queryType, queryArgs: [{ encoding: 'json/plain', data: '5' }] });
  expect(await ask(first?.eventId ?? 0, 'plus')).toEqual({ result: [{ encoding: 'json/plain', data: '255' }] });
  await expect(ask(first?.eventId ?? 0, 'unknown')).rejects.toMatchObject({ code: 'QueryFailed', message: expect.stringContaining('plus') });
  await expect(ask(1, 'plus')).rejects.toMatchObject({
    code: 'QueryFailed',
    message: expect.stringContaining('No workflow task had been completed at event 1'),
  });
});

test('a history that ends anywhere is told up to there', async () => {
  const events = await orderHistory();
  const desk = deskFor({ order });
  for (let length = 1; length <= events.length; length++) {
    const { replayId } = await desk.openReplay({ namespace: 'default', workflowId: 'w', events: events.slice(0, length) });
    const { moments, failure } = await readAll(desk, replayId);
    expect([moments.map(({ eventId }) => eventId), failure]).toEqual([
      events.slice(0, length).flatMap(({ type, eventId }) => (type === 'WorkflowTaskCompleted' ? [eventId] : [])),
      undefined,
    ]);
    await desk.closeReplay({ replayId });
  }
});

test('code that disagrees says with which event, what was expected and what came', async () => {
  const events = await orderHistory();
  const other = { order: async () => void (await charge(1)) };
  const desk = deskFor(other);
  const { replayId } = await desk.openReplay({ namespace: 'default', workflowId: 'w', events });
  expect((await readAll(desk, replayId)).failure).toMatchObject({
    kind: 'nonDeterminism',
    eventId: 5,
    expected: expect.stringContaining('TimerStarted'),
    got: expect.stringContaining('charge'),
  });
});

test('code that is not there is named with what there is', async () => {
  const events = await orderHistory();
  const desk = deskFor({ counts });
  const { replayId } = await desk.openReplay({ namespace: 'default', workflowId: 'w', events });
  expect((await readAll(desk, replayId)).failure).toMatchObject({ kind: 'missingCode', message: expect.stringContaining("'order'") });
});

test('a query that changes the state is found out', async () => {
  const events = await recorded({ counts }, async ({ client }) => {
    await client.workflow.execute(counts, { workflowId: 'w', taskQueue: 'q' });
  });
  const desk = deskFor({ counts });
  const { replayId } = await desk.openReplay({ namespace: 'default', workflowId: 'w', events });
  expect((await readAll(desk, replayId)).failure).toMatchObject({ kind: 'queryChangesState' });
});

test('code that was prepared for it shows its variables at each moment, and agrees with the history of code that was not', async () => {
  const code = `async (cents) => {
    const seen = { step: 'new', by: new Map(), at: new Date(0), missing: undefined, charge };
    setHandler(approve, (by) => { seen.by.set('name', by); });
    await sleep('1 hour');
    for (const step of ['a', 'b']) { const longer = step + step; await helper(longer); seen.step = longer; }
    return seen.step;
    async function helper(name) { const big = 5n; await sleep('1 minute'); return big; }
  }`;
  const make = (text: string): { variables(cents: number): Promise<string> } => {
    const named = new Function('setHandler', 'approve', 'sleep', 'charge', `const variables = ${text}; return { variables };`);
    return named(setHandler, approve, sleep, charge);
  };
  const plain = make(code);
  const events = await recorded(plain, async (environment) => {
    const handle = await environment.client.workflow.start(plain.variables, { workflowId: 'w', taskQueue: 'q', args: [250] });
    await handle.signal(approve, 'Ada');
    expect(await handle.result()).toBe('bb');
  });
  const prefix = 'const f = ';
  const desk = deskFor(make(probeVariables(prefix + code, parseAst(prefix + code)).slice(prefix.length)));
  const { replayId } = await desk.openReplay({ namespace: 'default', workflowId: 'w', events });
  const { moments, failure } = await readAll(desk, replayId);
  expect(failure).toBeUndefined();
  const seen = { by: [['name', 'Ada']], at: { '@text': '1970-01-01T00:00:00.000Z' }, missing: { '@text': 'undefined' } };
  expect(moments.map(({ scopes }) => scopes).slice(-4)).toEqual([
    [{ functionName: 'f', variables: { cents: 250, seen: { ...seen, step: 'new' } } }],
    [
      { functionName: 'f', variables: { cents: 250, seen: { ...seen, step: 'new' }, step: 'a', longer: 'aa' } },
      { functionName: 'helper', variables: { name: 'aa', big: { '@text': '5n' } } },
    ],
    [
      { functionName: 'f', variables: { cents: 250, seen: { ...seen, step: 'aa' }, step: 'b', longer: 'bb' } },
      { functionName: 'helper', variables: { name: 'bb', big: { '@text': '5n' } } },
    ],
    [],
  ]);
});

test('a replay that is closed is known no more, and whoever waits for it is told', async () => {
  const desk = deskFor({ order });
  await expect(desk.readReplay({ replayId: 'none', from: 0 })).rejects.toMatchObject({ code: 'NotFound', message: expect.stringContaining('open it again') });
  const events = await orderHistory();
  const { replayId } = await desk.openReplay({ namespace: 'default', workflowId: 'w', events });
  const reading = readAll(desk, replayId);
  await desk.closeReplay({ replayId });
  await expect(reading).rejects.toMatchObject({ code: 'NotFound' });
});

test('what is no history of a run is refused in words', async () => {
  const desk = deskFor({ order });
  const { replayId } = await desk.openReplay({ namespace: 'default', workflowId: 'w', events: [] });
  expect((await readAll(desk, replayId)).failure).toMatchObject({
    kind: 'error',
    message: 'A history starts with WorkflowExecutionStarted; this one starts with nothing',
  });
});

test('only so many replays may be open at once', async () => {
  const desk = deskFor({ order });
  const openOne = () => desk.openReplay({ namespace: 'default', workflowId: 'w', events: [] });
  for (let i = 0; i < 8; i++) await openOne();
  await expect(openOne()).rejects.toMatchObject({ code: 'ResourceExhausted' });
});
