/**
 * What a condition comes to for runs of which only a digest is known. As in the filter itself, there are three truths; an outlook is the set
 * of those that are possible. It may hold too many, never too few: so a page that cannot meet a filter is passed over, and no other one.
 */
import { type DigestGroup, type DigestRange, hashesOf, type RunDigest } from '../common/run-digest.ts';
import type { WorkflowExecutionStatus } from '../protocol/workflow-service.ts';
import { type Field, type FieldValue, STATUS_NAMES } from './filter-fields.ts';

export type Outlook = number;
export const HOLDS = 1;
export const FAILS = 2;
/** A run that has no such value. */
export const UNKNOWN = 4;
const UNSURE = HOLDS | FAILS;

type Kind = NonNullable<DigestRange['span']>['kind'];

/** Runs of a page: all of them, or those of a group. */
export interface Page {
  readonly digest: RunDigest;
  readonly group: DigestGroup | undefined;
}

/** What a field's value is asked. */
export interface Test {
  readonly holds: (value: FieldValue) => boolean;
  /** All values that it holds for, where they can be named. */
  readonly wanted?: readonly FieldValue[];
  /** It holds for no value outside of these, themselves included. */
  readonly span?: readonly [lowest: FieldValue, highest: FieldValue];
  /** Whether it holds for all values between two that it holds for. */
  readonly isConvex?: boolean;
}

export function notOutlook(outlook: Outlook): Outlook {
  return (outlook & HOLDS ? FAILS : 0) | (outlook & FAILS ? HOLDS : 0) | (outlook & UNKNOWN);
}

/** All that two outlooks may come to with AND, as if they had nothing to do with each other. */
export function andOutlook(a: Outlook, b: Outlook): Outlook {
  const either = a | b;
  const isUnknownPossible = (either & UNKNOWN) !== 0 && a !== FAILS && b !== FAILS;
  return (a & b & HOLDS) | (either & FAILS) | (isUnknownPossible ? UNKNOWN : 0);
}

/** HOLDS: of runs that have a value there may be some; UNKNOWN: of those without. */
export function presenceOf({ name, isAttribute }: Field, { digest }: Page): Outlook {
  switch (name) {
    case 'CloseTime':
    case 'HistoryLength':
    case 'HistorySizeBytes':
    case 'ExecutionDuration':
      return presenceIn(digest.range('closeTime'), digest.rows);
    case 'ParentWorkflowId':
    case 'ParentRunId':
      return HOLDS | UNKNOWN;
    default:
      return isAttribute ? presenceIn(digest.attribute(name), digest.rows) : HOLDS;
  }
}

const presenceIn = ({ count }: DigestRange, rows: number): Outlook => (count > 0 ? HOLDS : 0) | (count < rows ? UNKNOWN : 0);

/**
 * @param field of a kind that the test is for
 * @returns a function, so that what is the same for all pages is worked out once
 */
export function outlookOf(field: Field, test: Test): (page: Page) => Outlook {
  const ofValues = outlookOfValues(field, test);
  return (page) => {
    // Of most pages the set of texts says that no value fits. How many runs have a value would have to be parsed.
    if (ofValues.texts?.(page) === FAILS) return field.isAttribute ? FAILS | UNKNOWN : FAILS | (presenceOf(field, page) & UNKNOWN);
    const presence = presenceOf(field, page);
    return (presence & HOLDS ? ofValues.spans(page) : 0) | (presence & UNKNOWN);
  };
}

interface OfValues {
  readonly texts?: (page: Page) => Outlook;
  readonly spans: (page: Page) => Outlook;
}

function outlookOfValues({ name, kind, isAttribute }: Field, test: Test): OfValues {
  const { wanted, holds } = test;
  if (name === 'ExecutionStatus') {
    const statuses = (Object.keys(STATUS_NAMES) as WorkflowExecutionStatus[]).filter((status) => wanted?.includes(STATUS_NAMES[status]));
    return { ...inTexts(statuses), spans: ({ group }) => (group ? exact(holds(STATUS_NAMES[group.status as WorkflowExecutionStatus])) : UNSURE) };
  }
  if (name === 'WorkflowType') return { ...(wanted ? inTexts(wanted) : {}), spans: ({ group }) => (group ? exact(holds(group.workflowType)) : UNSURE) };
  if (kind === 'KEYWORD' || kind === 'KEYWORD_LIST') {
    const spans = name === 'WorkflowId' ? ({ digest }: Page): Outlook => inSpan(digest.range('workflowId'), 'text', test) : unsure;
    return { spans, ...(wanted ? inTexts(wanted) : {}) };
  }
  const ofKind = kind === 'DATETIME' ? 'moment' : kind === 'INT' || kind === 'DOUBLE' ? 'number' : undefined;
  if (!ofKind) return { spans: unsure };
  if (isAttribute) return { spans: ({ digest }) => inValues(digest, name, ofKind, test) };
  switch (name) {
    case 'StartTime':
      return { spans: ({ digest }) => inSpan(digest.range('startTime'), 'number', test) };
    case 'ExecutionTime':
      return { spans: ({ digest }) => inSpan(digest.range('executionTime'), 'number', test) };
    case 'CloseTime':
      return { spans: ({ digest }) => inSpan(digest.range('closeTime'), 'number', test) };
    case 'HistoryLength':
      return { spans: ({ digest }) => inSpan(digest.range('historyLength'), 'number', test) };
    case 'HistorySizeBytes':
      return { spans: ({ digest }) => inSpan(digest.range('historySizeBytes'), 'number', test) };
    default:
      return { spans: unsure };
  }
}

function inTexts(wanted: readonly FieldValue[]): Required<Pick<OfValues, 'texts'>> {
  const hashes = wanted.map((text) => hashesOf(String(text)));
  return { texts: ({ digest }) => (hashes.some((each) => digest.mayHave(each)) ? UNSURE : FAILS) };
}

/** Where the span does not decide, the values do, as far as they are told. */
function inValues(digest: RunDigest, name: string, kind: Kind, test: Test): Outlook {
  const range = digest.attribute(name);
  const outlook = inSpan(range, kind, test);
  const values = outlook === UNSURE && range.span?.kind === kind ? digest.values(name) : undefined;
  if (!values) return outlook;
  if (test.span && isBetweenTwo(values, test.span)) return FAILS;
  return (values.some(test.holds) ? HOLDS : 0) | (values.every(test.holds) ? 0 : FAILS);
}

/** Whether none of the values, which ascend, is within the span. */
function isBetweenTwo(values: readonly FieldValue[], [lowest, highest]: readonly [FieldValue, FieldValue]): boolean {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] as FieldValue) < lowest) low = middle + 1;
    else high = middle;
  }
  const next = values[low];
  return next === undefined || next > highest;
}

const unsure = (): Outlook => UNSURE;

const exact = (holds: boolean): Outlook => (holds ? HOLDS : FAILS);

function inSpan({ span }: DigestRange, kind: Kind, test: Test): Outlook {
  if (span?.kind !== kind) return UNSURE;
  const { lowest, highest } = span;
  if (test.span && (highest < test.span[0] || lowest > test.span[1])) return FAILS;
  return (test.isConvex || lowest === highest) && test.holds(lowest) && test.holds(highest) ? HOLDS : UNSURE;
}
