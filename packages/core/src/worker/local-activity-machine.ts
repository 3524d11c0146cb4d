/**
 * Local activities, as a run sees them. They run in the worker while the workflow task is open; their results are markers.
 *
 *     scheduleLocalActivity ──▶ waiting ──(the worker ran it)──▶ a marker leaves, and the workflow is told
 *                                  └──(replay: the marker lies ahead)──▶ the workflow is told
 *
 * Results are told one at a time, in the order of their markers, each in an activation of its own: so live and replay agree.
 */
import type { Millis } from '../common/brand.ts';
import type { Failure } from '../common/failure.ts';
import type { WirePayload } from '../common/payload.ts';
import type { HistoryEvent } from '../history/events.ts';
import type { ActivityResolution, WorkflowCommand } from '../protocol/activation.ts';
import { NonDeterminismError } from './determinism.ts';
import { type ActivationJob, cancelled } from './machine.ts';
import type { OutgoingCommands } from './outgoing.ts';

export const LOCAL_ACTIVITY_MARKER = 'core_local_activity';

export type LocalActivityCommand = Extract<WorkflowCommand, { type: 'scheduleLocalActivity' }>;

/** How a local activity ended in the worker. */
export interface LocalActivityResult {
  readonly seq: number;
  readonly attempt: number;
  readonly originalScheduleTime: Millis;
  /** How long it took, pauses included. */
  readonly runtime: Millis;
  readonly outcome:
    | { readonly status: 'completed'; readonly result?: WirePayload }
    | { readonly status: 'failed' | 'timedOut' | 'cancelled'; readonly failure: Failure }
    /** Tried again after a timer of the workflow's: the pause is too long for a workflow task. */
    | { readonly status: 'backoff'; readonly failure: Failure; readonly backoff: Millis };
}

interface LocalActivity {
  readonly command: LocalActivityCommand;
  /** What the workflow's clock said. */
  readonly scheduledAt: Millis;
  isResolved: boolean;
}

/** The next thing to tell, and what the clock says then. */
export interface LocalResolution {
  readonly job: ActivationJob;
  readonly time: Millis | undefined;
}

export class LocalActivityMachines {
  readonly #outgoing: OutgoingCommands;
  readonly #bySeq = new Map<number, LocalActivity>();
  /** Markers of the task that is being replayed, in their order, until their activity is scheduled and told. */
  #ahead: MarkerData[] = [];
  readonly #results: LocalActivityResult[] = [];
  /** What the worker is to run, and to stop. */
  #toRun: LocalActivityCommand[] = [];
  #toCancel: number[] = [];

  constructor(outgoing: OutgoingCommands) {
    this.#outgoing = outgoing;
  }

  /** Activities whose end the workflow has not been told. */
  get pending(): number {
    let count = 0;
    for (const { isResolved } of this.#bySeq.values()) if (!isResolved) count++;
    return count;
  }

  foresee(event: HistoryEvent & { readonly type: 'MarkerRecorded' }): void {
    this.#ahead.push(readMarker(event));
  }

  /** @param now by the workflow's clock */
  schedule(command: LocalActivityCommand, now: Millis): void {
    this.#bySeq.set(command.seq, { command, scheduledAt: now, isResolved: false });
    this.#toRun.push(command);
  }

  requestCancel(seq: number, now: Millis): void {
    const activity = this.#bySeq.get(seq);
    if (!activity || activity.isResolved || this.#ahead.some((marker) => marker.seq === seq)) return;
    const { cancellationType, attempt, originalScheduleTime } = activity.command;
    if (cancellationType !== 'ABANDON') this.#toCancel.push(seq);
    if (cancellationType === 'WAIT_CANCELLATION_COMPLETED') return;
    this.#toRun = this.#toRun.filter((command) => command.seq !== seq);
    this.#results.push({
      seq,
      attempt,
      originalScheduleTime: originalScheduleTime ?? now,
      runtime: now - activity.scheduledAt,
      outcome: { status: 'cancelled', failure: cancelled() },
    });
  }

