/** The small languages: filters of lists, cron schedules, durations. */
import fc from 'fast-check';
import { CronError, cronBackoff, parseCron } from '../../packages/core/src/common/cron.ts';
import { type Duration, toMillis } from '../../packages/core/src/common/duration.ts';
import { searchAttributeTypes } from '../../packages/core/src/common/search-attribute-types.ts';
import { isServiceError } from '../../packages/core/src/common/service-error.ts';
import type { WorkflowExecutionSummary } from '../../packages/core/src/protocol/workflow-service.ts';
import { parseFilter } from '../../packages/core/src/service/visibility-filter.ts';
import type { Target } from './target.ts';
import { anything, intruder, textsOf } from './values.ts';

const FILTER_WORDS =
  `ExecutionStatus WorkflowId WorkflowType StartTime CloseTime HistoryLength CustomIntField CustomKeywordField CustomKeywordListField CustomTextField CustomBoolField
  CustomDoubleField CustomDatetimeField __proto__ constructor AND OR NOT IN BETWEEN IS NULL STARTS_WITH GROUP BY ORDER = != <> < <= > >= ( ) , "Running" 'x' " ' \` \\ 1 -2.5 1e5
  true "2026-01-01T00:00:00Z"`
    .split(/\s+/)
    .flatMap((word) => [word, ` ${word} `]);
const FILTERS = [
  'ExecutionStatus = "Running" AND (WorkflowType IN ("order", "refund") OR StartTime > "2026-01-01T00:00:00Z")',
  'CustomIntField BETWEEN 1 AND 5 OR NOT CustomKeywordField STARTS_WITH "a" GROUP BY ExecutionStatus',
  'CustomTextField = "some words" AND CustomBoolField != true AND CloseTime IS NOT NULL',
];
const SUMMARY: WorkflowExecutionSummary = {
  namespace: 'default',
  workflowId: 'id',
  runId: 'run',
  workflowType: 'order',
  taskQueue: 'queue',
  status: 'COMPLETED',
  startTime: 1_000,
  executionTime: 1_000,
  closeTime: 2_000,
  historyLength: 5,
  historySizeBytes: 500,
  firstExecutionRunId: 'run',
  searchAttributes: { CustomIntField: { encoding: 'json/plain', data: '3', metadata: { type: 'Int' } } },
};

export const filters: Target<string> = {
  name: 'filters',
  share: 10,
  inputs: textsOf(FILTER_WORDS, FILTERS),
  create() {
    const types = searchAttributeTypes(undefined);
    return {
      check(query) {
        const { matches } = parseFilter(query, types);
        return typeof matches(SUMMARY) === 'boolean' ? undefined : 'a filter says neither yes nor no';
      },
      isRefusal: (error) => isServiceError(error, 'InvalidArgument'),
    };
  },
};

const CRON_WORDS = [
  '*',
  '/',
  '-',
  ',',
  ' ',
  '?',
  '0',
  '5',
  '59',
  '31',
  '1-5',
  '*/2',
  'MON',
  'JAN',
  'fri',
  '@every ',
  '@daily',
  '@',
  '1h',
  '30s',
  '9'.repeat(30),
  '.',
  'CRON_TZ=Europe/Berlin ',
  'TZ=',
  'UTC ',
  '-1',
  '1e9',
];
const CRONS = [
  '*/5 * * * *',
  '0 12 * * MON-FRI',
  '0 0 29 2 *',
  'CRON_TZ=America/New_York 30 2 * * *',
  '@every 1h30m',
  '0 0 31 2,4 ?',
  '59 23 31 12 6',
  '@monthly',
];

/** Moments, the ends of time among them. */
const moment = fc.oneof(fc.integer({ min: 0, max: 4e12 }), fc.constantFrom(0, -1, 8.64e15, 8.64e15 - 1, -8.64e15, 1e15, Number.MAX_SAFE_INTEGER, 0.5));

export const crons: Target<readonly [text: string, from: number, until: number]> = {
  name: 'cron schedules',
  share: 10,
  inputs: fc.tuple(textsOf(CRON_WORDS, CRONS), moment, moment),
  create: () => ({
    check([text, from, until]) {
      const next = parseCron(text).next(from);
      if (next !== undefined && !(Number.isFinite(next) && next > from)) return `the tick after ${from} is ${next}`;
      const wait = cronBackoff(text, Math.min(from, until), Math.max(from, until));
      return wait === undefined || (Number.isFinite(wait) && wait >= 0) ? undefined : `the wait is ${wait}`;
    },
    isRefusal: (error) => error instanceof CronError,
  }),
};

const DURATION_WORDS = ['1', '-', '.', '5', ' ', 'ms', 's', 'minutes', 'h', 'd', 'weeks', 'y', 'e', '9'.repeat(40), '1e3', 'Infinity', '0x10', '٣'];

export const durations: Target<unknown> = {
  name: 'durations',
  share: 6,
  inputs: fc.oneof(textsOf(DURATION_WORDS, ['5 minutes', '1.5h', '30 days', '100', '-1 s']), intruder, anything),
  create: () => ({
    check(duration) {
      const millis = toMillis(duration as Duration, 'startToCloseTimeout');
      return Number.isFinite(millis) ? undefined : `a duration is ${millis}`;
    },
    isRefusal: (error) => error instanceof TypeError && error.message.startsWith('Invalid duration '),
  }),
};
