import { describe, expect, test } from 'vitest';
import { type Edit, editPage, LAST_FENCE, type Page, rowBytes } from './page.ts';
import type { Key } from './store.ts';

const pageOf = (...numbers: number[]): Page => ({ fence: [9], keys: numbers.map((n): Key => [n]), texts: numbers.map(String) });

describe('editing a page', () => {
  test('puts, replaces and removes in order', () => {
    const edits: Edit[] = [
      [[0], 'new'],
      [[1], undefined],
      [[2], 'other'],
      [[2.5], undefined],
      [[9], 'end'],
    ];
    expect(editPage(pageOf(1, 2, 3), edits, 1000)).toEqual([{ fence: [9], keys: [[0], [2], [3], [9]], texts: ['new', 'other', '3', 'end'] }]);
  });

  test('changes nothing when the page has it already, or what is removed is not there', () => {
    expect(
      editPage(
        pageOf(1, 2),
        [
          [[1], '1'],
          [[1.5], undefined],
        ],
        1000,
      ),
    ).toBeUndefined();
  });

  test('leaves no page when no row is left', () => {
    expect(editPage(pageOf(1), [[[1], undefined]], 1000)).toEqual([]);
  });

  test('cuts a page of more than twice the size; the last part keeps the fence', () => {
    const size = rowBytes([1], 'x');
    const edits = [1, 2, 3, 4, 5].map((n): Edit => [[n], 'x']);
    const pages = editPage({ fence: LAST_FENCE, keys: [], texts: [] }, edits, 2 * size);
    expect(pages?.map(({ fence, keys }) => [fence, keys])).toEqual([
      [[2], [[1], [2]]],
      [LAST_FENCE, [[3], [4], [5]]],
    ]);
  });

  test('gives a row that is too big for a page one of its own', () => {
    const edits: Edit[] = [
      [[1], 'x'.repeat(5000)],
      [[2], 'y'.repeat(5000)],
      [[3], 'z'],
    ];
    expect(editPage({ fence: LAST_FENCE, keys: [], texts: [] }, edits, 100)?.map(({ keys }) => keys)).toEqual([[[1]], [[2]], [[3]]]);
  });
});