  /** The worker has run it. A result that comes after a cancellation was told is dropped. */
  ended(result: LocalActivityResult): void {
    const activity = this.#bySeq.get(result.seq);
    if (activity && !activity.isResolved && !this.#results.some(({ seq }) => seq === result.seq)) this.#results.push(result);
  }

  /** What the worker is to do now that the run is live: start these, stop those. */
  takeRequests(): { readonly run: readonly LocalActivityCommand[]; readonly cancel: readonly number[] } {
    const requests = { run: this.#toRun.filter(({ seq }) => !this.#bySeq.get(seq)?.isResolved), cancel: this.#toCancel };
    this.#toRun = [];
    this.#toCancel = [];
    return requests;
  }

  /** The next result for the workflow, live or from the markers ahead. */
  nextResolution(): LocalResolution | undefined {
    return this.#fromMarkers() ?? this.#fromResults();
  }

  /** @throws {NonDeterminismError} if the code has no such local activity */
  recorded(event: HistoryEvent & { readonly type: 'MarkerRecorded' }): void {
    const { seq, activityId, activityType } = readMarker(event);
    const activity = this.#bySeq.get(seq);
    const expected = `MarkerRecorded (local activity ${seq}, activityId "${activityId}", activityType "${activityType}")`;
    if (!activity) throw new NonDeterminismError(event.eventId, expected, `no local activity ${seq}`);
    const { command } = activity;
    if (command.activityId !== activityId || command.activityType !== activityType)
      throw new NonDeterminismError(
        event.eventId,
        expected,
        `local activity ${seq} (activityId "${command.activityId}", activityType "${command.activityType}")`,
      );
    this.#bySeq.delete(seq);
  }

  #fromMarkers(): LocalResolution | undefined {
    if (this.#ahead.length === 0) return undefined;
    const index = this.#ahead.findIndex(({ seq }) => this.#bySeq.has(seq));
    const marker = this.#ahead[index];
    if (!marker) return undefined;
    this.#ahead.splice(index, 1);
    const activity = this.#bySeq.get(marker.seq) as LocalActivity;
    activity.isResolved = true;
    this.#toRun = this.#toRun.filter(({ seq }) => seq !== marker.seq);
    return { job: resolveJob(activity.command, marker.outcome, marker.attempt, marker.originalScheduleTime), time: marker.completeTime };
  }

  #fromResults(): LocalResolution | undefined {
    const result = this.#results.shift();
    if (!result) return undefined;
    const activity = this.#bySeq.get(result.seq);
    if (!activity || activity.isResolved) return this.#fromResults();
    activity.isResolved = true;
    const time = activity.scheduledAt + Math.max(0, result.runtime); // the worker's clock may be another than the engine's: it measures, and tells no time
    this.#outgoing.add({ type: 'RecordMarker', attributes: markerOf(activity.command, result, time) }, (event) =>
      this.recorded(event as HistoryEvent & { readonly type: 'MarkerRecorded' }),
    );
    return { job: resolveJob(activity.command, result.outcome, result.attempt, result.originalScheduleTime), time };
  }
}

function resolveJob(command: LocalActivityCommand, outcome: LocalActivityResult['outcome'], attempt: number, originalScheduleTime: Millis): ActivationJob {
  return { type: 'resolveActivity', seq: command.seq, isLocal: true, result: resolutionOf(command, outcome, attempt, originalScheduleTime) };
}

