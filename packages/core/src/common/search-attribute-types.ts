/** Which search attributes there are, and whether a value is one: what an engine checks before it takes any. */
import { SearchAttributeType } from './enums.ts';
import type { PayloadMap, WirePayload } from './payload.ts';

/** The types of the attributes that workflows may set, by name. */
export type SearchAttributeTypes = Readonly<Record<string, SearchAttributeType>>;

/** Those that a Temporal development server has, too: a workflow that sets one runs on both as it is. */
export const DEFAULT_SEARCH_ATTRIBUTES: SearchAttributeTypes = {
  CustomKeywordField: 'KEYWORD',
  CustomKeywordListField: 'KEYWORD_LIST',
  CustomStringField: 'TEXT',
  CustomIntField: 'INT',
  CustomDoubleField: 'DOUBLE',
  CustomBoolField: 'BOOL',
  CustomDatetimeField: 'DATETIME',
};

/** Those that workers and schedules set. */
const PREDEFINED: SearchAttributeTypes = {
  TemporalChangeVersion: 'KEYWORD_LIST',
  BinaryChecksums: 'KEYWORD_LIST',
  BuildIds: 'KEYWORD_LIST',
  TemporalScheduledById: 'KEYWORD',
  TemporalScheduledStartTime: 'DATETIME',
  TemporalSchedulePaused: 'BOOL',
};

/** Those that every run has, and nobody sets. */
export const SYSTEM_SEARCH_ATTRIBUTES: ReadonlySet<string> = new Set([
  'WorkflowId',
  'RunId',
  'WorkflowType',
  'TaskQueue',
  'ExecutionStatus',
  'StartTime',
  'ExecutionTime',
  'CloseTime',
  'HistoryLength',
  'HistorySizeBytes',
  'ExecutionDuration',
  'StateTransitionCount',
  'ParentWorkflowId',
  'ParentRunId',
  'RootWorkflowId',
  'RootRunId',
]);

/** Temporal's names of the types in the `type` metadata of a payload. */
export const SEARCH_ATTRIBUTE_TYPE_NAMES: Readonly<Record<SearchAttributeType, string>> = {
  TEXT: 'Text',
  KEYWORD: 'Keyword',
  INT: 'Int',
  DOUBLE: 'Double',
  BOOL: 'Bool',
  DATETIME: 'Datetime',
  KEYWORD_LIST: 'KeywordList',
};

/** Begins with Temporal's words, which histories hold. */
export class SearchAttributeError extends Error {
  override readonly name = 'SearchAttributeError';
}

/** All that may be set, with those that are given. @throws {TypeError} for a name that is taken or a type that is none */
export function searchAttributeTypes(custom: SearchAttributeTypes = DEFAULT_SEARCH_ATTRIBUTES): SearchAttributeTypes {
  for (const [name, type] of Object.entries(custom)) {
    if (SYSTEM_SEARCH_ATTRIBUTES.has(name) || Object.hasOwn(PREDEFINED, name))
      throw new TypeError(`the search attribute "${name}" is there already; choose another name`);
    if (!Object.hasOwn(SearchAttributeType, type))
      throw new TypeError(`the search attribute "${name}" has the type ${String(type)}; give one of ${Object.keys(SearchAttributeType).join(', ')}`);
  }
  return { ...PREDEFINED, ...custom };
}

/**
 * The attributes, each with its type.
 *
 * @throws {SearchAttributeError} for one that is not known, or that has a value of another type
 */
export function checkedSearchAttributes(attributes: PayloadMap, types: SearchAttributeTypes, namespace: string): PayloadMap {
  return Object.fromEntries(Object.entries(attributes).map(([name, payload]) => [name, checked(name, payload, types, namespace)]));
}

function checked(name: string, payload: WirePayload, types: SearchAttributeTypes, namespace: string): WirePayload {
  if (SYSTEM_SEARCH_ATTRIBUTES.has(name)) throw new SearchAttributeError(`${name} attribute can't be set in SearchAttributes`);
  const type = Object.hasOwn(types, name) ? types[name] : undefined;
  if (type === undefined) throw new SearchAttributeError(`Namespace ${namespace} has no mapping defined for search attribute ${name}`);
  const invalid = (value: string): never => {
    throw new SearchAttributeError(`invalid value for search attribute ${name} of type ${SEARCH_ATTRIBUTE_TYPE_NAMES[type]}: ${value}`);
  };
  if (payload.encoding === 'json/plain' && payload.data !== undefined && !isJson(payload.data)) invalid('its data is not JSON');
  for (const value of searchAttributeValues(payload)) if (!isOfType(type, value)) invalid(show(value));
  return { ...payload, metadata: { ...payload.metadata, type: SEARCH_ATTRIBUTE_TYPE_NAMES[type] } };
}

/** What stands in a payload of a search attribute, as a list; empty for one that removes the attribute. */
export function searchAttributeValues({ encoding, data }: WirePayload): readonly unknown[] {
  if (encoding !== 'json/plain' || data === undefined) return [];
  const value = JSON.parse(data) as unknown;
  if (value === null) return [];
  return Array.isArray(value) ? value : [value];
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false; // a SyntaxError: the one thing that it throws
  }
}

function isOfType(type: SearchAttributeType, value: unknown): boolean {
  switch (type) {
    case 'INT':
      return Number.isInteger(value);
    case 'DOUBLE':
      return typeof value === 'number';
    case 'BOOL':
      return typeof value === 'boolean';
    case 'DATETIME':
      return typeof value === 'string' && parseDatetime(value) !== undefined;
    default:
      return typeof value === 'string';
  }
}

const DATETIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** @returns milliseconds since 1970; `undefined` for what RFC 3339 does not allow */
export function parseDatetime(text: string): number | undefined {
  const time = DATETIME.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

const show = (value: unknown): string => JSON.stringify(value).slice(0, 100);
