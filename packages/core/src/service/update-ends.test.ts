/** R68: what becomes of updates when their run closes. Each way to close meets an update in each state that it may be in. */
import { expect, test } from 'vitest';
import type { UpdateOutcome } from '../history/events.ts';
import type { Command } from '../protocol/commands.ts';
import type { StartWorkflowExecutionRequest, UpdateStage, UpdateWorkflowExecutionRequest } from '../protocol/workflow-service.ts';
import { again, fail, taskOf } from './family.test-kit.ts';
import { complete, finish, on, open, outcome, quiet, startRequest, type World } from './service.test-kit.ts';

interface Close {
  /** The command that closes the run, behind those of updates. */
  readonly command?: Command;
  /** What closes it from outside, while its task is under way. */
  readonly act?: (world: World) => Promise<unknown>;
  readonly start?: Partial<StartWorkflowExecutionRequest>;
  /** Another run goes on. */
  readonly isFollowed?: boolean;
}

const cancelled: Command = { type: 'CancelWorkflowExecution', attributes: {} };
const CLOSES: Readonly<Record<string, Close>> = {
  completes: { command: finish },
  fails: { command: fail() },
  'is cancelled': { command: cancelled },
  'is terminated': { act: ({ service }) => service.terminateWorkflowExecution(on('wf')) },
  'is terminated for another one': {
    act: ({ service }) => service.startWorkflowExecution(startRequest('wf', { workflowIdConflictPolicy: 'TERMINATE_EXISTING' })),
  },
  'has its run time out': { act: ({ clock }) => clock.advance(8_000), start: { workflowRunTimeout: 8_000 } },
  'has its execution time out': { act: ({ clock }) => clock.advance(8_000), start: { workflowExecutionTimeout: 8_000 } },
  'continues as new': { command: again, isFollowed: true },
  'fails and is retried': { command: fail(), start: { retryPolicy: { initialInterval: 1_000 } }, isFollowed: true },
  'has its run time out and is retried': {
    act: ({ clock }) => clock.advance(8_000),
    start: { workflowRunTimeout: 8_000, retryPolicy: { initialInterval: 1_000 } },
    isFollowed: true,
  },
  'completes and has a schedule': { command: finish, start: { cronSchedule: '* * * * *' }, isFollowed: true },
  'fails and has a schedule': { command: fail(), start: { cronSchedule: '* * * * *' }, isFollowed: true },
};

const CLOSED = { failure: { applicationFailureInfo: { type: 'AcceptedUpdateCompletedWorkflow', nonRetryable: true } } };
const requestOf = (updateId: string) => ({ meta: { updateId, identity: 'client' }, input: { name: 'add' } });
const accept = (id: string): Command => ({ type: 'AcceptUpdate', attributes: { protocolInstanceId: id, request: requestOf(id) } });
const done = (id: string): Command => ({ type: 'CompleteUpdate', attributes: { protocolInstanceId: id, outcome: own(id) } });
const reject = (id: string): Command => ({ type: 'RejectUpdate', attributes: { protocolInstanceId: id, request: requestOf(id), failure: { message: 'bad' } } });
const own = (id: string): UpdateOutcome => ({ success: [{ encoding: 'json/plain', data: JSON.stringify(id) }] });

type Answer = Promise<unknown>;

/** An update in each state, and its callers' answers, or their errors. */
async function updatesInEachState(world: World, { start = {} }: Close) {
  const { service } = world;
  const ask = (updateId: string, waitStage: UpdateStage = 'COMPLETED', more: Partial<UpdateWorkflowExecutionRequest> = {}): Answer =>
    service
      .updateWorkflowExecution({ ...on('wf'), updateId, updateName: 'add', identity: 'client', waitStage, ...more })
      .catch(({ code, message }: { code: string; message: string }) => ({ code, message }));
  const { runId } = await service.startWorkflowExecution(startRequest('wf', start));
  if (start.cronSchedule) await world.clock.advance(60_000);
  const answers: Record<string, Answer> = { accepted: ask('accepted'), done: ask('done') };
  await complete(service, await taskOf(service, 'wf'), accept('accepted'), accept('done'), done('done'));
  for (const id of ['delivered', 'accepted last', 'done last', 'rejected last']) answers[id] = ask(id);
  answers['delivered, asked for twice'] = ask('delivered', 'ACCEPTED');
  const task = await taskOf(service, 'wf');
  answers['admitted'] = ask('admitted');
  answers['bound'] = ask('bound', 'COMPLETED', on('wf', runId));
  return { runId, ask, answers, task };
}

/** Those that the workflow has taken on, with what they come to: the same whatever closes the run. */
const accepted = (isByCommand: boolean): Record<string, object> => ({
  accepted: CLOSED,
  done: own('done'),
  ...(isByCommand ? { 'accepted last': CLOSED, 'done last': own('done last') } : {}),
});
/** Those that it has not. When its task was cut off, what was in it has not happened. */
const waiting = (isByCommand: boolean): string[] => ['delivered', ...(isByCommand ? [] : ['accepted last', 'done last', 'rejected last']), 'admitted'];

