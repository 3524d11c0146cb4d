/** A backend for tests: it holds what it is given, tells what it is told to tell, and counts who listens. Nothing in it depends on time. */
import type { EngineStatus } from '@perdure/core/client';
import type { WirePayloads } from '@perdure/core/common';
import type { HistoryEvent } from '@perdure/core/history';
import { describedRun } from '../models/described-run.ts';
import {
  type Backend,
  BackendError,
  type Capability,
  type CommandOutcome,
  type DevtoolsCommand,
  type EventsDelta,
  type Fetches,
  type Reach,
  type RunRef,
  type Source,
  type Topics,
} from './backend.ts';
import type { DescribedRun, EngineInfo, RegisteredCode, RunSummary } from './shapes.ts';

export const ALL_CAPABILITIES: readonly Capability[] = [
  'filter',
  'start',
  'signal',
  'query',
  'update',
  'cancel',
  'terminate',
  'completeActivity',
  'failActivity',
];

export class Double implements Backend {
  readonly runs: DescribedRun[] = [];
  readonly histories: Map<string, HistoryEvent[]> = new Map<string, HistoryEvent[]>();
  readonly sent: DevtoolsCommand[] = [];
  readonly fetched: { readonly what: keyof Fetches; readonly request: object }[] = [];
  capabilities: readonly Capability[] = ALL_CAPABILITIES;
  code: RegisteredCode = { signals: [], queries: [], updates: [] };
  outcome: CommandOutcome = { isAccepted: true };
  /** Thrown by the next fetches of the name. */
  readonly failures: Map<keyof Fetches, BackendError> = new Map();
  answerQuery: (queryType: string, args: WirePayloads) => WirePayloads = () => [];
  /** Which runs meet a query. */
  matches: (query: string, run: RunSummary) => boolean = meets;
  readonly #listeners = new Set<{ readonly topic: keyof Topics; readonly request: object; readonly tell: (delta: never) => void }>();

  get subscriptions(): number {
    return this.#listeners.size;
  }

  describe(): Source {
    return { kind: 'double', label: 'double', capabilities: this.capabilities, isLive: true, hasCodecs: false, taskQueue: 'default' };
  }

  /** A run with its history; one that is there is replaced, and whoever listens is told. */
  put(workflowId: string, runId: string, events: readonly HistoryEvent[], change: Partial<DescribedRun> = {}): void {
    const before = this.histories.get(runId) ?? [];
    const described = { ...describedRun('default', { workflowId, runId }, events), ...change };
    this.histories.set(runId, [...events]);
    const index = this.runs.findIndex(({ summary }) => summary.runId === runId);
    if (index < 0) this.runs.unshift(described);
    else this.runs[index] = described;
    this.tell('changes', { changes: [{ workflowId, runId, historyLength: events.length }], mayBeMissing: false });
    const fresh = events.slice(before.length);
    const delta: EventsDelta = { runId, events: fresh, isCaughtUp: true };
    if (fresh.length > 0) for (const each of this.#of('events')) if (this.#find(each.request as RunRef).summary.runId === runId) each.tell(delta as never);
  }

  tell<K extends keyof Topics>(topic: K, delta: Topics[K]['delta']): void {
    for (const { tell } of this.#of(topic)) tell(delta as never);
  }

  reach(reach: Reach): void {
    this.tell('reach', reach);
  }

  async fetch<K extends keyof Fetches>(what: K, request: Fetches[K]['request']): Promise<Fetches[K]['answer']> {
    this.fetched.push({ what, request });
    const failure = this.failures.get(what);
    if (failure) throw failure;
    return this.#answer(what, request) as Fetches[K]['answer'];
  }

  subscribe<K extends keyof Topics>(topic: K, request: Topics[K]['request'], listener: (delta: Topics[K]['delta']) => void): () => void {
    const entry = { topic, request, tell: listener as (delta: never) => void };
    this.#listeners.add(entry);
    if (topic === 'events') {
      const { afterEventId, ...ref } = request as RunRef & { readonly afterEventId: number };
      const { runId } = this.#find(ref).summary;
      entry.tell({ runId, events: (this.histories.get(runId) ?? []).slice(afterEventId), isCaughtUp: true } as never);
    } else if (topic === 'reach') entry.tell({ state: 'reachable', since: 0 } as never);
    else if (topic === 'status') entry.tell(STATUS as never);
    return () => void this.#listeners.delete(entry);
  }

  async send(command: DevtoolsCommand): Promise<CommandOutcome> {
    this.sent.push(command);
    return this.outcome;
  }

  close(): void {
    this.#listeners.clear();
  }

  #of(topic: keyof Topics) {
    return [...this.#listeners].filter((each) => each.topic === topic);
  }

  #find({ workflowId, runId }: RunRef): DescribedRun {
    const found = this.runs.find(({ summary }) => summary.workflowId === workflowId && (runId === undefined || summary.runId === runId));
    if (!found) throw new BackendError('notFound', `there is no run of "${workflowId}"`);
    return found;
  }

  #answer(what: keyof Fetches, request: object): object {
    switch (what) {
      case 'runs': {
        const { query, pageSize, pageToken } = request as Fetches['runs']['request'];
        const from = Number(pageToken ?? 0);
        const all = this.runs.map(({ summary }) => summary).filter((run) => this.matches(query, run));
        const isMore = from + pageSize < all.length;
        return { runs: all.slice(from, from + pageSize), ...(isMore && { nextPageToken: String(from + pageSize) }) };
      }
      case 'counts':
        return this.#counts(request as Fetches['counts']['request']);
      case 'run':
        return this.#find(request as RunRef);
      case 'family':
        return { runs: this.runs.map(({ summary }) => summary), isCut: false };
      case 'code':
        return this.code;
      case 'query': {
        const { queryType, args } = request as Fetches['query']['request'];
        return { result: this.answerQuery(queryType, args) };
      }
      case 'engine':
        return ENGINE;
      case 'namespaces':
        return { namespaces: [{ name: 'default', state: 'REGISTERED', description: '', retention: 0 }] };
      default:
        throw new BackendError('unsupported', `the double has no ${what}`);
    }
  }

