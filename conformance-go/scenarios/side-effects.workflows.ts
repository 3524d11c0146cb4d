import { getSignalChannel, mutableSideEffect, proxySinks, sideEffect, sleep } from '@perdure/core/workflow';

const { effects } = proxySinks<{ effects: { ran(): void } }>();

/** Takes a value and tells the worker when its function ran. */
function told<T>(take: (fn: (value: T) => T) => T): T {
  let hasRun = false;
  try {
    return take((value) => {
      hasRun = true;
      return value;
    });
  } finally {
    if (hasRun) effects.ran();
  }
}

/** Records one value twice. */
export async function sideEffectTwice(): Promise<number[]> {
  return [1, 2].map(() => told<number>((ran) => sideEffect(() => ran(42))));
}

/** The guide's correct example; its number is how often the function was called. */
export async function sideEffectThenWait(): Promise<number> {
  let calls = 0;
  const number = told<number>((ran) => sideEffect(() => ran(++calls)));
  await getSignalChannel('go').receive();
  return number;
}

/** The guide's incorrect example. */
export async function sideEffectMisused(): Promise<number> {
  let number = 0;
  told<undefined>((ran) =>
    sideEffect(() => {
      number = 42;
      return ran(undefined);
    }),
  );
  await getSignalChannel('go').receive();
  return number;
}

let panics = true;

/** Throws in the first call. */
export async function sideEffectPanics(): Promise<number> {
  return told<number>((ran) =>
    sideEffect(() => {
      ran(42);
      panics = !panics;
      if (!panics) throw new Error('the side effect failed');
      return 42;
    }),
  );
}

const same = (a: unknown, b: unknown): boolean => a === b;
const mutable = (id: string, value: number): number => told<number>((ran) => mutableSideEffect(id, () => ran(value), same));

/** Asks for six values, five of them under one id, and waits for a replay. */
export async function mutableInOneTask(): Promise<number[]> {
  const numbers = [7, 7, 8, 8, 7].map((value) => mutable('configureNumber', value));
  numbers.push(mutable('anotherNumber', 7));
  await getSignalChannel('go').receive();
  return numbers;
}

/** Asks once per task; the next value comes by signal. */
export async function mutableThenWait(first: number): Promise<number[]> {
  const channel = getSignalChannel<number>('value');
  const numbers: number[] = [];
  for (let value = first; ; value = await channel.receive()) {
    numbers.push(mutable('configureNumber', value));
    if (numbers.length === 5) return numbers;
  }
}

/** Asks for nothing twice, then for a value; the function that compares would throw on nothing. */
export async function mutableNil(): Promise<string[]> {
  const sameText = (a: string | undefined, b: string | undefined): boolean => (a as string).length === (b as string).length && a === b;
  const seen = [undefined, undefined, 'set'].map((value) => {
    const text = told<string | undefined>((ran) => mutableSideEffect('configureText', () => ran(value), sameText));
    return text === undefined ? 'nil' : JSON.stringify(text);
  });
  await sleep(10);
  return seen;
}