/** A failure is told as it is; timeouts and cancellations are wrapped, as Temporal does. */
function resolutionOf(
  { activityId, activityType }: LocalActivityCommand,
  outcome: LocalActivityResult['outcome'],
  attempt: number,
  originalScheduleTime: Millis,
): ActivityResolution {
  const wrap = (message: string, cause: Failure): Failure => ({
    message,
    cause,
    activityFailureInfo: { scheduledEventId: 0, startedEventId: 0, activityType, activityId, retryState: 'CANCEL_REQUESTED' },
  });
  switch (outcome.status) {
    case 'completed':
      return outcome.result ? { status: 'completed', result: outcome.result } : { status: 'completed' };
    case 'backoff':
      return { status: 'backoff', attempt: attempt + 1, backoffDuration: outcome.backoff, originalScheduleTime };
    case 'cancelled':
      return { status: 'cancelled', failure: wrap('Local Activity cancelled', outcome.failure) };
    case 'timedOut':
      return { status: 'failed', failure: wrap('Local Activity timed out', outcome.failure) };
    case 'failed':
      return { status: 'failed', failure: outcome.failure };
  }
}

interface MarkerData {
  readonly seq: number;
  readonly attempt: number;
  readonly activityId: string;
  readonly activityType: string;
  readonly completeTime: Millis | undefined;
  readonly originalScheduleTime: Millis;
  readonly outcome: LocalActivityResult['outcome'];
}

interface Timestamp {
  readonly seconds: number;
  readonly nanos: number;
}

/** The JSON in the marker is written by Temporal's core: snake_case, protobuf's form of times. */
interface MarkerJson {
  readonly seq: number;
  readonly attempt: number;
  readonly activity_id: string;
  readonly activity_type: string;
  readonly complete_time: Timestamp | null;
  readonly backoff: Timestamp | null;
  readonly original_schedule_time: Timestamp | null;
}

const toTimestamp = (time: Millis): Timestamp => ({ seconds: Math.floor(time / 1_000), nanos: Math.round((time % 1_000) * 1_000_000) });
const fromTimestamp = ({ seconds, nanos }: Timestamp): Millis => seconds * 1_000 + nanos / 1_000_000;

function markerOf(
  { activityId, activityType }: LocalActivityCommand,
  result: LocalActivityResult,
  completeTime: Millis,
): import('../protocol/commands.ts').CommandAttributes['RecordMarker'] {
  const { outcome } = result;
  const data: MarkerJson = {
    seq: result.seq,
    attempt: result.attempt,
    activity_id: activityId,
    activity_type: activityType,
    complete_time: toTimestamp(completeTime),
    backoff: outcome.status === 'backoff' ? toTimestamp(outcome.backoff) : null,
    original_schedule_time: toTimestamp(result.originalScheduleTime),
  };
  const details = { data: [{ encoding: 'json/plain', data: JSON.stringify(data) }] };
  if (outcome.status !== 'completed') return { markerName: LOCAL_ACTIVITY_MARKER, details, failure: outcome.failure };
  return { markerName: LOCAL_ACTIVITY_MARKER, details: outcome.result ? { ...details, result: [outcome.result] } : details };
}

function readMarker({ attributes: { details, failure } }: HistoryEvent & { readonly type: 'MarkerRecorded' }): MarkerData {
  const json = JSON.parse(details?.['data']?.[0]?.data ?? '{}') as MarkerJson;
  const result = details?.['result']?.[0];
  const { seq, attempt, activity_id: activityId, activity_type: activityType } = json;
  return {
    seq,
    attempt,
    activityId,
    activityType,
    completeTime: json.complete_time ? Math.floor(fromTimestamp(json.complete_time)) : undefined,
    originalScheduleTime: json.original_schedule_time ? fromTimestamp(json.original_schedule_time) : 0,
    outcome: failure ? outcomeOf(failure, json.backoff) : result ? { status: 'completed', result } : { status: 'completed' },
  };
}

function outcomeOf(failure: Failure, backoff: Timestamp | null): LocalActivityResult['outcome'] {
  if (backoff) return { status: 'backoff', failure, backoff: fromTimestamp(backoff) };
  if (failure.canceledFailureInfo) return { status: 'cancelled', failure };
  return failure.timeoutFailureInfo ? { status: 'timedOut', failure } : { status: 'failed', failure };
}
