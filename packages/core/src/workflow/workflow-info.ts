/** What workflow code asks about itself, and says of itself. */
import type { QueryDefinition, Workflow } from '../common/definitions.ts';
import type { PayloadMap } from '../common/payload.ts';
import { ENCODING_NULL } from '../common/payload-converter.ts';
import type { SearchAttributes, SearchAttributeUpdatePair, SearchAttributeValue } from '../common/search-attributes.ts';
import { decodeTypedSearchAttributes, encodeSearchAttributes } from '../common/search-attributes.ts';
import { toWireMap } from '../common/wire.ts';
import type { Activator } from './activator.ts';
import { assertInWorkflowContext, assertMayCommand, maybeActivator } from './current.ts';
import { hostRandom } from './host.ts';
import type { WorkflowDefinitionOptionsOrGetter, WorkflowFunctionWithOptions, WorkflowInfo } from './options.ts';
import { uuid4From } from './random.ts';

/** What the workflow tells of its handlers and of its state: every workflow answers it. */
export const workflowMetadataQuery: QueryDefinition<WorkflowMetadata> = {
  type: 'query',
  name: '__temporal_workflow_metadata',
} as QueryDefinition<WorkflowMetadata>;

interface HandlerMetadata {
  readonly name: string;
  readonly description?: string;
}
export interface WorkflowMetadata {
  readonly definition: {
    readonly type: string;
    readonly queryDefinitions: readonly HandlerMetadata[];
    readonly signalDefinitions: readonly HandlerMetadata[];
    readonly updateDefinitions: readonly HandlerMetadata[];
  };
  readonly currentDetails: string;
}

/** About the run. A new object after each change. */
export function workflowInfo(): WorkflowInfo {
  return assertInWorkflowContext('Workflow.workflowInfo(...) may only be used from a Workflow Execution.').info;
}

/** True in workflow code. */
export const inWorkflowContext = (): boolean => maybeActivator() !== undefined;

/** A UUID: the same one in every replay. Outside workflow code, any. */
export function uuid4(): string {
  const activator = maybeActivator();
  return uuid4From(activator ? () => activator.random.next() : hostRandom);
}

/**
 * Whether the run takes the new way. Runs that came past here before the patch existed keep to the old one.
 *
 * @see Temporal, "Versioning": https://docs.temporal.io/develop/typescript/versioning
 */
export function patched(patchId: string): boolean {
  return assertInWorkflowContext('Workflow.patch(...) and Workflow.deprecatePatch may only be used from a Workflow Execution.').patches.take(patchId, false);
}

/** The old way is gone from the code; histories may still hold the marker. */
export function deprecatePatch(patchId: string): void {
  assertInWorkflowContext('Workflow.patch(...) and Workflow.deprecatePatch may only be used from a Workflow Execution.').patches.take(patchId, true);
}

/** True when no handler of a signal or an update is at work: wait for it before the end, with `condition(allHandlersFinished)`. */
export function allHandlersFinished(): boolean {
  return assertInWorkflowContext('allHandlersFinished() may only be used from a Workflow Execution.').handlers.areAllFinished;
}

/** What the workflow says about its state, for people who look at it. */
export function getCurrentDetails(): string {
  return assertInWorkflowContext('getCurrentDetails() may only be used from a Workflow Execution.').currentDetails;
}

/** @param details text in Markdown; shown in devtools, not stored */
export function setCurrentDetails(details: string): void {
  assertInWorkflowContext('setCurrentDetails() may only be used from a Workflow Execution.').currentDetails = details;
}

/** Sets the options of a workflow's definition: which errors fail it instead of its task. */
export function setWorkflowOptions(options: WorkflowDefinitionOptionsOrGetter, workflow: Workflow): void {
  Object.assign(workflow, { workflowDefinitionOptions: options } satisfies Pick<WorkflowFunctionWithOptions, 'workflowDefinitionOptions'>);
}

