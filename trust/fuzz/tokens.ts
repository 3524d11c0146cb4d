/** Task tokens: made up, changed, of another task, and used again. None may be accepted. */
import fc from 'fast-check';
import { isServiceError } from '../../packages/core/src/common/service-error.ts';
import type { Target } from './target.ts';
import { intruder } from './values.ts';
import { createWorld, openTasks, startRequest, WORKER } from './world.ts';

type How = 'changed text' | 'changed part' | 'other form' | 'made up' | 'spent';

interface Forged {
  readonly of: 'workflow' | 'activity';
  readonly how: How;
  readonly method: number;
  readonly place: number;
  readonly text: string;
  readonly value: unknown;
}

const forged: fc.Arbitrary<Forged> = fc.record({
  of: fc.constantFrom('workflow', 'activity'),
  how: fc.constantFrom<How>('changed text', 'changed part', 'other form', 'made up', 'spent'),
  method: fc.nat(10),
  place: fc.nat(1_000),
  text: fc.oneof(fc.constantFrom('', '0', '1', 'a', '"', ' ', '\\', '__proto__'), fc.string({ maxLength: 40 }), fc.uuid(), fc.json({ maxDepth: 1 })),
  value: intruder,
});

export const tokens: Target<Forged> = {
  name: 'task tokens',
  share: 12,
  inputs: forged,
  inputsOfProbe: 500,
  async create() {
    const world = await createWorld();
    const { service } = world;
    // A run whose tasks are done, for tokens that are spent.
    await service.startWorkflowExecution(startRequest('done'));
    const spentTask = await service.pollWorkflowTaskQueue(WORKER);
    await service.respondWorkflowTaskCompleted({
      taskToken: spentTask?.taskToken ?? '',
      commands: [{ type: 'ScheduleActivityTask', attributes: { activityId: '1', activityType: 'act', startToCloseTimeout: 60_000 } }],
      identity: 'worker',
    });
    const spentActivity = await service.pollActivityTaskQueue(WORKER);
    await service.respondActivityTaskCompleted({ taskToken: spentActivity?.taskToken ?? '', identity: 'worker' });
    const { workflowTask, activityTask } = await openTasks(world);
    const right = { workflow: workflowTask.taskToken, activity: activityTask.taskToken };
    const spent = { workflow: spentTask?.taskToken ?? '', activity: spentActivity?.taskToken ?? '' };

    const uses = {
      workflow: [
        (taskToken: string) => service.respondWorkflowTaskCompleted({ taskToken, commands: [], identity: 'thief' }),
        (taskToken: string) =>
          service.respondWorkflowTaskFailed({ taskToken, cause: 'WORKFLOW_WORKER_UNHANDLED_FAILURE', failure: { message: 'no' }, identity: 'thief' }),
        (taskToken: string) => service.respondQueryTaskCompleted({ taskToken, result: [] }),
      ],
      activity: [
        (taskToken: string) => service.respondActivityTaskCompleted({ taskToken, identity: 'thief' }),
        (taskToken: string) => service.respondActivityTaskFailed({ taskToken, failure: { message: 'no' }, identity: 'thief' }),
        (taskToken: string) => service.respondActivityTaskCanceled({ taskToken, identity: 'thief' }),
        (taskToken: string) => service.recordActivityTaskHeartbeat({ taskToken, identity: 'thief' }),
      ],
    };

    return {
      async check({ of, how, method, place, text, value }) {
        const token = forge(right[of], spent[of], how, place, text, value);
        if (token === right[of]) return undefined;
        const use = uses[of][method % uses[of].length] as (token: string) => Promise<unknown>;
        const before = world.commits();
        let refusal: unknown;
        try {
          await use(token as string);
        } catch (error) {
          refusal = error;
        }
        await world.settle();
        if (world.commits() !== before) return `something was stored for the token ${String(token)}`;
        if (refusal === undefined) return `the token ${String(token)} was accepted`;
        throw refusal;
      },
      isRefusal: (error) => isServiceError(error, 'InvalidArgument') || isServiceError(error, 'NotFound') || isServiceError(error, 'NamespaceNotFound'),
      close: () => service.stop(),
    };
  },
};

function forge(right: string, spent: string, how: How, place: number, text: string, value: unknown): unknown {
  const parts = JSON.parse(right) as unknown[];
  switch (how) {
    case 'changed text': {
      const at = place % (right.length + 1);
      return right.slice(0, at) + text + right.slice(at + (place % 2));
    }
    case 'changed part':
      parts[place % parts.length] = place % 3 === 0 ? text : value;
      return jsonOf(parts);
    case 'other form':
      return [value, ` ${right}`, JSON.stringify(parts, null, 1), right.replace('1', '1.0'), JSON.stringify(right), `${right}\n`][place % 6];
    case 'made up':
      return text;
    case 'spent':
      return spent;
  }
}

/** A value that JSON cannot say is no part of a token. */
function jsonOf(parts: readonly unknown[]): string {
  try {
    return JSON.stringify(parts);
  } catch {
    return 'no token';
  }
}
