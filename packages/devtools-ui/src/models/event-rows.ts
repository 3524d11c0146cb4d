/** What the list of events shows: events with thin lines for the steps of the code between them, or groups that unfold; less what was filtered out. */
import type { HistoryEvent } from '@perdure/core/history';
import { summarize } from './event-summary.ts';
import type { Group } from './group.ts';
import type { GroupCategory } from './group-rules.ts';
import { statusWords, titleText } from './group-words.ts';
import type { RunGroups } from './groups.ts';
import { payloadsIn } from './payload-value.ts';
import { wordsText } from './words.ts';

export type EventRow =
  | { readonly kind: 'event'; readonly event: HistoryEvent; readonly group: Group | undefined; readonly isInGroup: boolean }
  /** A step of the code: its workflow task, whose events are not shown. */
  | { readonly kind: 'step'; readonly event: HistoryEvent; readonly activation: number }
  | { readonly kind: 'group'; readonly group: Group; readonly isOpen: boolean };

export const rowKey = (row: EventRow): string => (row.kind === 'group' ? `g${row.group.id}` : `e${row.event.eventId}`);

export interface EventFilter {
  readonly text: string;
  readonly isRegex: boolean;
  /** What matches is left out. */
  readonly isNot: boolean;
  readonly hidden: ReadonlySet<GroupCategory>;
}

export interface EventView {
  readonly isGrouped: boolean;
  readonly hasTasks: boolean;
  readonly filter: EventFilter;
  /** Groups that are unfolded, by their ids. */
  readonly open: ReadonlySet<number>;
}

export const NO_FILTER: EventFilter = { text: '', isRegex: false, isNot: false, hidden: new Set() };

/** What a filter looks for; `undefined` when everything matches. Says what is wrong with a pattern. */
export function matcherOf({ text, isRegex, isNot }: EventFilter): { readonly matches?: (text: string) => boolean; readonly problem?: string } {
  if (text === '') return {};
  const decide = (isFound: boolean): boolean => isFound !== isNot;
  if (!isRegex) {
    const wanted = text.toLowerCase();
    return { matches: (each) => decide(each.toLowerCase().includes(wanted)) };
  }
  try {
    const pattern = new RegExp(text, 'i');
    return { matches: (each) => decide(pattern.test(each)) };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

/** @param textOf what is searched of an event; it is asked for once */
export function eventRows(
  groups: RunGroups,
  events: readonly HistoryEvent[],
  view: EventView,
  textOf: (event: HistoryEvent) => string = searchText,
): EventRow[] {
  const { matches } = matcherOf(view.filter);
  const isShown = (group: Group | undefined): boolean => !group || !view.filter.hidden.has(group.category);
  if (view.isGrouped) return groupRows(groups, view, isShown, matches, textOf);
  const rows: EventRow[] = [];
  let steps = 0;
  for (const event of events) {
    const isTask = event.type.startsWith('WorkflowTask');
    if (event.type === 'WorkflowTaskCompleted') steps += 1;
    if (isTask && !view.hasTasks && event.type !== 'WorkflowTaskFailed' && event.type !== 'WorkflowTaskTimedOut') {
      // Between things that were picked out, a step says nothing.
      if (event.type === 'WorkflowTaskCompleted' && !matches && view.filter.hidden.size === 0) rows.push({ kind: 'step', event, activation: steps });
      continue;
    }
    const group = groups.groupOf(event.eventId);
    if (isShown(group) && (!matches || matches(textOf(event)))) rows.push({ kind: 'event', event, group, isInGroup: false });
  }
  return rows;
}

function groupRows(
  groups: RunGroups,
  { hasTasks, open }: EventView,
  isShown: (group: Group) => boolean,
  matches: ((text: string) => boolean) | undefined,
  textOf: (event: HistoryEvent) => string,
): EventRow[] {
  const rows: EventRow[] = [];
  for (const group of groups.groups) {
    if (!isShown(group) || (group.kind === 'workflow task' && !hasTasks && group.status !== 'failed' && group.status !== 'timed out')) continue;
    if (matches && !matches(group.events.map(textOf).join('\n'))) continue;
    const isOpen = open.has(group.id);
    rows.push({ kind: 'group', group, isOpen });
    if (isOpen) for (const event of group.events) rows.push({ kind: 'event', event, group, isInGroup: true });
  }
  return rows;
}

/** Type, words, names and what payloads hold. */
export function searchText(event: HistoryEvent): string {
  const known = texts.get(event);
  if (known !== undefined) return known;
  const { title, facts } = summarize(event);
  const payloads = payloadsIn(event.attributes).map(({ data, base64 }) => (base64 ? '' : (data ?? '')));
  const names = Object.values(event.attributes).filter((value) => typeof value === 'string');
  const text = [event.type, title, facts, ...names, ...payloads].join('\n');
  texts.set(event, text);
  return text;
}

const texts = new WeakMap<HistoryEvent, string>();

/** A group's row as text, for those who hear it and for tests. */
export const groupText = (group: Group, now: number): string => `${titleText(group)}: ${wordsText(statusWords(group), now)}`;
