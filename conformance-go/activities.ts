/** The activities of the ported scenarios. */
import { ApplicationFailure, activityInfo, CompleteAsyncError, Context, heartbeat, sleep } from '@perdure/core/activity';
import { Point } from './point.ts';

/** Returns its input, decorated. */
export async function yourActivity(input: string): Promise<string> {
  return `activity: ${input}`;
}

/** Fails before the given attempt. */
export async function failsUntil(attempt: number): Promise<number> {
  const now = activityInfo().attempt;
  if (now < attempt) throw ApplicationFailure.create({ message: 'not yet', type: 'TooEarly', details: [now] });
  return attempt;
}

export interface SampleInput {
  readonly StartIndex: number;
  readonly EndIdx: number;
  readonly FailAt: number;
}

/** The guide's: it reports each index, fails once, and resumes from the details. */
export async function sampleActivity({ StartIndex, EndIdx, FailAt }: SampleInput): Promise<number[]> {
  const { attempt, heartbeatDetails } = activityInfo();
  const done: number[] = [];
  for (let i = heartbeatDetails === undefined ? StartIndex : heartbeatDetails + 1; i < EndIdx; i++) {
    if (i === FailAt && attempt === 1) throw ApplicationFailure.create({ message: 'half way' });
    done.push(i);
    heartbeat(i);
  }
  return done;
}

/** Heartbeats, then falls silent past its heartbeat timeout. */
export async function beatOnce(details: string): Promise<void> {
  heartbeat(details);
  await Context.current().cancelled;
}

/** What a pending activity left for the scenario that completes it, by workflow id. */
export const pendingTasks: Map<string, { readonly taskToken: Uint8Array; readonly activityId: string }> = new Map();

/** Completes asynchronously. */
export async function pending(_input: string): Promise<string> {
  const { taskToken, activityId, workflowExecution } = activityInfo();
  pendingTasks.set(workflowExecution?.workflowId ?? '', { taskToken, activityId });
  throw new CompleteAsyncError();
}

/** Takes some milliseconds. */
export async function slow(milliseconds: number): Promise<void> {
  await sleep(milliseconds);
}

/** Heartbeats until the answer is a cancellation. */
export async function beatUntilCancelled(): Promise<void> {
  for (let i = 0; ; i++) {
    heartbeat(i);
    await sleep(50);
  }
}

export async function refuse(why: string): Promise<void> {
  throw ApplicationFailure.nonRetryable('refused', 'Fatal', why);
}

export async function shiftPoint(point: Point, direction: string): Promise<Point> {
  return new Point(direction === 'right' ? point.X + 1 : point.X, point.Y);
}
