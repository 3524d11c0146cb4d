/** History files: real ones with changes, and whatever else somebody may import. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { historyFileFromJson, historyFileToJson } from '../../packages/core/src/history/history-file.ts';
import { HistoryFormatError, historyFromJson, historyToJson } from '../../packages/core/src/history/json.ts';
import { InvalidHistoryError, validateHistory } from '../../packages/core/src/history/validate.ts';
import type { Target } from './target.ts';
import { anything, intruder, mutated } from './values.ts';

const GOLDEN = 'conformance/golden';
const LARGEST = 60_000;

/** Recorded ones, of one run and of several. */
function recorded(): readonly unknown[] {
  const files = readdirSync(GOLDEN, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));
  const texts = files.map((name) => readFileSync(join(GOLDEN, name), 'utf8')).filter((text) => text.length < LARGEST);
  const found = texts.map((text) => JSON.parse(text) as Record<string, unknown>).filter((json) => Array.isArray(json['events']) || Array.isArray(json['runs']));
  if (found.length === 0) throw new Error(`there are no histories in ${GOLDEN}: run this in the root of the project`);
  return found;
}

/** A failure whose causes go on and on. */
const deepCause = fc.constantFrom(10, 1_000, 20_000).map((depth) => {
  let failure: object = { message: 'the last' };
  for (let i = 0; i < depth; i++) failure = { message: 'one more', cause: failure };
  const attributes = { workflowTaskCompletedEventId: '1', failure };
  return {
    events: [
      {
        eventId: '1',
        eventTime: '2026-01-01T00:00:00Z',
        eventType: 'EVENT_TYPE_WORKFLOW_EXECUTION_FAILED',
        workflowExecutionFailedEventAttributes: attributes,
      },
    ],
  };
});

/** Files are JSON. What that cannot say is a file of nothing. */
function asFile(value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value) ?? 'null') as unknown;
  } catch {
    return null;
  }
}

export const histories: Target<unknown> = {
  name: 'history files',
  share: 8,
  inputs: fc
    .oneof(
      { weight: 30, arbitrary: mutated(fc.constantFrom(...recorded()), 2) },
      { weight: 6, arbitrary: fc.record({ events: fc.oneof(fc.array(anything, { maxLength: 3 }), intruder), runs: intruder }, { requiredKeys: [] }) },
      { weight: 3, arbitrary: anything },
      { weight: 1, arbitrary: deepCause },
    )
    .map(asFile),
  create: () => ({
    check(json) {
      const file = historyFileFromJson(json);
      for (const { events } of file.runs) {
        const [before, after] = [events, historyFromJson(JSON.parse(JSON.stringify(historyToJson(events))))].map((list) =>
          list.map((event) => JSON.stringify(event)),
        );
        const at = before?.findIndex((event, index) => event !== after?.[index]) ?? -1;
        if (at >= 0) return `an event that was read is another one when it is written and read again: ${before?.[at]} is ${after?.[at]}`;
        if (events.length > 0) validateHistory(events);
      }
      JSON.stringify(historyFileToJson(file));
      return undefined;
    },
    isRefusal: (error) => error instanceof HistoryFormatError || error instanceof InvalidHistoryError,
  }),
};
