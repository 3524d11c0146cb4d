/** The workflow that runs drawn programs: what it hears, and how it ends. */
import { ApplicationFailure } from '../../common/failures.ts';
import { continueAsNew } from '../../workflow/continue-as-new.ts';
import { defineQuery, defineSignal, defineUpdate, setHandler } from '../../workflow/definitions.ts';
import { getSignalChannel } from '../../workflow/signal-channel.ts';
import { condition } from '../../workflow/timers.ts';
import { currentUpdateInfo } from '../../workflow/update-scope.ts';
import { allHandlersFinished, workflowInfo } from '../../workflow/workflow-info.ts';
import { failsTick, type RunInput, type RunResult, type UpdatePlan } from './program.ts';
import { run, type Surroundings } from './steps.ts';

const numberSignal = defineSignal<[number]>('number');
const pokeSignal = defineSignal<[string]>('poke');
const numbersQuery = defineQuery<number[]>('numbers');
const heardQuery = defineQuery<{ numbers: number[]; pokes: string[] }>('heard');
const handleUpdate = defineUpdate<string, [Pick<UpdatePlan, 'id' | 'rejects' | 'part'>]>('handle');

/** The workflows of a worker whose code is of this version. */
export const workflowsOf = (version: number, nonce: () => number): Readonly<Record<string, unknown>> => ({
  runProgram: (input: RunInput) => runProgram(input, version, nonce),
});

async function runProgram(input: RunInput, version: number, nonce: () => number): Promise<RunResult> {
  const [numbers, pokes] = [[...input.numbers], [...input.pokes]];
  const inbox = input.hasChannel ? channelInbox(numbers) : handlerInbox(numbers);
  const around: Surroundings = { version, nonce, signalled: inbox.signalled };
  setHandler(pokeSignal, (poke) => void pokes.push(poke));
  setHandler(numbersQuery, () => numbers);
  setHandler(heardQuery, () => ({ numbers, pokes }));
  handleUpdates(around);
  const result = await run(input.program, around);
  await condition(allHandlersFinished);
  inbox.drain();
  return await end(input, { result, numbers, pokes, ticks: ticksBefore() + 1 });
}

interface Inbox {
  readonly signalled: (count: number) => Promise<void>;
  /** Takes what is left. */
  readonly drain: () => void;
}

function handlerInbox(numbers: number[]): Inbox {
  setHandler(numberSignal, (number) => void numbers.push(number));
  return { signalled: (count) => condition(() => numbers.length >= count), drain: () => {} };
}

/** Steps that wait take turns, so that signals keep their order. */
function channelInbox(numbers: number[]): Inbox {
  const channel = getSignalChannel<number>(numberSignal);
  let isTaken = false;
  const receive = async (count: number) => {
    await condition(() => !isTaken || numbers.length >= count);
    if (numbers.length >= count) return;
    isTaken = true;
    try {
      while (numbers.length < count) numbers.push(await channel.receive());
    } finally {
      isTaken = false;
    }
  };
  const drain = () => {
    for (let number = channel.receiveAsync(); number !== undefined; number = channel.receiveAsync()) numbers.push(number);
  };
  return { signalled: receive, drain };
}

/** Each update tells how often its id has been handled by this run. */
function handleUpdates(around: Surroundings): void {
  const handled: string[] = [];
  const handler = async ({ id, part }: Pick<UpdatePlan, 'id' | 'part'>): Promise<string> => {
    if (currentUpdateInfo()?.id !== id) throw new Error(`update ${id} is told that it is ${currentUpdateInfo()?.id}`);
    handled.push(id);
    if (part) await run(part, around);
    return `${id}#${handled.filter((other) => other === id).length}`;
  };
  const validator = ({ rejects }: Pick<UpdatePlan, 'rejects'>): void => {
    if (rejects) throw new Error('rejected by plan');
  };
  setHandler(handleUpdate, handler, { validator });
}

const ticksBefore = (): number => (workflowInfo().lastResult as RunResult | undefined)?.ticks ?? 0;

async function end(input: RunInput, result: RunResult): Promise<RunResult> {
  const { succession, lap } = input;
  const { attempt, startTime } = workflowInfo();
  const fail = () => ApplicationFailure.create({ message: `attempt ${attempt} fails by plan`, type: 'Flaky' });
  if (succession.kind === 'retry' && attempt <= succession.fails) throw fail();
  if (succession.kind === 'cron' && failsTick(succession.failsAt, startTime.getTime())) throw fail();
  if (succession.kind === 'laps' && lap < succession.laps)
    return await continueAsNew<(input: RunInput) => Promise<RunResult>>({ ...input, lap: lap + 1, numbers: result.numbers, pokes: result.pokes });
  return result;
}
