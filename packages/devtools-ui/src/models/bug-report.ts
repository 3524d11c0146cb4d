/** A run as markdown for an issue: what it is, why it failed, and its last events. */
import type { HistoryEvent } from '@perdure/core/history';
import type { DescribedRun } from '../backend/shapes.ts';
import { formatDuration } from './duration.ts';
import { summarize } from './event-summary.ts';
import { failureChain, kindOf } from './failure-chain.ts';
import { statusLook } from './status.ts';

const LAST_EVENTS = 20;

export function bugReport({ summary, pendingActivities }: DescribedRun, events: readonly HistoryEvent[]): string {
  const { workflowId, runId, workflowType, status, startTime, closeTime } = summary;
  const close = events.at(-1);
  const failure = close?.type === 'WorkflowExecutionFailed' ? close.attributes.failure : pendingActivities.find(({ lastFailure }) => lastFailure)?.lastFailure;
  return [
    `### ${workflowType} \`${workflowId}\`: ${statusLook(status).label}`,
    `- run \`${runId}\``,
    `- started ${new Date(startTime).toISOString()}${closeTime === undefined ? '' : `, closed after ${formatDuration(closeTime - startTime)}`}`,
    `- ${events.length} events`,
    ...(failure ? ['', '#### Failure', ...failureChain(failure).map((each, depth) => `${'  '.repeat(depth)}- ${kindOf(each)}: ${each.message}`)] : []),
    '',
    `#### Last ${Math.min(LAST_EVENTS, events.length)} events`,
    '```',
    ...events.slice(-LAST_EVENTS).map((event) => `${event.eventId} ${event.type} ${summarize(event).facts}`.trimEnd()),
    '```',
  ].join('\n');
}