/** Adds to the memo. `null` removes a key. */
export function upsertMemo(memo: Readonly<Record<string, unknown>>): void {
  const activator = assertMayCommand('Workflow.upsertMemo(...)');
  if (memo === null || typeof memo !== 'object') throw new Error('memo must be a non-null Record');
  activator.pushCommand({ type: 'modifyWorkflowProperties', upsertedMemo: memoPayloads(activator, memo) });
  const merged = Object.entries({ ...activator.info.memo, ...memo }).filter(([, value]) => value !== undefined && value !== null);
  activator.info = { ...activator.info, memo: Object.fromEntries(merged) };
}

/** Removals travel as "binary/null", as Temporal's do, past the converters of users. */
function memoPayloads(activator: Activator, memo: Readonly<Record<string, unknown>>): PayloadMap {
  const values = Object.fromEntries(Object.entries(memo).filter(([, value]) => value !== undefined && value !== null));
  const removed = Object.keys(memo).filter((key) => memo[key] === undefined || memo[key] === null);
  const payloads = toWireMap(activator.payloadConverter, values, activator.context);
  return { ...payloads, ...Object.fromEntries(removed.map((key) => [key, { encoding: ENCODING_NULL }])) };
}

/** Sets search attributes; `null` (in the older form an empty list) removes one. */
export function upsertSearchAttributes(searchAttributes: SearchAttributes | readonly SearchAttributeUpdatePair[]): void {
  const activator = assertMayCommand('Workflow.upsertSearchAttributes(...)');
  if (searchAttributes === null || searchAttributes === undefined) throw new Error('searchAttributes must be a non-null SearchAttributes');
  if (isPairs(searchAttributes)) upsertTyped(activator, searchAttributes);
  else upsertUntyped(activator, searchAttributes);
}

const isPairs = (attributes: SearchAttributes | readonly SearchAttributeUpdatePair[]): attributes is readonly SearchAttributeUpdatePair[] =>
  Array.isArray(attributes);

function upsertTyped(activator: Activator, pairs: readonly SearchAttributeUpdatePair[]): void {
  activator.pushCommand({ type: 'upsertWorkflowSearchAttributes', searchAttributes: encodeSearchAttributes(undefined, pairs) });
  const untyped: Record<string, SearchAttributeValue | undefined> = { ...activator.info.searchAttributes };
  for (const { key, value } of pairs) {
    if (value === null) delete untyped[key.name];
    else untyped[key.name] = (Array.isArray(value) ? value : [value]) as SearchAttributeValue;
  }
  activator.info = { ...activator.info, searchAttributes: untyped, typedSearchAttributes: activator.info.typedSearchAttributes.updateCopy(pairs) };
}

/** Values of the older form have no type; one that is known of the attribute is kept. */
function upsertUntyped(activator: Activator, attributes: SearchAttributes): void {
  const payloads = encodeSearchAttributes(attributes, undefined);
  activator.pushCommand({ type: 'upsertWorkflowSearchAttributes', searchAttributes: payloads });
  const untyped: Record<string, SearchAttributeValue | undefined> = { ...activator.info.searchAttributes };
  const types = new Map(activator.info.typedSearchAttributes.getAll().map(({ key }) => [key.name, key.type]));
  let typed = activator.info.typedSearchAttributes;
  for (const [name, values] of Object.entries(attributes)) {
    const known = types.get(name);
    if (values === undefined || values.length === 0) {
      delete untyped[name];
      if (known) typed = typed.updateCopy([{ key: { name, type: known }, value: null } as SearchAttributeUpdatePair]);
      continue;
    }
    untyped[name] = values;
    const pair = decodeTypedSearchAttributes({
      [name]: { ...(payloads[name] as PayloadMap[string]), metadata: { type: typeName(known ?? guessType(values)) } },
    }).getAll();
    typed = typed.updateCopy(pair);
  }
  activator.info = { ...activator.info, searchAttributes: untyped, typedSearchAttributes: typed };
}

function guessType(values: SearchAttributeValue): string {
  const [first] = values;
  if (values.length > 1) return 'KEYWORD_LIST';
  if (typeof first === 'string') return 'TEXT';
  if (typeof first === 'number') return Number.isInteger(first) ? 'INT' : 'DOUBLE';
  return typeof first === 'boolean' ? 'BOOL' : 'DATETIME';
}
const typeName = (type: string): string => `INDEXED_VALUE_TYPE_${type}`;
