import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { openIndexedDbFiles } from './file-store-indexeddb.ts';

test('a file that was written is there for another opening, is listed, and is gone when removed', async () => {
  const store = await openIndexedDbFiles();
  const kept: number[] = [];
  await store.write('a', new Blob(['hello']), (bytes) => kept.push(bytes));
  const other = await openIndexedDbFiles();
  expect(await (await other.read('a'))?.text()).toBe('hello');
  expect(await other.list()).toEqual(['a']);
  await other.remove('a');
  await other.remove('a');
  expect(await store.read('a')).toBeUndefined();
  expect(kept).toEqual([5]);
});
