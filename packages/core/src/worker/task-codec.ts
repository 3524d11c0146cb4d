/** Codecs at the edge of the sandbox: what goes in is decoded, what comes out is encoded. Without codecs nothing is touched. */
import { decodeFailure, decodeWire, decodeWireMap, encodeFailure, encodeWire, encodeWireMap, type PayloadCodec } from '../common/data-converter.ts';
import type { Failure } from '../common/failure.ts';
import type { PayloadMap, WirePayload, WirePayloads } from '../common/payload.ts';
import type { SerializationContext } from '../common/payload-converter.ts';
import type { HistoryEvent } from '../history/events.ts';
import type { Command } from '../protocol/commands.ts';

export type Codecs = readonly PayloadCodec[];

interface Steps {
  readonly list: (wires: WirePayloads) => Promise<WirePayloads>;
  readonly map: (wires: PayloadMap) => Promise<PayloadMap>;
  readonly failure: (failure: Failure) => Promise<Failure>;
}

export async function decodeEvents(codecs: Codecs, events: readonly HistoryEvent[], context: SerializationContext): Promise<readonly HistoryEvent[]> {
  if (codecs.length === 0) return events;
  return Promise.all(events.map((event) => through(event, stepsOf(decodeWire, decodeWireMap, decodeFailure, codecs, ofItsRun(event, context)))));
}

export async function encodeCommands(codecs: Codecs, commands: readonly Command[], context: SerializationContext): Promise<readonly Command[]> {
  if (codecs.length === 0) return commands;
  return Promise.all(commands.map((command) => through(command, stepsOf(encodeWire, encodeWireMap, encodeFailure, codecs, ofItsRun(command, context)))));
}

/** As `decodeEvents`, for the updates of a task. */
export async function decodeAny<T extends object>(codecs: Codecs, value: T, context: SerializationContext): Promise<T> {
  return codecs.length === 0 ? value : through(value, stepsOf(decodeWire, decodeWireMap, decodeFailure, codecs, context));
}

/** What a run sends to another, or has from it, is encoded as that one's: it decodes what it gets, and encodes what it answers, as its own. */
function ofItsRun({ type, attributes }: HistoryEvent | Command, context: SerializationContext): SerializationContext {
  if (!OF_ANOTHER_RUN.test(type)) return context;
  const { namespace, workflowId, workflowExecution } = attributes as {
    readonly namespace?: string;
    readonly workflowId?: string;
    readonly workflowExecution?: { readonly workflowId: string };
  };
  const target = workflowId ?? workflowExecution?.workflowId;
  return target === undefined ? context : { type: 'workflow', namespace: namespace || context.namespace, workflowId: target };
}
const OF_ANOTHER_RUN = /^(?:StartChildWorkflow|ChildWorkflowExecution|SignalExternalWorkflowExecution)/;

function stepsOf(list: typeof decodeWire, map: typeof decodeWireMap, failure: typeof decodeFailure, codecs: Codecs, context: SerializationContext): Steps {
  return {
    list: (wires) => list(codecs, wires, context),
    map: (wires) => map(codecs, wires, context),
    failure: (given) => failure(codecs, given, context),
  };
}

/** Fields that hold payloads, wherever they stand. Headers and search attributes are not encoded, as in Temporal. */
const LISTS = new Set(['input', 'result', 'details', 'args', 'lastCompletionResult', 'success']);
const MAPS = new Set(['memo', 'upsertedMemo']);
const FAILURES = new Set(['failure', 'lastFailure', 'continuedFailure']);
const NESTED = new Set(['attributes', 'request', 'acceptedRequest', 'outcome']);

async function through<T extends object>(value: T, steps: Steps): Promise<T> {
  const marker = (value as { readonly markerName?: unknown }).markerName;
  if (marker === 'core_patch') return value;
  const changed: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(value)) {
    if (field === undefined || field === null || typeof field !== 'object') continue;
    if (FAILURES.has(key)) changed[key] = await steps.failure(field as Failure);
    else if (MAPS.has(key)) changed[key] = await steps.map(field as PayloadMap);
    else if (NESTED.has(key) || (key === 'input' && !Array.isArray(field))) changed[key] = await through(field as object, steps);
    else if (key === 'details' && !Array.isArray(field)) changed[key] = await markerDetails(field as Record<string, WirePayloads>, marker, steps);
    else if (LISTS.has(key)) changed[key] = await steps.list(field as readonly WirePayload[]);
  }
  return Object.keys(changed).length === 0 ? value : { ...value, ...changed };
}

/** The data of a local activity's marker is the worker's own and stays readable; its result is the user's. */
async function markerDetails(details: Record<string, WirePayloads>, marker: unknown, steps: Steps): Promise<Record<string, WirePayloads>> {
  const entries = Object.entries(details).map(
    async ([key, wires]) => [key, marker === 'core_local_activity' && key === 'data' ? wires : await steps.list(wires)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}
