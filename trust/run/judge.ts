/** What must hold of the histories, given what the ledger has: nothing acknowledged is lost, nothing recorded is done again, all is whole. */
import { type HistoryEvent, isCloseEvent, validateHistory } from '@perdure/core/history';
import type { FetchedHistory } from '../app/main.ts';
import type { Acknowledged, LedgerRecord, Refused } from '../app/records.ts';

export interface Verdict {
  /** Each in words, as in the lists below. */
  readonly lost: readonly string[];
  readonly doneTwice: readonly string[];
  readonly integrityErrors: readonly string[];
  /** Calls of living pages that were answered by an error. */
  readonly refused: readonly string[];
}

export type Histories = ReadonlyMap<string, FetchedHistory>;

/** The workflows whose histories `judge` needs. */
export const workflowsIn = (records: readonly LedgerRecord[]): readonly string[] => [
  ...new Set(records.flatMap((record) => (record.kind === 'refused' ? [] : [record.workflowId]))),
];

/** @param histories by workflow id, of runs that have come to their end */
export function judge(records: readonly LedgerRecord[], histories: Histories): Verdict {
  const verdict = { lost: [] as string[], doneTwice: [] as string[], integrityErrors: [] as string[], refused: [] as string[] };
  const recordsOf = new Map<string, Exclude<LedgerRecord, Refused>[]>(workflowsIn(records).map((workflowId) => [workflowId, []]));
  for (const record of records) {
    if (record.kind === 'refused') verdict.refused.push(`${record.what} was refused: ${record.message}`);
    else recordsOf.get(record.workflowId)?.push(record);
  }
  for (const [workflowId, records] of recordsOf) {
    const fetched = histories.get(workflowId);
    const events = fetched && 'events' in fetched ? fetched.events : [];
    const run: Run = { workflowId, events, letters: lettersIn(events), seen: seenBy(events) };
    if (events.length > 0) verdict.integrityErrors.push(...faultsOf(run));
    else verdict.integrityErrors.push(`the history of ${workflowId} cannot be read: ${fetched && 'error' in fetched ? fetched.error : 'it is empty'}`);
    for (const record of records) if (record.kind !== 'begin') verdict.lost.push(...lostOf(record, run));
    verdict.lost.push(...disorderOf(run));
    verdict.doneTwice.push(...ranAgain(records, run), ...repeatedLetters(run));
  }
  return verdict;
}

interface Run {
  readonly workflowId: string;
  readonly events: readonly HistoryEvent[];
  /** Those that came by signal or update, in the order of the history. */
  readonly letters: readonly string[];
  /** What the workflow saw: the mailbox returns it. */
  readonly seen: readonly unknown[];
}

function faultsOf({ workflowId, events }: Run): string[] {
  try {
    validateHistory(events);
  } catch (error) {
    return [`the history of ${workflowId} is broken: ${(error as Error).message}`];
  }
  const gap = events.findIndex(({ eventId }, index) => eventId !== index + 1);
  if (gap >= 0) return [`the history of ${workflowId} has event ${events[gap]?.eventId} at place ${gap + 1}`];
  const last = events.at(-1);
  return last && isCloseEvent(last) && last.type === 'WorkflowExecutionCompleted' ? [] : [`${workflowId} ends with ${last?.type}, and was to complete`];
}

function lostOf(record: Acknowledged, { events, letters, seen }: Run): string[] {
  const of = `of ${record.workflowId}`;
  switch (record.kind) {
    case 'start':
      return startedAs(events) === record.runId ? [] : [`the start ${of} as run ${record.runId} was acknowledged; the history begins as ${startedAs(events)}`];
    case 'result': {
      const kept = resultOf(events);
      return JSON.stringify(kept) === JSON.stringify(record.result)
        ? []
        : [`the result ${of} was ${JSON.stringify(record.result)} and is ${JSON.stringify(kept)}`];
    }
    case 'signal':
    case 'update': {
      const letter = `${record.sender}:${record.kind === 'signal' ? 's' : 'u'}${record.number}`;
      const [isRecorded, isSeen] = [letters.includes(letter), seen.includes(letter)];
      if (isRecorded && isSeen) return [];
      return [`${record.kind} ${letter} ${of} was acknowledged and is ${isRecorded ? 'recorded, but the workflow has not seen it' : 'not in the history'}`];
    }
  }
}

