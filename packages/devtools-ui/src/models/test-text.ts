/** A run as a test of its code: what the run did is recorded in it, and it fails when the code would do something else. */
import { type HistoryEvent, historyFileToJson } from '@perdure/core/history';
import type { RunSummary } from '../backend/shapes.ts';
import { statusLook } from './status.ts';

export interface TestTextOptions {
  /** What the test imports the workflow code from. @default './workflows.ts' */
  readonly workflows?: string;
}

/** The text of a file in TypeScript for vitest. The payloads stand in it as they are stored. */
export function testText(
  { workflowId, runId, workflowType, status }: Pick<RunSummary, 'workflowId' | 'runId' | 'workflowType' | 'status'>,
  events: readonly HistoryEvent[],
  { workflows = './workflows.ts' }: TestTextOptions = {},
): string {
  const file = historyFileToJson({ runs: [{ workflowId, runId, events }] });
  const title = `the code does what ${workflowType} "${workflowId}" did: ${statusLook(status).label.toLowerCase()}, ${events.length} events`;
  return `/** Replays a run that was recorded: it fails when the code would decide otherwise. Made by the devtools from run ${commentText(runId)}. */
import { Worker } from '@perdure/core/worker';
import { test } from 'vitest';
import * as workflows from ${JSON.stringify(workflows)};

const history: { readonly events: readonly unknown[] } = ${literal(file)};

test(${JSON.stringify(title)}, async () => {
  await Worker.runReplayHistory({ workflows }, history, ${JSON.stringify(workflowId)});
});
`;
}

/** A name of `__proto__` would set the prototype, as the text is code and no JSON. */
const literal = (value: unknown): string => JSON.stringify(value, null, 2).replaceAll(/(?<!\\)"__proto__":/g, '["__proto__"]:');

const commentText = (text: string): string => text.replaceAll('*/', '* /').replaceAll(/\s+/g, ' ');
