import { expect, test } from 'vitest';
import { digestOf, hashesOf, RunDigest } from './run-digest.ts';

const json = (value: unknown, type?: string) => ({ encoding: 'json/plain', data: JSON.stringify(value), ...(type ? { metadata: { type } } : {}) });

const run = (index: number, more: object = {}) => ({
  workflowId: `order-${index}`,
  runId: `run-${index}`,
  workflowType: 'order',
  taskQueue: 'queue',
  status: 'RUNNING',
  startTime: 1_000 + index,
  executionTime: 1_000 + index,
  historyLength: 0,
  historySizeBytes: 0,
  ...more,
});

const read = (...runs: object[]) => new RunDigest(digestOf(runs) as string);

test('a digest counts runs by type and status, and knows between which values they are', () => {
  const digest = read(run(1), run(2, { status: 'FAILED', closeTime: 5_000 }), run(3));
  expect([digest.rows, digest.groups]).toEqual([
    3,
    [
      { workflowType: 'order', status: 'RUNNING', count: 2 },
      { workflowType: 'order', status: 'FAILED', count: 1 },
    ],
  ]);
  expect(digest.range('startTime')).toEqual({ count: 3, span: { kind: 'number', lowest: 1_001, highest: 1_003 } });
  expect(digest.range('closeTime')).toEqual({ count: 1, span: { kind: 'number', lowest: 5_000, highest: 5_000 } });
  expect(digest.range('workflowId')).toEqual({ count: 3, span: { kind: 'text', lowest: 'order-1', highest: 'order-3' } });
});

test('a digest has the span of an attribute only where all its values are of one kind', () => {
  const digest = read(
    run(1, { searchAttributes: { n: json([3, -2]), when: json('1970-01-01T00:00:01Z', 'Datetime'), mixed: json(1), empty: json([]), constructor: json('x') } }),
    run(2, { searchAttributes: { n: json(7, 'Int'), mixed: json('1') } }),
  );
  expect(digest.attribute('n')).toEqual({ count: 2, span: { kind: 'number', lowest: -2, highest: 7 } });
  expect([digest.values('n'), digest.values('when'), digest.values('mixed'), digest.values('toString')]).toEqual([[-2, 3, 7], undefined, undefined, undefined]);
  expect(digest.attribute('when')).toEqual({ count: 1, span: { kind: 'moment', lowest: 1_000, highest: 1_000 } });
  expect(digest.attribute('mixed')).toEqual({ count: 2, span: undefined });
  for (const name of ['empty', 'toString', 'none']) expect(digest.attribute(name)).toEqual({ count: 0, span: undefined });
});

test('a digest denies no text that a run has, and nearly all others', () => {
  const runs = Array.from({ length: 30 }, (_, index) =>
    run(index, { parentExecution: { workflowId: `parent-${index}`, runId: `pr-${index}` }, searchAttributes: { colour: json([`c${index}`, 'größe 😀']) } }),
  );
  const digest = read(...runs);
  const has = (text: string) => digest.mayHave(hashesOf(text));
  expect(runs.flatMap((_, i) => [`order-${i}`, `run-${i}`, `parent-${i}`, `pr-${i}`, `c${i}`]).filter((text) => !has(text))).toEqual([]);
  expect(['queue', 'größe 😀'].map(has)).toEqual([true, true]);
  const wrong = Array.from({ length: 10_000 }, (_, index) => `none-${index}`).filter(has);
  expect(wrong.length).toBeLessThan(40);
});

test('there is no digest of what is no summary', () => {
  expect([digestOf([run(1), null]), digestOf([{}]), digestOf([run(1, { searchAttributes: { broken: { encoding: 'json/plain', data: '{' } } })])]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
