/** Histories for the tests of the models: by hand, and all that a real server recorded. */
import { readdirSync, readFileSync } from 'node:fs';
import type { WirePayload } from '@perdure/core/common';
import { type HistoryEvent, type HistoryRun, historyFileFromJson } from '@perdure/core/history';
import type { DescribedRun, PendingActivity } from '../backend/shapes.ts';

export type Given = readonly (string | number | object)[];

/** Events from [type, time in ms, attributes]; ids count from 1, and attributes that a test does not care about are left out. */
export const history = (...events: readonly Given[]): HistoryEvent[] =>
  events.map(([type, eventTime, attributes = {}], index) => ({ eventId: index + 1, eventTime, type, attributes }) as unknown as HistoryEvent);

export const json = (value: unknown): WirePayload => ({ encoding: 'json/plain', data: JSON.stringify(value) });

/** A description of a running run with nothing pending, but for what is given. */
export const described = ({
  summary,
  ...given
}: Partial<Omit<DescribedRun, 'summary'>> & { readonly summary?: Partial<DescribedRun['summary']> } = {}): DescribedRun => ({
  summary: {
    namespace: 'default',
    workflowId: 'order-1',
    runId: 'run-1',
    workflowType: 'order',
    taskQueue: 'demo',
    status: 'RUNNING',
    startTime: 0,
    executionTime: 0,
    historyLength: 1,
    historySizeBytes: 100,
    firstExecutionRunId: 'run-1',
    ...summary,
  },
  pendingActivities: [],
  pendingTimers: [],
  pendingChildren: [],
  cancelRequested: false,
  durability: 'strict',
  workflowTaskTimeout: 10_000,
  ...given,
});

export const pendingActivity = (given: Partial<PendingActivity>): PendingActivity => ({
  activityId: '1',
  activityType: 'charge',
  scheduledEventId: 1,
  state: 'SCHEDULED',
  attempt: 1,
  maximumAttempts: 5,
  taskQueue: 'demo',
  scheduledTime: 0,
  ...given,
});

const golden = new URL('../../../../conformance/golden/', import.meta.url);

/** Each run of each golden history, by the name of its scenario. */
export function* goldenRuns(): Generator<HistoryRun & { readonly name: string }> {
  for (const file of readdirSync(golden).filter((each) => each.endsWith('.json')))
    for (const run of historyFileFromJson(JSON.parse(readFileSync(new URL(file, golden), 'utf8'))).runs) yield { ...run, name: file };
}
