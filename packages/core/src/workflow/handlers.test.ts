import { describe, expect, test } from 'vitest';
import { HandlerUnfinishedPolicy } from '../common/enums.ts';
import { ApplicationFailure } from '../common/failures.ts';
import type { ActivationCompletion } from '../protocol/activation.ts';
import {
  defineQuery,
  defineSignal,
  defineUpdate,
  setDefaultQueryHandler,
  setDefaultSignalHandler,
  setDefaultUpdateHandler,
  setHandler,
} from './definitions.ts';
import { log } from './log.ts';
import { fireTimer, type GivenRun, givenRun, query, resultOf, signal, update, value } from './run.test-kit.ts';
import { getSignalChannel } from './signal-channel.ts';
import { proxySinks } from './sinks.ts';
import { condition, sleep } from './timers.ts';
import { Trigger } from './trigger.ts';
import { currentUpdateInfo } from './update-scope.ts';
import { allHandlersFinished, setCurrentDetails } from './workflow-info.ts';

const poke = defineSignal<[string]>('poke');
const stop = defineSignal('stop');
const peek = defineQuery<unknown>('peek');
const change = defineUpdate<string, [string]>('change');

const responses = ({ commands }: GivenRun): unknown[] => commands.flatMap((command) => (command.type === 'updateResponse' ? [command.response] : []));
const answerOf = ({ commands }: GivenRun): unknown => {
  const [command] = commands;
  if (commands.length !== 1 || command?.type !== 'respondToQuery') throw new Error(`not one answer: ${JSON.stringify(commands)}`);
  return 'succeeded' in command.result ? value(command.result.succeeded) : command.result.failed.message;
};

describe('signals', () => {
  test('R20 those of the first task are handled before the workflow function, and conditions are looked at after all of them', async () => {
    async function collects() {
      const seen: string[] = [];
      setHandler(poke, (text) => void seen.push(text));
      await condition(() => seen.length > 0);
      return seen;
    }
    expect(resultOf(await givenRun(collects, [], { jobs: [signal('poke', 'a'), signal('poke', 'b')] }))).toEqual(['a', 'b']);
  });

  test('K2 all signals of a task are handled before the code that waited goes on', async () => {
    async function collects() {
      const seen: string[] = [];
      setHandler(poke, (text) => void seen.push(text));
      await condition(() => seen.length > 0);
      return seen;
    }
    const run = await givenRun(collects);
    expect(resultOf(await run.activate(signal('poke', 'a'), signal('poke', 'b')))).toEqual(['a', 'b']);
  });

  test('wait in order for their handler, which runs up to its first await before the code that set it goes on', async () => {
    async function collects() {
      const seen: string[] = [];
      await sleep(1);
      setHandler(poke, async (text) => {
        seen.push(`start ${text}`);
        await null;
        seen.push(`end ${text}`);
      });
      seen.push('set');
      await condition(allHandlersFinished);
      return seen;
    }
    const run = await givenRun(collects, [], { jobs: [signal('poke', 'a'), signal('other'), signal('poke', 'b')] });
    expect(resultOf(await run.activate(fireTimer(1)))).toEqual(['start a', 'start b', 'set', 'end a', 'end b']);
  });

  test('the default handler takes all that have none, in order of arrival', async () => {
    async function collects() {
      const seen: unknown[] = [];
      setHandler(stop, () => void seen.push('stop'));
      setDefaultSignalHandler((name, ...args) => void seen.push([name, ...args]));
      await condition(() => seen.length >= 3);
      return seen;
    }
    const run = await givenRun(collects, [], { jobs: [signal('x', 1), signal('stop'), signal('y')] });
    expect(resultOf(run)).toEqual(['stop', ['x', 1], ['y']]);
  });

  test('a plain error of a handler fails the task, a failure the workflow', async () => {
    async function waits() {
      setHandler(poke, (text) => {
        if (text === 'plain') throw new RangeError('plain');
        throw ApplicationFailure.create({ message: 'failure' });
      });
      await condition(() => false);
    }
    expect((await (await givenRun(waits)).activate(signal('poke', 'plain'))).completion).toMatchObject({ status: 'failed', failure: { message: 'plain' } });
    expect((await (await givenRun(waits)).activate(signal('poke', 'x'))).commands).toMatchObject([
      { type: 'failWorkflowExecution', failure: { message: 'failure' } },
    ]);
  });

  test('reserved names cannot be handled', async () => {
    async function sets() {
      setHandler(defineSignal('__temporal_x'), () => {});
    }
    expect((await givenRun(sets)).completion).toMatchObject({ failure: { message: expect.stringContaining('reserved prefix') } });
  });

  test('several coroutines wake in the order in which they began to wait', async () => {
    async function wakes() {
      const seen: string[] = [];
      let count = 0;
      setHandler(poke, (text) => {
        count++;
        seen.push(`signal ${text}`);
      });
      const waiter = async (name: string, wanted: number): Promise<void> => {
        await condition(() => count >= wanted);
        seen.push(name);
      };
      await Promise.all([waiter('c2', 2), waiter('a1', 1), waiter('b1', 1), condition(() => seen.includes('b1')).then(() => void seen.push('after b1'))]);
      return seen;
    }
    const run = await givenRun(wakes);
    await run.activate(signal('poke', '1'));
    expect(resultOf(await run.activate(signal('poke', '2')))).toEqual(['signal 1', 'a1', 'b1', 'after b1', 'signal 2', 'c2']);
  });
});

