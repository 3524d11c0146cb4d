import { mutableSideEffect, patched, proxyActivities, sideEffect } from '@perdure/core/workflow';
import type * as activities from '../activities.ts';
import type { Point } from '../point.ts';
import type { WorkflowExecution } from '../workflow-execution.ts';

const { shiftPoint, yourActivity } = proxyActivities<typeof activities>({ startToCloseTimeout: '10s' });

/** Moves a point by an activity. */
export async function movePoint(point: Point, direction: string): Promise<Point> {
  return shiftPoint(point, direction);
}

/** Sends its input through markers, an activity and the result. */
export async function echoMarkers(input: string): Promise<string> {
  const text = sideEffect(() => input);
  patched('your-change-id-1');
  return yourActivity(text);
}

/** Sends its input through a mutable side effect. */
export async function echoMutable(input: string): Promise<string> {
  return mutableSideEffect('configureText', () => input);
}

/** Takes one value for each default converter and returns the last. */
export async function defaultOrder(_nil: undefined, _bytes: Uint8Array, _message: WorkflowExecution, _text: string, point: unknown): Promise<unknown> {
  return point;
}
