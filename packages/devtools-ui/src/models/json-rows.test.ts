import { expect, test } from 'vitest';
import { changedPaths } from './changed-paths.ts';
import { CHILDREN, findInJson, type JsonView, jsonRows, pathInWords, valueAt } from './json-rows.ts';
import { payloadsIn, payloadValue, readable, Unquoted } from './payload-value.ts';

const view = (change: Partial<JsonView> = {}): JsonView => ({ toggled: new Map(), limits: new Map(), opensBelow: 2, ...change });
const lines = (value: unknown, change?: Partial<JsonView>) =>
  jsonRows(value, view(change)).map(({ level, name = '', text }) => `${'  '.repeat(level - 1)}${name} ${text}`);

test('only what is unfolded has rows, and what is folded says what is in it', () => {
  const value = { order: { id: 1, items: ['a', 'b'], note: null, by: { name: 'me' } }, done: false };
  expect(lines(value)).toEqual([
    ' { order: {…}, done: false }',
    '  order { id: 1, items: […], note: null, … }',
    '    id 1',
    '    items ["a", "b"]',
    '    note null',
    '    by { name: "me" }',
    '  done false',
  ]);
  expect(lines(value, { opensBelow: 0 })).toHaveLength(1);
  expect(lines(value, { opensBelow: 1, toggled: new Map([['/order', true]]) })).toHaveLength(7);
});

test('a million children cost as many rows as are shown, and it is said how many there are', () => {
  const many = Array.from({ length: 1_000_000 }, (_, index) => index);
  expect(jsonRows(many, view())).toHaveLength(1);
  const rows = jsonRows(many, view({ toggled: new Map([['', true]]) }));
  expect(rows).toHaveLength(CHILDREN + 2);
  expect(rows.at(-1)).toMatchObject({ kind: 'cut', text: 'first 200 of 1,000,000', left: 1_000_000 - CHILDREN });
});

test('names that are like paths, or like the prototype, are names', () => {
  const value = JSON.parse('{"a/b": {"~": 1}, "__proto__": {"x": 2}}');
  const paths = jsonRows(value, view({ opensBelow: 9 })).map(({ path }) => path);
  expect(paths).toEqual(['', '/a~1b', '/a~1b/~0', '/__proto__', '/__proto__/x']);
  expect(paths.slice(2, 3).map((path) => valueAt(value, path))).toEqual([1]);
  expect(pathInWords('/a~1b/0/name')).toBe('["a/b"][0].name');
});

test('a search finds names and values, in their order', () => {
  const value = { user: { name: 'Ada' }, names: ['ADA', 'Eve'], count: 42 };
  expect(findInJson(value, 'ada')).toEqual(['/user/name', '/names/0']);
  expect(findInJson(value, 'name')).toEqual(['/user/name', '/names']);
  expect(findInJson(value, '')).toEqual([]);
});

test('what has changed is known by its path', () => {
  expect([...changedPaths({ a: 1, b: { c: [1, 2] }, gone: 1 }, { a: 1, b: { c: [1, 3, 4] } })].sort()).toEqual(['/b/c/1', '/b/c/2']);
  expect([...changedPaths(1, 2)]).toEqual(['']);
  expect([...changedPaths([1], { 0: 1 })]).toEqual(['']);
  expect([...changedPaths('a', 'a')]).toEqual([]);
});

test('payloads are values where they are JSON, else they say what they are', () => {
  expect(payloadValue({ encoding: 'json/plain', data: '{"a":1}' })).toEqual({ kind: 'json', value: { a: 1 } });
  expect(payloadValue({ encoding: 'json/plain', data: '{' })).toEqual({ kind: 'unread', text: '{' });
  expect(payloadValue({ encoding: 'binary/null' })).toEqual({ kind: 'json', value: undefined });
  expect(payloadValue({ encoding: 'binary/encrypted', data: 'AAAA', base64: true })).toEqual({ kind: 'unread', text: 'binary/encrypted, 3 bytes' });
});

test('attributes are read with their payloads as values, and durations in words', () => {
  const attributes = {
    input: [{ encoding: 'json/plain', data: '"a"' }],
    result: [{ encoding: 'json/plain', data: '1' }],
    startToCloseTimeout: 60_000,
    memo: { note: { encoding: 'json/plain', data: 'true' } },
  };
  expect(readable(attributes, payloadValue)).toEqual({ input: ['a'], result: 1, startToCloseTimeout: new Unquoted('1 m (60000 ms)'), memo: { note: true } });
  expect(payloadsIn(attributes)).toHaveLength(3);
});