describe('signal channels', () => {
  test('queue signals, those that came before included, and hand them out one by one', async () => {
    async function receives() {
      const channel = getSignalChannel<string>('poke');
      const seen = [channel.length, channel.receiveAsync(), await channel.receive(), channel.receiveAsync()];
      for await (const text of channel) {
        seen.push(text);
        if (text === 'end') break;
      }
      return seen;
    }
    const run = await givenRun(receives, [], { jobs: [signal('poke', 'a'), signal('poke', 'b')] });
    await run.activate(signal('poke', 'c'));
    expect(resultOf(await run.activate(signal('poke', 'end')))).toEqual([2, 'a', 'b', null, 'c', 'end']);
  });

  test('exclude a handler of the same signal', async () => {
    async function both(first: string) {
      if (first === 'channel') getSignalChannel(poke);
      setHandler(poke, () => {});
      getSignalChannel(poke);
    }
    expect((await givenRun(both, ['channel'])).completion).toMatchObject({ failure: { message: expect.stringContaining('is received by a channel') } });
    expect((await givenRun(both, ['handler'])).completion).toMatchObject({ failure: { message: expect.stringContaining('has a handler') } });
  });

  test('a receiver that is cancelled leaves the signal to the next one', async () => {
    async function receives() {
      const channel = getSignalChannel<string>('poke');
      const first = await channel.receive().catch((error: Error) => error.name);
      return [first, channel.receiveAsync()];
    }
    const run = await givenRun(receives);
    expect(resultOf(await run.activate({ type: 'cancelWorkflow', reason: '' }))).toEqual(['CancelledFailure', null]);
  });
});

