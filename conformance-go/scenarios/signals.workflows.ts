import { ApplicationFailure, condition, continueAsNew, getExternalWorkflowHandle, getSignalChannel, type SignalChannel, sleep } from '@perdure/core/workflow';

export interface MySignal {
  readonly Message: string;
}

/** The guide's: it fails unless the message is empty or the right one. */
export async function receiveSignal(): Promise<void> {
  const { Message } = await getSignalChannel<MySignal>('your-signal-name').receive();
  if (Message.length > 0 && Message !== 'SOME_VALUE') throw ApplicationFailure.create({ message: 'signal' });
}

/** Empties a channel without waiting. */
function drain(channel: SignalChannel<string>, items: readonly string[]): string[] {
  const drained = [...items];
  for (let item = channel.receiveAsync(); item !== undefined; item = channel.receiveAsync()) drained.push(item);
  return drained;
}

/** Waits for one item, then takes what else is there. */
export async function drainSignals(): Promise<string[]> {
  const channel = getSignalChannel<string>('item');
  return drain(channel, [await channel.receive()]);
}

/** Carries its items from run to run until the last one. */
export async function drainThenContinue(items: string[]): Promise<string[]> {
  const channel = getSignalChannel<string>('item');
  const all = drain(channel, [...items, await channel.receive()]);
  if (all.at(-1) === 'last') return all;
  return continueAsNew<typeof drainThenContinue>(all);
}

/** Opens no channel. */
export async function ignoresSignals(): Promise<string> {
  return 'done';
}

/** Notes what comes by two channels, until a timer ends it: a Selector is a condition on the lengths of channels. */
export async function selectSignals(): Promise<string[]> {
  const seen: string[] = [];
  const channels = [getSignalChannel<string>('first'), getSignalChannel<string>('second')];
  let isOver = false;
  const timer = sleep(1_000).then(() => {
    isOver = true;
  });
  while (!isOver) {
    await condition(() => isOver || channels.some(({ length }) => length > 0));
    const ready = channels.find(({ length }) => length > 0);
    if (ready) seen.push(`${ready.name}: ${ready.receiveAsync()}`);
  }
  await timer;
  return [...seen, 'timer'];
}

/** Takes what is there, in the order of the channels, until nothing is. */
export async function selectReady(): Promise<string[]> {
  const seen: string[] = [];
  const channels = [getSignalChannel<string>('first'), getSignalChannel<string>('second')];
  for (;;) {
    const ready = channels.find(({ length }) => length > 0);
    if (!ready) return [...seen, 'default'];
    seen.push(ready.receiveAsync() ?? '');
  }
}

/** Sends the guide's signal to another workflow. */
export async function signalExternal(id: string): Promise<void> {
  await getExternalWorkflowHandle(id).signal('your-signal-name', { Message: 'SOME_VALUE' });
}

/** Is signalled while its first workflow task runs, just before it completes. */
export async function closesOnSignal(): Promise<string[]> {
  return drain(getSignalChannel<string>('item'), []);
}
