import { expect, test } from 'vitest';
import type { UploadView } from '../models/upload-view.ts';
import { createUploadsStore, dropStoring, putStoring, putUpload, select } from './uploads-store.ts';

const upload = (workflowId: string, startTime: number): UploadView => ({
  workflowId,
  runId: 'r',
  memo: { name: workflowId, size: 1, chunkSize: 1, store: 'opfs', uploadId: workflowId },
  status: 'RUNNING',
  startTime,
  historyLength: 1,
  cancelRequested: false,
  pendingActivities: [],
});

test('uploads are listed newest first, each once', () => {
  const store = createUploadsStore();
  for (const each of [upload('a', 1), upload('b', 2), { ...upload('a', 1), status: 'COMPLETED' as const }]) putUpload(store, each);
  expect(store.getState().uploads.map(({ workflowId, status }) => [workflowId, status])).toEqual([
    ['b', 'RUNNING'],
    ['a', 'COMPLETED'],
  ]);
});

test('one upload is selected at a time, and none after that is taken back', () => {
  const store = createUploadsStore();
  select(store, 'a');
  select(store, 'b');
  expect(store.getState().selectedId).toBe('b');
  select(store, undefined);
  expect(store.getState()).not.toHaveProperty('selectedId');
});

test('a file that is being stored is shown once, as far as it is', () => {
  const store = createUploadsStore();
  const view = { uploadId: 'a', name: 'a', size: 10, bytesKept: 0 };
  putStoring(store, view);
  putStoring(store, { ...view, bytesKept: 7 });
  expect(store.getState().storing).toEqual([{ ...view, bytesKept: 7 }]);
  dropStoring(store, 'a');
  expect(store.getState().storing).toEqual([]);
});