test.each(Object.entries(CLOSES))('R68 when a run %s, each of its updates has a definite end', async (_, close) => {
  const world = await open();
  const { service, store, clock, database } = world;
  const { runId, ask, answers, task } = await updatesInEachState(world, close);
  const { command, act, isFollowed = false } = close;
  const isByCommand = command !== undefined;
  expect(await outcome(answers['done'] as Answer)).toMatchObject({ outcome: own('done') });

  const release = store.holdCommits();
  const closing = command
    ? complete(service, task, accept('accepted last'), accept('done last'), done('done last'), reject('rejected last'), command)
    : (act as (world: World) => Promise<unknown>)(world);
  await quiet();
  for (const [id, answer] of Object.entries(answers)) if (id !== 'done') expect([id, await outcome(answer)]).toEqual([id, 'pending']); // R11
  release();
  await closing;

  for (const [id, expected] of Object.entries(accepted(isByCommand)))
    expect([id, await answers[id]]).toMatchObject([id, { workflowExecution: { runId }, stage: 'COMPLETED', outcome: expected }]);
  const gone = { code: 'NotFound', message: expect.stringMatching(/^workflow execution already completed/) };
  expect(await answers['bound']).toEqual(gone);
  if (isByCommand) expect(await answers['rejected last']).toMatchObject({ workflowExecution: { runId }, outcome: { failure: { message: 'bad' } } });
  const left = waiting(isByCommand);
  if (isFollowed) {
    for (const id of left) expect([id, await outcome(answers[id] as Answer)]).toEqual([id, 'pending']);
    await clock.advance(close.start?.cronSchedule ? 60_000 : 1_000);
    const next = await taskOf(service, 'wf');
    expect(next.runId).not.toBe(runId);
    expect(next.updates.map(({ protocolInstanceId }) => protocolInstanceId)).toEqual(left);
    const fresh = ask('accepted'); // its id is free in the run that follows
    await complete(service, next, ...left.flatMap((id) => [accept(id), done(id)]));
    for (const id of left) expect([id, await answers[id]]).toMatchObject([id, { workflowExecution: { runId: next.runId }, outcome: own(id) }]);
    expect(await answers['delivered, asked for twice']).toMatchObject({ workflowExecution: { runId: next.runId } });
    await complete(service, await taskOf(service, 'wf'), accept('accepted'), done('accepted'));
    expect(await fresh).toMatchObject({ workflowExecution: { runId: next.runId }, outcome: own('accepted') });
  } else {
    for (const id of [...left, 'delivered, asked for twice']) expect([id, await answers[id]]).toEqual([id, gone]);
  }

  await service.stop();
  const { service: later } = await open({ database, clock, seed: 2 });
  const askLater = (updateId: string) => later.updateWorkflowExecution({ ...on('wf', runId), updateId, updateName: 'add', waitStage: 'ACCEPTED' });
  for (const [id, expected] of Object.entries(accepted(isByCommand)))
    expect([id, await askLater(id)]).toMatchObject([id, { workflowExecution: { runId }, stage: 'COMPLETED', outcome: expected }]);
  for (const id of [...left, 'bound', 'rejected last']) await expect(askLater(id)).rejects.toMatchObject({ code: 'NotFound' });
  const { events } = await later.getWorkflowExecutionHistory({ ...on('wf', runId), maximumPageSize: 1_000 });
  const recorded = events.flatMap((event) => (event.type === 'WorkflowExecutionUpdateAccepted' ? [event.attributes.protocolInstanceId] : []));
  expect(recorded).toEqual(isByCommand ? ['accepted', 'done', 'accepted last', 'done last'] : ['accepted', 'done']); // R67
});

test('R68 an update that comes while its run is closed for the next one goes to the next one, also by the way of an engine that died between', async () => {
  const world = await open();
  const { service, store, database, clock } = world;
  const { runId } = await service.startWorkflowExecution(startRequest('wf'));
  const task = await taskOf(service, 'wf');
  const ask = (at: World['service']) => at.updateWorkflowExecution({ ...on('wf'), updateId: 'u', updateName: 'add', waitStage: 'COMPLETED' });
  const first = ask(service).catch((error) => error);
  const release = store.holdCommits();
  const closing = complete(service, task, again);
  const second = ask(service).catch((error) => error);
  await quiet();
  release();
  await closing;
  await service.stop();
  expect([await first, await second]).toMatchObject([{ code: 'Unavailable' }, { code: 'Unavailable' }]);
  const { service: later } = await open({ database, clock, seed: 2 });
  const third = ask(later);
  const next = await taskOf(later, 'wf');
  await complete(later, next, accept('u'), done('u'));
  expect(next.runId).not.toBe(runId);
  expect(await third).toMatchObject({ workflowExecution: { runId: next.runId }, outcome: own('u') });
});