describe('queries', () => {
  async function queried() {
    let state = 'started';
    setHandler(peek, () => state);
    setHandler(stop, () => {
      state = 'stopped';
    });
    await sleep(1);
    return Math.random();
  }

  test('see the run as it is and write nothing', async () => {
    const run = await givenRun(queried);
    expect(answerOf(await run.activate(query('peek')))).toBe('started');
    await run.activate(signal('stop'));
    expect(answerOf(await run.activate(query('peek')))).toBe('stopped');
  });

  test('unknown ones are told the known ones, or go to the default handler', async () => {
    const run = await givenRun(queried);
    expect(answerOf(await run.activate(query('no')))).toBe(
      'Workflow did not register a handler for no. Registered queries: [__stack_trace __enhanced_stack_trace __temporal_workflow_metadata peek]',
    );
    async function byDefault() {
      setDefaultQueryHandler((name, ...args) => [name, ...args]);
      await sleep(1);
    }
    expect(answerOf(await (await givenRun(byDefault)).activate(query('any', 1)))).toEqual(['any', 1]);
  });

  test('a handler that returns a promise, issues a command, or throws gives an error', async () => {
    async function misuses() {
      setHandler(defineQuery('promise'), () => Promise.resolve(1));
      setHandler(defineQuery('command'), () => void sleep(1));
      setHandler(defineQuery('throws'), () => {
        throw new Error('thrown');
      });
      await sleep(1);
    }
    const run = await givenRun(misuses);
    expect(answerOf(await run.activate(query('promise')))).toBe(
      'Query handlers should not return a Promise, and that of query "promise" does. Return what the workflow knows already; what takes time belongs into the workflow function, or into an update.',
    );
    expect(answerOf(await run.activate(query('command')))).toContain('Workflow.sleep(...) was called in the handler of query "command"');
    expect(answerOf(await run.activate(query('throws')))).toBe('thrown');
    // The number of the timer that was refused is free still.
    expect((await run.activate(fireTimer(1))).commands).toMatchObject([{ type: 'completeWorkflowExecution' }]);
  });

  test('a handler that goes on after it was refused for its promise changes nothing', async () => {
    let caught: unknown;
    async function goesOn() {
      setHandler(peek, async () => {
        await null;
        Math.random();
        await sleep(1).catch(() => {});
      });
      setHandler(defineQuery('catches'), async () => {
        await null;
        try {
          void sleep(1);
        } catch (error) {
          caught = error;
        }
      });
      await sleep(1);
      return Math.random();
    }
    const [asked, unasked] = [await givenRun(goesOn), await givenRun(goesOn)];
    expect(answerOf(await asked.activate(query('peek')))).toContain('should not return a Promise');
    expect(answerOf(await asked.activate(query('catches')))).toContain('should not return a Promise');
    expect(caught).toMatchObject({ name: 'DeterminismViolationError', message: expect.stringContaining('Workflow.sleep(...) was called in a query') });
    expect(resultOf(await asked.activate(fireTimer(1)))).toBe(resultOf(await unasked.activate(fireTimer(1))));
  });

  test('draw random numbers that the run does not miss', async () => {
    async function draws() {
      setHandler(peek, () => Math.random());
      await sleep(1);
      return Math.random();
    }
    const [asked, unasked] = [await givenRun(draws), await givenRun(draws)];
    const answer = answerOf(await asked.activate(query('peek')));
    const result = resultOf(await unasked.activate(fireTimer(1)));
    expect(resultOf(await asked.activate(fireTimer(1)))).toBe(result);
    expect(answer).toBe(result);
  });

  test('R65 are answered after the end', async () => {
    async function ends() {
      setHandler(peek, () => 'ended');
    }
    const run = await givenRun(ends);
    expect(answerOf(await run.activate(query('peek')))).toBe('ended');
  });

  test('the metadata names handlers, descriptions and details', async () => {
    async function describes() {
      setHandler(poke, () => {}, { description: 'takes a poke' });
      setHandler(change, (text) => text);
      setCurrentDetails('**busy**');
      await sleep(1);
    }
    expect(answerOf(await (await givenRun(describes)).activate(query('__temporal_workflow_metadata')))).toEqual({
      definition: {
        type: 'describes',
        queryDefinitions: [
          { name: '__stack_trace', description: 'Returns a sensible stack trace.' },
          { name: '__enhanced_stack_trace', description: 'Returns a stack trace annotated with source information.' },
          { name: '__temporal_workflow_metadata', description: 'Returns metadata associated with this workflow.' },
        ],
        signalDefinitions: [{ name: 'poke', description: 'takes a poke' }],
        updateDefinitions: [{ name: 'change' }],
      },
      currentDetails: '**busy**',
    });
  });
});

describe('updates', () => {
  async function updated() {
    let total = '';
    setHandler(
      change,
      async (text) => {
        total += text;
        await sleep(1);
        if (text === 'fails') throw ApplicationFailure.nonRetryable('failed');
        if (text === 'breaks') throw new Error('broken');
        return `${total} by ${currentUpdateInfo()?.id}`;
      },
      {
        validator: (text) => {
          if (text === 'bad') throw new Error('not that');
          if (text === 'commands') void sleep(1);
        },
      },
    );
    await condition(() => total === 'end');
  }

  test('R66 are accepted before the first line of their handler, and completed with its result', async () => {
    const run = await givenRun(updated);
    expect(responses(await run.activate(update('change', 'a')))).toEqual([{ status: 'accepted' }]);
    expect(run.commands.map(({ type }) => type)).toEqual(['updateResponse', 'startTimer']);
    const [completed] = responses(await run.activate(fireTimer(1))) as [{ status: string; result: Parameters<typeof value>[0] }];
    expect([completed.status, value(completed.result)]).toEqual(['completed', 'a by change-id']);
  });

  test('a validator refuses before anything is accepted, may issue no command, and is left out in a replay', async () => {
    const run = await givenRun(updated);
    expect(responses(await run.activate(update('change', 'bad')))).toMatchObject([{ status: 'rejected', failure: { message: 'not that' } }]);
    expect(responses(await run.activate(update('change', 'commands')))).toMatchObject([
      { status: 'rejected', failure: { message: expect.stringContaining('the validator of update "change"') } },
    ]);
    expect(responses(await run.activate({ ...update('change', 'bad'), runValidator: false } as never))).toEqual([{ status: 'accepted' }]);
  });

  test('a failure in the handler fails the update, any other error the task', async () => {
    const run = await givenRun(updated);
    await run.activate(update('change', 'fails'));
    expect(responses(await run.activate(fireTimer(1)))).toMatchObject([{ status: 'rejected', failure: { message: 'failed' } }]);
    await run.activate(update('change', 'breaks'));
    expect((await run.activate(fireTimer(2))).completion).toMatchObject({ status: 'failed', failure: { message: 'broken' } });
  });

  test('without a handler they are rejected when the activation ends', async () => {
    expect(responses(await givenRun(async () => await sleep(1), [], { jobs: [update('no')] }))).toMatchObject([
      { status: 'rejected', failure: { message: 'No registered handler for update: no', applicationFailureInfo: { nonRetryable: true } } },
    ]);
  });

  test('of the first task wait for the handler that the workflow function sets, or go to the default one', async () => {
    expect(responses(await givenRun(updated, [], { jobs: [update('change', 'a')] }))).toEqual([{ status: 'accepted' }]);
    async function byDefault() {
      setDefaultUpdateHandler((name, ...args) => [name, ...args]);
      await sleep(1);
    }
    expect(responses(await givenRun(byDefault, [], { jobs: [update('any', 1)] }))).toMatchObject([{ status: 'accepted' }, { status: 'completed' }]);
  });

  test('each handler sees the arguments as they were sent', async () => {
    async function mutates() {
      setHandler(defineUpdate<number, [number[]]>('list'), (list) => list.length, { validator: (list) => void list.push(1, 2, 3) });
      await sleep(1);
    }
    const run = await givenRun(mutates);
    const [, completed] = responses(await run.activate(update('list', []))) as [unknown, { result: Parameters<typeof value>[0] }];
    expect(value(completed.result)).toBe(0);
  });
});

