import { expect, test } from 'vitest';
import type { RunSummary } from '../backend/shapes.ts';
import { described } from '../models/groups.test-kit.ts';
import { createSelection, type Selection } from './selection.ts';

const rows: readonly RunSummary[] = ['a', 'b', 'c', 'd', 'e'].map((runId) => described({ summary: { runId } }).summary);
const at = (index: number): RunSummary => rows[index] as RunSummary;
const picked = ({ store }: Selection): string => [...store.getState().picked.keys()].sort().join('');

test('runs are picked one by one, and a range from the last one', () => {
  const selection = createSelection();
  selection.toggle(at(3));
  selection.toggle(at(0));
  selection.toggle(at(3));
  expect(picked(selection)).toBe('a');
  selection.toggle(at(1));
  selection.extend(rows, at(3));
  expect(picked(selection)).toBe('abcd');
  selection.toggle(at(4));
  selection.extend(rows, at(2));
  expect(picked(selection)).toBe('abcde');
  selection.clear();
  selection.extend(rows, at(2));
  selection.extend(rows, at(4));
  expect(picked(selection)).toBe('cde');
});

test('all of the query are meant until one is picked by itself', () => {
  const selection = createSelection();
  selection.pick([at(0), at(1)]);
  selection.pickAll();
  expect(selection.store.getState()).toEqual({ picked: new Map(), isAll: true });
  selection.toggle(at(1));
  expect([picked(selection), selection.store.getState().isAll]).toEqual(['b', false]);
});
