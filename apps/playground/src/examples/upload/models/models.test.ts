import { expect, test } from 'vitest';
import { chunkAt, chunkCount } from '../chunks.ts';
import { MEBIBYTE, MOST_FILE_BYTES, type UploadProgress } from '../contract.ts';
import type { PendingActivity } from '../engine-types.ts';
import { outlookOf } from './outlook.ts';
import { quotaInWords, reasonToRefuse } from './refuse.ts';
import type { UploadView } from './upload-view.ts';

const memo = { name: 'a.bin', size: 10 * MEBIBYTE, chunkSize: 4 * MEBIBYTE, store: 'opfs', uploadId: 'u' } as const;
const running: UploadView = {
  workflowId: 'w',
  runId: 'r',
  memo,
  status: 'RUNNING',
  startTime: 0,
  historyLength: 1,
  cancelRequested: false,
  pendingActivities: [],
};
const progress = (stage: UploadProgress['stage'], chunksSent = 0): UploadProgress => ({
  stage,
  chunkCount: 3,
  chunksSent,
  bytesSent: chunksSent * 4 * MEBIBYTE,
});
const pending = (state: PendingActivity['state'], more: Partial<PendingActivity> = {}): PendingActivity => ({
  activityId: '1',
  activityType: 'sendChunk',
  scheduledEventId: 5,
  state,
  attempt: 2,
  maximumAttempts: 0,
  taskQueue: 'q',
  scheduledTime: 0,
  ...more,
});
const away = { message: 'The network is away: no answer', applicationFailureInfo: { type: 'NetworkAway' } };

test('chunks cover the file, and an empty file has none', () => {
  expect([0, 1, 4, 9].map((size) => chunkCount({ size, chunkSize: 4 }))).toEqual([0, 1, 1, 3]);
  expect(chunkAt({ ...memo, size: 9, chunkSize: 4 }, 2)).toEqual({ uploadId: 'u', store: 'opfs', index: 2, start: 8, end: 9 });
});

test('an upload that waits for approval says so, and why', () => {
  expect(outlookOf({ ...running, progress: progress('awaiting approval') }, 0)).toEqual({
    tone: 'waiting',
    label: 'Waiting for you',
    words: 'Waiting for approval: the file is larger than 100 MiB.',
    fraction: 0,
  });
});

test('an upload whose every activity backs off counts down to the first of them', () => {
  const activities = [
    pending('BACKING_OFF', { nextAttemptScheduleTime: 9000, lastFailure: away }),
    pending('BACKING_OFF', { nextAttemptScheduleTime: 3000, lastFailure: away }),
  ];
  expect(outlookOf({ ...running, progress: progress('sending', 1), pendingActivities: activities }, 500)).toMatchObject({
    tone: 'backing off',
    words: 'Backing off: next attempt in 3 s (network is away; attempt 2 failed).',
  });
});

test('an endpoint that hangs and one that fails are told apart', () => {
  const words = (lastFailure: NonNullable<PendingActivity['lastFailure']>) =>
    outlookOf({ ...running, pendingActivities: [pending('BACKING_OFF', { nextAttemptScheduleTime: 0, lastFailure })] }, 0).words;
  expect(words({ message: 'activity Heartbeat timeout', timeoutFailureInfo: { timeoutType: 'HEARTBEAT' } })).toBe(
    'Backing off: next attempt now (the endpoint does not answer; attempt 2 failed).',
  );
  expect(words({ message: 'The endpoint answered 503: Told to fail' })).toBe(
    'Backing off: next attempt now (The endpoint answered 503: Told to fail; attempt 2 failed).',
  );
});

test('progress counts the chunks that are recorded and the bytes that are on their way', () => {
  const heartbeatDetails = [{ encoding: 'json/plain', data: String(MEBIBYTE) }];
  const activities = [pending('STARTED', { heartbeatDetails }), pending('BACKING_OFF', { heartbeatDetails })];
  expect(outlookOf({ ...running, progress: progress('sending', 1), pendingActivities: activities }, 0)).toEqual({
    tone: 'running',
    label: 'Sending',
    words: '1 of 3 chunks sent, 1 on their way, 1 backing off.',
    fraction: 0.5,
  });
});

test('a completed upload says whether the digests agree', () => {
  const done = (localSha256?: string): UploadView => ({
    ...running,
    status: 'COMPLETED',
    closeTime: 1,
    memo: { ...memo, ...(localSha256 && { localSha256 }) },
    result: { sha256: 'aa', size: 1, chunkCount: 1 },
  });
  expect([done('aa'), done('bb'), done()].map((upload) => outlookOf(upload, 0).words)).toEqual([
    "Sent. The server's digest is that of the file.",
    "Sent, but the server's digest is NOT that of the file.",
    "Sent. The server's digest is below; the file is too large for this page to compute its own.",
  ]);
});

test('a workflow task that backs off is not hidden behind the upload', () => {
  const upload: UploadView = { ...running, pendingWorkflowTask: { state: 'BACKING_OFF', attempt: 2, scheduledTime: 0, notBefore: 4000 } };
  expect(outlookOf(upload, 0).words).toBe("The workflow's code fails: next attempt in 4 s (attempt 3).");
});

test('a file past 1 GiB is refused, and one of 1 GiB is not', () => {
  expect(reasonToRefuse(MOST_FILE_BYTES, {})).toBeUndefined();
  expect(reasonToRefuse(MOST_FILE_BYTES + 2 * MEBIBYTE, {})).toBe('It has 1,075,838,976 bytes; files up to 1 GiB (1,073,741,824 bytes) are taken.');
});

test('a file for which the browser has no room is refused in words', () => {
  expect(reasonToRefuse(2 * MEBIBYTE, { quota: 10 * MEBIBYTE, usage: 9 * MEBIBYTE })).toBe(
    'It has 2 MiB, and the browser has 1 MiB left for this site. Free some disk space, or remove what this site stores, and drop it again.',
  );
  expect(quotaInWords(MEBIBYTE, {})).toContain('the browser has too little left for this site');
});
