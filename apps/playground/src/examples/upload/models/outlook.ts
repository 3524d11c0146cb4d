/** How an upload stands, in words: what it does, or what it waits for and until when. Pure, so that every sentence has a test. */
import { failureText, formatCountdown, statusLook, type Tone } from '@perdure/devtools-ui/parts';
import { chunkCount } from '../chunks.ts';
import type { UploadFailureType } from '../contract.ts';
import type { PendingActivity } from '../engine-types.ts';
import type { UploadView } from './upload-view.ts';

export interface Outlook {
  readonly tone: Tone;
  readonly label: string;
  readonly words: string;
  /** From 0 to 1. */
  readonly fraction: number;
}

/** @param now milliseconds since the epoch, for the count-downs */
export function outlookOf(upload: UploadView, now: number): Outlook {
  const { tone, label } = statusLook(upload.status);
  if (upload.status !== 'RUNNING') return { tone, label, words: endInWords(upload), fraction: upload.status === 'COMPLETED' ? 1 : fractionOf(upload) };
  return { ...waitInWords(upload, now), fraction: fractionOf(upload) };
}

function endInWords({ status, failure, result, memo }: UploadView): string {
  switch (status) {
    case 'COMPLETED':
      return result ? digestInWords(result.sha256, memo.localSha256) : 'Sent.';
    case 'CANCELLED':
      return 'Cancelled: the stored copy is removed, the server was told to forget its chunks.';
    case 'TERMINATED':
      return 'Terminated: ended at once, without cleaning up.';
    default:
      return failure ?? 'It did not end well, and the engine gave no reason.';
  }
}

function digestInWords(server: string, local: string | undefined): string {
  if (local === undefined) return "Sent. The server's digest is below; the file is too large for this page to compute its own.";
  return local === server ? "Sent. The server's digest is that of the file." : "Sent, but the server's digest is NOT that of the file.";
}

type Wait = Omit<Outlook, 'fraction'>;

function waitInWords(upload: UploadView, now: number): Wait {
  const { progress, pendingActivities: pending, pendingWorkflowTask: task } = upload;
  if (task?.state === 'BACKING_OFF') {
    const words = `The workflow's code fails: next attempt ${inTime((task.notBefore ?? now) - now)} (attempt ${task.attempt + 1}).`;
    return { tone: 'backing off', label: 'Backing off', words };
  }
  const backingOff = pending.filter((activity) => activity.state === 'BACKING_OFF');
  if (pending.length > 0 && backingOff.length === pending.length) return backoffInWords(backingOff, now);
  if (upload.cancelRequested) return { tone: 'running', label: 'Cancelling', words: 'Cancelling: removing the stored copy, telling the server.' };
  switch (progress?.stage) {
    case undefined:
      return { tone: 'queued', label: 'Starting', words: 'Starting.' };
    case 'awaiting approval':
      return { tone: 'waiting', label: 'Waiting for you', words: 'Waiting for approval: the file is larger than 100 MiB.' };
    case 'completing':
      return { tone: 'running', label: 'Completing', words: "All chunks are sent. Waiting for the server's digest of the whole." };
    case 'cleaning up':
      return { tone: 'running', label: 'Cleaning up', words: 'Removing the stored copy.' };
    case 'sending':
      return { tone: 'running', label: 'Sending', words: sendingInWords(upload, backingOff.length) };
  }
}

function backoffInWords(activities: readonly PendingActivity[], now: number): Wait {
  const next = activities.reduce((first, other) => ((other.nextAttemptScheduleTime ?? now) < (first.nextAttemptScheduleTime ?? now) ? other : first));
  const wait = inTime((next.nextAttemptScheduleTime ?? now) - now);
  return { tone: 'backing off', label: 'Backing off', words: `Backing off: next attempt ${wait} (${reasonInWords(next)}; attempt ${next.attempt} failed).` };
}

const REASONS: Partial<Record<UploadFailureType, string>> = { NetworkAway: 'network is away' };

function reasonInWords({ lastFailure }: PendingActivity): string {
  if (!lastFailure) return 'no reason known';
  if (lastFailure.timeoutFailureInfo?.timeoutType === 'HEARTBEAT') return 'the endpoint does not answer';
  const type = lastFailure.applicationFailureInfo?.type as UploadFailureType | undefined;
  return (type && REASONS[type]) ?? failureText(lastFailure);
}

function sendingInWords({ memo, progress, pendingActivities }: UploadView, backingOff: number): string {
  const sent = progress?.chunksSent ?? 0;
  const onTheirWay = pendingActivities.filter(({ activityType, state }) => activityType === 'sendChunk' && state === 'STARTED').length;
  const parts = [
    `${sent} of ${chunkCount(memo)} chunks sent`,
    ...(onTheirWay > 0 ? [`${onTheirWay} on their way`] : []),
    ...(backingOff > 0 ? [`${backingOff} backing off`] : []),
  ];
  return `${parts.join(', ')}.`;
}

function fractionOf({ memo, progress, pendingActivities }: UploadView): number {
  if (memo.size === 0) return 0;
  const underWay = pendingActivities.reduce((sum, activity) => sum + bytesOnTheirWay(activity), 0);
  return Math.min(1, ((progress?.bytesSent ?? 0) + underWay) / memo.size);
}

/** The heartbeat's details of `sendChunk`: a number of bytes. Those of an attempt that failed count for nothing: the next one begins anew. */
function bytesOnTheirWay({ activityType, state, heartbeatDetails }: PendingActivity): number {
  const details = heartbeatDetails?.[0];
  if (activityType !== 'sendChunk' || state !== 'STARTED' || details?.encoding !== 'json/plain') return 0;
  const bytes: unknown = JSON.parse(details.data ?? 'null');
  return typeof bytes === 'number' ? bytes : 0;
}

const inTime = (ms: number): string => (ms <= 0 ? 'now' : `in ${formatCountdown(ms)}`);