describe('the log', () => {
  const lines = (completion: ActivationCompletion): unknown[] => (completion.sinkCalls ?? []).map(({ fnName, args }) => [fnName, args[0]]);

  async function logs() {
    setHandler(peek, () => void log.info('in a query'));
    log.info('before', { n: 1 });
    await sleep(1);
  }

  test('is written once: not in a replay, but in queries', async () => {
    const run = await givenRun(logs);
    expect(lines(run.completion)).toEqual([
      ['debug', 'Workflow started'],
      ['info', 'before'],
    ]);
    expect(run.completion.sinkCalls?.[1]?.args[1]).toMatchObject({ n: 1, workflowId: 'workflow-1', workflowType: 'logs', sdkComponent: 'workflow' });
    const replayed = await givenRun(logs, [], { activation: { isReplaying: true } });
    expect(lines(replayed.completion)).toEqual([]);
    expect(lines((await replayed.activateAs({ isReplaying: true }, query('peek'))).completion)).toEqual([['info', 'in a query']]);
  });

  test('sinks get copies, and are told what is a repetition', async () => {
    async function calls() {
      const { metrics } = proxySinks<{ metrics: { count(labels: object): void } }>();
      const labels = { name: 'before' };
      metrics?.count(labels);
      labels.name = 'after';
    }
    const call = { ifaceName: 'metrics', fnName: 'count', args: [{ name: 'before' }] };
    const metricsOf = (completion: ActivationCompletion): unknown[] => (completion.sinkCalls ?? []).filter(({ ifaceName }) => ifaceName === 'metrics');
    expect(metricsOf((await givenRun(calls)).completion)).toEqual([{ ...call, callDuringReplay: true }]);
    expect(metricsOf((await givenRun(calls, [], { activation: { isReplaying: true } })).completion)).toEqual([{ ...call, callDuringReplay: false }]);
  });

  test('warns of handlers that are unfinished when their workflow ends', async () => {
    async function ends(how: string) {
      const trigger = new Trigger<void>();
      const wait = async (): Promise<void> => await sleep('1 hour');
      setHandler(poke, wait);
      setHandler(change, async () => {
        await wait();
        return '';
      });
      setHandler(defineSignal('silent'), wait, { unfinishedPolicy: HandlerUnfinishedPolicy.ABANDON });
      setHandler(stop, trigger.resolve);
      await trigger;
      if (how === 'fail') throw ApplicationFailure.create({ message: 'failed' });
    }
    const jobs = [signal('poke', 'a'), signal('poke', 'b'), signal('silent'), update('change', 'x'), signal('stop')];
    const warnings = async (how: string): Promise<string[]> =>
      ((await (await givenRun(ends, [how])).activate(...jobs)).completion.sinkCalls ?? [])
        .filter(({ fnName }) => fnName === 'warn')
        .map(({ args }) => args[0] as string);
    expect(await warnings('complete')).toEqual([
      expect.stringMatching(/^\[TMPRL1102\].*updates were unfinished.*\[{"name":"change","id":"change-id"}\]$/),
      expect.stringMatching(/^\[TMPRL1102\].*signals were unfinished.*\[{"name":"poke","count":2}\]$/),
    ]);
    expect(await warnings('fail')).toEqual(['Workflow failed']);
  });
});