const startedAs = (events: readonly HistoryEvent[]): string | undefined =>
  events[0]?.type === 'WorkflowExecutionStarted' ? events[0].attributes.firstExecutionRunId : undefined;

function resultOf(events: readonly HistoryEvent[]): unknown {
  const last = events.at(-1);
  const data = last?.type === 'WorkflowExecutionCompleted' ? last.attributes.result?.[0]?.data : undefined;
  return data === undefined ? undefined : JSON.parse(data);
}

function seenBy(events: readonly HistoryEvent[]): readonly unknown[] {
  const result = resultOf(events);
  return Array.isArray(result) ? result : [];
}

function lettersIn(events: readonly HistoryEvent[]): readonly string[] {
  const accepted = new Map<number, string>();
  return events.flatMap((event) => {
    if (event.type === 'WorkflowExecutionSignaled' && event.attributes.signalName === 'put')
      return [JSON.parse(event.attributes.input?.[0]?.data ?? '""') as string];
    if (event.type === 'WorkflowExecutionUpdateAccepted') accepted.set(event.eventId, event.attributes.acceptedRequest?.meta.updateId ?? '');
    return event.type === 'WorkflowExecutionUpdateCompleted' ? [accepted.get(event.attributes.acceptedEventId) ?? ''] : [];
  });
}

function repeatedLetters({ workflowId, events, letters, seen }: Run): string[] {
  const repeatedIn = (letters: readonly unknown[], where: string): string[] =>
    [...new Set(letters.filter((letter, index) => letters.indexOf(letter) < index))].map((letter) => `${letter} is there twice, ${where} of ${workflowId}`);
  const accepted = events.flatMap((event) => (event.type === 'WorkflowExecutionUpdateAccepted' ? [event.attributes.acceptedRequest?.meta.updateId] : []));
  return [...repeatedIn(letters, 'in the history'), ...repeatedIn(accepted, 'among the accepted updates'), ...repeatedIn(seen, 'in what the workflow saw')];
}

/** Letters of one sender and one kind that are not in the order in which they were sent. */
function disorderOf({ workflowId, letters, seen }: Run): string[] {
  const disordered = (letters: readonly unknown[], where: string): string[] => {
    const last = new Map<string, number>();
    return letters.flatMap((letter) => {
      const [, sender = '', number = ''] = /^(.*:[su])(\d+)$/.exec(String(letter)) ?? [];
      const before = last.get(sender) ?? -1;
      last.set(sender, Number(number));
      return Number(number) < before ? [`${letter} comes after ${sender}${before}, ${where} of ${workflowId}`] : [];
    });
  };
  return [...disordered(letters, 'in the history'), ...disordered(seen, 'in what the workflow saw')];
}

/** Attempts that began though an earlier one's completion is recorded, and attempts that began more often than once. */
function ranAgain(records: readonly LedgerRecord[], { workflowId, events }: Run): string[] {
  const completedBy = attemptsThatCompleted(events);
  const begun = new Set<string>();
  return records.flatMap((record) => {
    if (record.kind !== 'begin') return [];
    const { activityId, attempt } = record;
    const name = `attempt ${attempt} of activity ${activityId} of ${workflowId}`;
    if (begun.has(name)) return [`${name} began twice`];
    begun.add(name);
    const recorded = completedBy.get(activityId);
    return recorded !== undefined && attempt > recorded ? [`${name} began, though the completion of attempt ${recorded} is recorded`] : [];
  });
}

/** @returns for each activity that is recorded as completed, the attempt that did it */
function attemptsThatCompleted(events: readonly HistoryEvent[]): ReadonlyMap<string, number> {
  const ids = new Map<number, string>();
  const attempts = new Map<number, number>();
  const completed = new Map<string, number>();
  for (const event of events) {
    if (event.type === 'ActivityTaskScheduled') ids.set(event.eventId, event.attributes.activityId);
    else if (event.type === 'ActivityTaskStarted') attempts.set(event.attributes.scheduledEventId, event.attributes.attempt);
    else if (event.type === 'ActivityTaskCompleted') {
      const { scheduledEventId } = event.attributes;
      completed.set(ids.get(scheduledEventId) ?? '', attempts.get(scheduledEventId) ?? 0);
    }
  }
  return completed;
}
