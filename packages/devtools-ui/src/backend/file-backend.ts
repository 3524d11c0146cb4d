/** The seam over a history file: read only, and what is not in the file is not there. */
import { type DataConverter, systemClock } from '@perdure/core/common';
import { type HistoryFile, historyFileFromJson } from '@perdure/core/history';
import { describedRun } from '../models/described-run.ts';
import { type Backend, BackendError, type Fetches, type RunRef, type Topics } from './backend.ts';
import { codecsOf } from './codecs.ts';
import { contextOf } from './engine-commands.ts';
import { askAt, followMoments, type Replays } from './engine-moments.ts';
import { toBackendError } from './errors.ts';
import type { DescribedRun } from './shapes.ts';

export interface FileBackend extends Backend {
  readonly file: HistoryFile;
}

/** A file that is larger has not been written by a run. */
export const LARGEST_FILE_BYTES: number = 256 * 1024 * 1024;
const DEEPEST = 200;

/**
 * Reads what a file holds: one run as Temporal's tools write it, several runs, or a bare list of events.
 *
 * @throws {BackendError} `refused`, with the place of the first thing that is wrong
 */
export function readHistoryFile(text: string): HistoryFile {
  const json = parse(text);
  try {
    const file = historyFileFromJson(Array.isArray(json) ? { events: json } : json);
    if (file.runs.every(({ events }) => events.length === 0)) throw new BackendError('refused', 'The file holds a history without events');
    return file;
  } catch (error) {
    if (error instanceof BackendError) throw error;
    throw new BackendError('refused', `This is no history that can be read: ${(error as Error).message}`, { cause: error });
  }
}

function parse(text: string): unknown {
  if (text.length > LARGEST_FILE_BYTES) throw new BackendError('refused', 'The file is larger than 256 MiB: histories are much smaller');
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charCodeAt(index);
    if (character === 0x5b || character === 0x7b) depth += 1;
    else if (character === 0x5d || character === 0x7d) depth -= 1;
    else if (character === 0x22) index = endOfText(text, index);
    if (depth > DEEPEST) throw new BackendError('refused', `The file is nested more than ${DEEPEST} levels deep at character ${index + 1}`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BackendError('refused', `The file is no JSON: ${(error as Error).message}`, { cause: error });
  }
}

function endOfText(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index += 1) {
    const character = text.charCodeAt(index);
    if (character === 0x5c) index += 1;
    else if (character === 0x22) return index;
  }
  return text.length;
}

export interface FileBackendOptions {
  /** The file's name. */
  readonly label: string;
  readonly file: HistoryFile;
  readonly dataConverter?: DataConverter;
  /** Where the application's code is at hand: what it would have told at any moment of these histories. */
  readonly replays?: Replays;
}

/** What the runs of a file are shown to be in: a file does not say. */
const NAMESPACE = 'default';

export function createFileBackend({ label, file, dataConverter, replays }: FileBackendOptions): FileBackend {
  const codecs = codecsOf(dataConverter);
  const described: readonly DescribedRun[] = file.runs.flatMap(({ workflowId, runId, events }, index) =>
    events.length === 0 ? [] : [describedRun(NAMESPACE, { workflowId: workflowId || label, runId: runId || `run-${index + 1}` }, events)],
  );
  const histories = new Map(
    file.runs.filter(({ events }) => events.length > 0).map(({ events }, index) => [described[index]?.summary.runId ?? '', events] as const),
  );

  function find({ workflowId, runId }: RunRef): DescribedRun {
    const found = described.findLast(({ summary }) => summary.workflowId === workflowId && (runId === undefined || summary.runId === runId));
    if (!found) throw new BackendError('notFound', `The file "${label}" holds no run of "${workflowId}"${runId ? ` with the id ${runId}` : ''}`);
    return found;
  }

  const past = replays && {
    replays,
    read: async (run: RunRef, until = Number.POSITIVE_INFINITY) => (histories.get(find(run).summary.runId) ?? []).filter(({ eventId }) => eventId <= until),
  };
  const summaries = described.map(({ summary }) => summary);
  const refuse = (what: string) => (): never => {
    throw new BackendError('unsupported', `A file cannot be asked for ${what}`);
  };
  const answers: { readonly [K in keyof Fetches]: (request: Fetches[K]['request']) => Fetches[K]['answer'] | Promise<Fetches[K]['answer']> } = {
    runs: ({ query }) => (query === '' ? { runs: summaries } : refuse('some of its runs')()),
    counts: () => ({ count: summaries.length, groups: [] }),
    run: find,
    family: () => ({ runs: summaries, isCut: false }),
    events(request) {
      const { runId } = find(request).summary;
      const events = histories.get(runId) ?? [];
      const page = events.slice(request.afterEventId, request.afterEventId + request.pageSize);
      return { runId, events: page, more: request.afterEventId + page.length < events.length };
    },
    code: () => ({ signals: [], queries: [], updates: [] }),
    async decode({ payloads, ...run }) {
      return { payloads: await codecs.decodeEach(payloads, contextOf(run)) };
    },
    namespaces: () => ({ namespaces: [{ name: NAMESPACE, state: 'REGISTERED', description: label, retention: 0 }] }),
    query: refuse('queries'),
    queryAt: (request) => (past ? askAt(past, request) : refuse('queries')()),
    engine: refuse('an engine'),
  };

  return {
    file,
    describe: () => ({ kind: 'file', label, capabilities: past ? ['timeTravel'] : [], isLive: false, hasCodecs: !codecs.isEmpty }),
    async fetch(what, request) {
      try {
        return await answers[what](request);
      } catch (error) {
        throw toBackendError(error);
      }
    },
    subscribe(topic, request, listener) {
      if (topic === 'events') {
        const { runId } = find(request as RunRef).summary;
        const { afterEventId } = request as { readonly afterEventId: number };
        (listener as (delta: object) => void)({ runId, events: (histories.get(runId) ?? []).slice(afterEventId), isCaughtUp: true });
      } else if (topic === 'moments' && past)
        return followMoments(past, request as Topics['moments']['request'], listener as (delta: Topics['moments']['delta']) => void);
      else if (topic === 'reach') (listener as (delta: object) => void)({ state: 'reachable', since: systemClock.now() });
      return () => undefined;
    },
    send: async ({ type }) => ({ isAccepted: false, code: 'Unsupported', reason: `A file takes no orders: "${type}" was not carried out` }),
    close: () => undefined,
  };
}
