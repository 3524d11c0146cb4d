/** The order of runs in lists: the engine's own, and those that a person asks for by a click on a column's head. */
import type { RunSummary } from '../backend/shapes.ts';

/** Open ones before closed ones; of the open ones the latest start first, of the closed ones the latest close. */
export function compareRuns(a: RunSummary, b: RunSummary): number {
  const [isOpenA, isOpenB] = [a.closeTime === undefined, b.closeTime === undefined];
  if (isOpenA !== isOpenB) return isOpenA ? -1 : 1;
  return (b.closeTime ?? b.startTime) - (a.closeTime ?? a.startTime) || compareTexts(a.runId, b.runId);
}

export const SORT_KEYS = ['status', 'workflowId', 'workflowType', 'startTime', 'duration', 'historyLength'] as const;
export type SortKey = (typeof SORT_KEYS)[number];
export interface Sort {
  readonly key: SortKey;
  readonly isDescending: boolean;
}

/** By the first key, runs that are equal there by the next; what is equal in all stays as it is. */
export function sortRuns(runs: readonly RunSummary[], sorts: readonly Sort[], now: number): readonly RunSummary[] {
  if (sorts.length === 0) return runs;
  return [...runs].sort((a, b) => {
    for (const { key, isDescending } of sorts) {
      const order = BY[key](a, b, now);
      if (order !== 0) return isDescending ? -order : order;
    }
    return 0;
  });
}

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const durationOf = (run: RunSummary, now: number): number => (run.closeTime ?? now) - run.startTime;

const BY: Readonly<Record<SortKey, (a: RunSummary, b: RunSummary, now: number) => number>> = {
  status: (a, b) => compareTexts(a.status, b.status),
  workflowId: (a, b) => compareTexts(a.workflowId, b.workflowId),
  workflowType: (a, b) => compareTexts(a.workflowType, b.workflowType),
  startTime: (a, b) => a.startTime - b.startTime,
  duration: (a, b, now) => durationOf(a, now) - durationOf(b, now),
  historyLength: (a, b) => a.historyLength - b.historyLength,
};

/** A click on a column's head: ascending, descending, not at all; with shift it is one more key. */
export function nextSorts(sorts: readonly Sort[], key: SortKey, isMore: boolean): readonly Sort[] {
  const before = sorts.find((sort) => sort.key === key);
  const others = isMore ? sorts.filter((sort) => sort.key !== key) : [];
  if (!before) return [...others, { key, isDescending: false }];
  return before.isDescending ? others : [...others, { key, isDescending: true }];
}

/** `startTime,-duration`, for the address. */
export const formatSorts = (sorts: readonly Sort[]): string => sorts.map(({ key, isDescending }) => `${isDescending ? '-' : ''}${key}`).join(',');

export const parseSorts = (text: string): readonly Sort[] =>
  text.split(',').flatMap((part) => {
    const key = SORT_KEYS.find((each) => each === part.replace(/^-/, ''));
    return key ? [{ key, isDescending: part.startsWith('-') }] : [];
  });
