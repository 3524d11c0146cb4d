/** Workflow code that tells of its variables: it does what it did, and says what it holds. */
import { parseAst } from 'vite';
import { afterEach, expect, test } from 'vitest';
import { probeVariables } from './probe-variables.ts';

const PROBE = Symbol.for('perdure.variables');
const realm = globalThis as unknown as { [PROBE]?: unknown };
afterEach(() => {
  delete realm[PROBE];
});

const probed = (code: string): string => probeVariables(code, parseAst(code));

/** Runs `code`, an expression of an async function that may call `look`, and tells what was to be seen at each look. */
async function looksOf(code: string, ...args: unknown[]): Promise<unknown[]> {
  type Read = () => [string, () => unknown][];
  const running = new Set<{ name: string; reads: Set<Read> }>();
  realm[PROBE] = (name: string, read: Read) => {
    const scope = { name, reads: new Set([read]) };
    running.add(scope);
    return {
      end: () => running.delete(scope),
      block(inner: Read) {
        scope.reads.add(inner);
        return { end: () => scope.reads.delete(inner) };
      },
    };
  };
  const looks: unknown[] = [];
  const look = (): void => {
    const values = ([name, read]: [string, () => unknown]): [string, unknown][] => {
      try {
        return [[name, read()]];
      } catch {
        return [];
      }
    };
    looks.push([...running].map(({ name, reads }) => [name, Object.fromEntries([...reads].flatMap((read) => read().flatMap(values)))]));
  };
  const made = new Function('look', `return (${probed(`(${code})`)})`)(look) as (...args: unknown[]) => Promise<unknown>;
  looks.push(await made(...args));
  expect(running.size).toBe(0);
  return looks;
}

test('parameters and variables of a function are told, those that are not initialized yet left out', async () => {
  const code = `async function order(id, { price, ...rest }, [first = 7, ...others], times = 2) {
    look();
    let state = 'new';
    const seen = [id];
    await null;
    look();
    state = 'done';
    await null;
    look();
    var late = 1;
    return state;
  }`;
  const known = { id: 'a', price: 3, rest: { tax: 1 }, first: 7, others: [5], times: 2, late: undefined };
  expect(await looksOf(code, 'a', { price: 3, tax: 1 }, [undefined, 5])).toEqual([
    [['order', known]],
    [['order', { ...known, state: 'new', seen: ['a'] }]],
    [['order', { ...known, state: 'done', seen: ['a'] }]],
    'done',
  ]);
});

test('a block that awaits adds its variables while it runs: loops and catch with their headers', async () => {
  const code = `async () => {
    for (const item of [1, 2]) { const double = item * 2; await null; look(); if (item === 2) break; }
    for (let i = 0; i < 1; i++) { await null; look(); continue; }
    try { throw 'no'; } catch (reason) { await null; look(); }
    await null;
    look();
  }`;
  expect(await looksOf(code)).toEqual([
    [['', { item: 1, double: 2 }]],
    [['', { item: 2, double: 4 }]],
    [['', { i: 0 }]],
    [['', { reason: 'no' }]],
    [['', {}]],
    undefined,
  ]);
});

test('functions that call each other are told apart, whatever form they have', async () => {
  const code = `async function outer() {
    const inner = async (depth) => { await null; look(); return depth; };
    const object = { async method(x) { await null; look(); return x; } };
    const quick = async (x) => x;
    const sync = (x) => { const y = x; return y; };
    return [await inner(1), await object.method(2), await quick(3), sync(4)];
  }`;
  const looks = await looksOf(code);
  expect(looks).toMatchObject([
    [
      ['outer', {}],
      ['inner', { depth: 1 }],
    ],
    [
      ['outer', {}],
      ['method', { x: 2 }],
    ],
    [1, 2, 3, 4],
  ]);
});

test('what a function returns, throws and leaves early stays as it was', async () => {
  expect(await looksOf('async () => { for (const x of [1]) { await null; return x; } }')).toEqual([1]);
  await expect(looksOf('async () => { const x = 1; await null; throw new TypeError(String(x)); }')).rejects.toThrow(new TypeError('1'));
});

test('lines keep their places, and code that awaits nothing is left alone', () => {
  const code = 'export async function f() {\n  const a = 1;\n  await a;\n}\nexport async function g() {\n  return 1;\n}\n';
  const lines = probed(code).split('\n');
  expect(lines).toHaveLength(code.split('\n').length);
  expect(lines[1]).toBe('  const a = 1;');
  expect(probed('export const f = async () => { return 1; };')).toBe('export const f = async () => { return 1; };');
});