  #counts({ query }: Fetches['counts']['request']): Fetches['counts']['answer'] {
    const wanted = query.replace(/\s*GROUP BY ExecutionStatus$/, '');
    const counts = new Map<string, number>();
    for (const { summary } of this.runs)
      if (this.matches(wanted, summary)) counts.set(STATUS_NAMES[summary.status], (counts.get(STATUS_NAMES[summary.status]) ?? 0) + 1);
    return { count: [...counts.values()].reduce((sum, each) => sum + each, 0), groups: [...counts].map(([name, count]) => ({ values: [name], count })) };
  }
}

const STATUS_NAMES: Readonly<Record<RunSummary['status'], string>> = {
  RUNNING: 'Running',
  COMPLETED: 'Completed',
  FAILED: 'Failed',
  CANCELLED: 'Canceled',
  TERMINATED: 'Terminated',
  CONTINUED_AS_NEW: 'ContinuedAsNew',
  TIMED_OUT: 'TimedOut',
};

const STATUS: EngineStatus = {
  role: 'leader',
  state: 'running',
  store: { driver: 'double', durability: 'strict', state: 'open', commits: 0, puts: 0, deletes: 0 },
  now: 0,
  loadedRuns: 0,
};

export const ENGINE: EngineInfo = {
  status: STATUS,
  engine: {
    workers: [
      {
        workerId: 'worker-1',
        identity: 'perdure',
        polls: [
          { kind: 'workflow', namespace: 'default', taskQueue: 'default' },
          { kind: 'activity', namespace: 'default', taskQueue: 'default' },
        ],
        lastPollTime: 0,
        workflowTasksUnderWay: 0,
        activityTasksUnderWay: 2,
      },
    ],
    commits: { seconds: 60, commits: 120, events: 360, latency: { count: 120, p50: 3, p99: 21 } },
    tabs: [
      { id: 'tab-1', role: 'leader', since: 0, lastHeard: 0, isVisible: true, version: '0.1.0' },
      { id: 'tab-2', role: 'follower', since: 0 },
    ],
    thisTab: 'tab-1',
  },
  storage: { usage: 2048, quota: 1_048_576, databases: 1024, isPersisted: false },
};

/** What tests ask for: statuses, types and run ids, joined by AND. */
function meets(query: string, run: RunSummary): boolean {
  return query.split(' AND ').every((part) => {
    if (part === '') return true;
    const values = [...part.matchAll(/"([^"]*)"/g)].map(([, value]) => value);
    if (part.startsWith('ExecutionStatus')) return values.includes(STATUS_NAMES[run.status]);
    if (part.startsWith('WorkflowType')) return values.includes(run.workflowType);
    if (part.startsWith('RunId')) return values.includes(run.runId);
    throw new BackendError('refused', `the double does not know the query ${part}`, { place: { at: 0, expected: 'something that it knows' } });
  });
}
