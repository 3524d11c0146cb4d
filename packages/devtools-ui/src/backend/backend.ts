/**
 * The seam between the panel and whatever it looks at: an engine in this page, one behind a broadcast channel, an imported file, or a test's
 * double. Four verbs, with plain data on both sides, so that each can be carried by a function call, a port or a channel alike. Above it nothing
 * knows what is behind; below it nothing knows of React.
 */
import type { EngineStatus, Moment, ReplayFailure } from '@perdure/core/client';
import type { WirePayload, WirePayloads } from '@perdure/core/common';
import type { HistoryEvent } from '@perdure/core/history';
import type { DescribedRun, EngineInfo, NamespaceInfo, RegisteredCode, RunSummary } from './shapes.ts';

/** A run: the current one of its workflow id when `runId` is left out. */
export interface RunRef {
  readonly namespace: string;
  readonly workflowId: string;
  readonly runId?: string;
}

/** What can be done here. What is not in the set has no button. */
export type Capability =
  /** Lists take queries in Temporal's filter language. */
  | 'filter'
  | 'start'
  | 'signal'
  | 'query'
  | 'update'
  | 'cancel'
  | 'terminate'
  | 'delete'
  | 'completeActivity'
  | 'failActivity'
  | 'retryActivity'
  | 'fireTimer'
  | 'skipTime'
  | 'timeTravel'
  | 'engine'
  | 'persistStorage'
  | 'restartEngine';

export type SourceKind = 'engine' | 'channel' | 'file' | 'double';

export interface Source {
  readonly kind: SourceKind;
  /** For people: the database's name, or that of the file. */
  readonly label: string;
  readonly capabilities: readonly Capability[];
  /** Whether what is shown can still change. */
  readonly isLive: boolean;
  /** Whether payloads have been through codecs, so that they are to be decoded before they are shown. */
  readonly hasCodecs: boolean;
  /** What a start is offered to go to. */
  readonly taskQueue?: string;
}

/** What a page is asked for, by its name. */
export interface Fetches {
  runs: {
    readonly request: { readonly namespace: string; readonly query: string; readonly pageSize: number; readonly pageToken?: string };
    readonly answer: { readonly runs: readonly RunSummary[]; readonly nextPageToken?: string };
  };
  /** Of each group of the query, as `count` of a client; without GROUP BY the count alone. */
  counts: {
    readonly request: { readonly namespace: string; readonly query: string };
    readonly answer: { readonly count: number; readonly groups: readonly { readonly values: readonly string[]; readonly count: number }[] };
  };
  run: { readonly request: RunRef; readonly answer: DescribedRun };
  /** The runs that have to do with one: those under its root, itself among them, and the other runs of its workflow id. */
  family: { readonly request: Required<RunRef>; readonly answer: { readonly runs: readonly RunSummary[]; readonly isCut: boolean } };
  /** Events in ascending order after one of them; `more` when the page does not hold all. What is damaged is told, and what is before it given. */
  events: {
    readonly request: RunRef & { readonly afterEventId: number; readonly pageSize: number };
    readonly answer: { readonly runId: string; readonly events: readonly HistoryEvent[]; readonly more: boolean; readonly damage?: string };
  };
  query: {
    readonly request: RunRef & { readonly queryType: string; readonly args: WirePayloads };
    readonly answer: { readonly result: WirePayloads };
  };
  /** What a run or the workflow code has registered: of a run when it is named, else the types that the code exports. */
  code: { readonly request: { readonly namespace: string; readonly run?: RunRef }; readonly answer: RegisteredCode };
  namespaces: { readonly request: Record<string, never>; readonly answer: { readonly namespaces: readonly NamespaceInfo[] } };
  engine: { readonly request: Record<string, never>; readonly answer: EngineInfo };
  /** What payload codecs have done is undone, value by value; one that cannot be is told as such, not left out. */
  decode: {
    readonly request: { readonly namespace: string; readonly workflowId: string; readonly payloads: WirePayloads };
    readonly answer: { readonly payloads: readonly ({ readonly payload: WirePayload } | { readonly failure: string })[] };
  };
  /** A query at a moment of the past: one replay up to there. */
  queryAt: {
    readonly request: RunRef & { readonly eventId: number; readonly queryType: string; readonly args: WirePayloads };
    readonly answer: { readonly result: WirePayloads };
  };
}

/** What is told of its own accord, by its topic. A delta says what to read anew, or brings it. */
export interface Topics {
  /** Any change of a run in the namespace. */
  changes: { readonly request: { readonly namespace: string }; readonly delta: ChangesDelta };
  /** Events of one run: those that are there, page by page, then new ones. Begins after `afterEventId`; nothing is left out, nothing comes twice. */
  events: { readonly request: RunRef & { readonly afterEventId: number }; readonly delta: EventsDelta };
  status: { readonly request: Record<string, never>; readonly delta: EngineStatus };
  /** Whether what is behind the seam answers. */
  reach: { readonly request: Record<string, never>; readonly delta: Reach };
  /** The moments of a run, from its first, as a replay in a scratch sandbox comes by them. Ends with `isDone`, or with what was wrong. */
  moments: {
    readonly request: RunRef & { readonly untilEventId?: number };
    readonly delta: { readonly moments: readonly Moment[]; readonly isDone: boolean; readonly failure?: ReplayFailure };
  };
}

export interface ChangesDelta {
  readonly changes: readonly RunChange[];
  /** Others may have changed, too: what is shown is to be read anew. */
  readonly mayBeMissing: boolean;
}

export type EventsDelta =
  | {
      readonly runId: string;
      readonly events: readonly HistoryEvent[];
      /** Whether these are all that there are by now. */
      readonly isCaughtUp: boolean;
      /** In words, when the rest of the history is damaged. */
      readonly damage?: string;
    }
  /** The last one: nothing more comes. */
  | { readonly failure: Pick<BackendError, 'kind' | 'message'> };

export interface RunChange {
  readonly workflowId: string;
  readonly runId: string;
  readonly historyLength: number;
}

/** `since` is by this page's clock, in ms. */
export type Reach =
  | { readonly state: 'connecting' | 'reachable'; readonly since: number }
  | { readonly state: 'gone'; readonly since: number; readonly reason: string };

/** What a person orders. Everything here can be told again: ids are made by who orders. */
export type DevtoolsCommand =
  | {
      readonly type: 'start';
      readonly namespace: string;
      readonly workflowType: string;
      readonly workflowId: string;
      readonly taskQueue: string;
      readonly args: WirePayloads;
      readonly requestId: string;
    }
  | ({ readonly type: 'signal'; readonly signalName: string; readonly args: WirePayloads; readonly requestId: string } & RunRef)
  | ({ readonly type: 'update'; readonly updateName: string; readonly updateId: string; readonly args: WirePayloads } & RunRef)
  | ({ readonly type: 'cancel'; readonly requestId: string; readonly reason?: string } & RunRef)
  | ({ readonly type: 'terminate'; readonly reason?: string } & RunRef)
  | ({ readonly type: 'delete' } & RunRef)
  | ({ readonly type: 'completeActivity'; readonly activityId: string; readonly result: WirePayloads } & RunRef)
  | ({ readonly type: 'failActivity'; readonly activityId: string; readonly message: string; readonly isRetryable: boolean } & RunRef)
  | ({ readonly type: 'retryActivity'; readonly activityId: string } & RunRef)
  | ({ readonly type: 'fireTimer'; readonly timerId: string } & RunRef)
  /** The virtual clock goes on to `to`, and what is due on the way happens in its order. */
  | { readonly type: 'skipTime'; readonly to: number }
  /** The browser is asked not to evict what the origin keeps. */
  | { readonly type: 'persistStorage' }
  | { readonly type: 'restartEngine' };

export type CommandOutcome =
  /** `result` is what an update returned; `runId` the run that was started. */
  | { readonly isAccepted: true; readonly runId?: string; readonly result?: WirePayloads }
  | { readonly isAccepted: false; readonly code: string; readonly reason: string };

/** A failure of the seam itself. What an order was refused for is in its outcome instead. */
export class BackendError extends Error {
  override readonly name = 'BackendError';
  /** `gone`: whatever is behind the seam does not answer now; `notFound`: there is no such run; `unsupported`: not behind this seam. */
  readonly kind: 'gone' | 'notFound' | 'refused' | 'unsupported';
  /** Where a query is wrong, from 0, and what belongs there. */
  readonly place?: { readonly at: number; readonly expected: string };

  constructor(kind: BackendError['kind'], message: string, options: ErrorOptions & { readonly place?: BackendError['place'] } = {}) {
    super(message, options);
    this.kind = kind;
    if (options.place) this.place = options.place;
  }
}

export interface Backend {
  /** Of the moment: it is read again when `reach` says that an engine came back. */
  describe(): Source;
  /** @throws {BackendError} and no other */
  fetch<K extends keyof Fetches>(what: K, request: Fetches[K]['request'], signal?: AbortSignal): Promise<Fetches[K]['answer']>;
  /** Begins to be told; the first delta may come before it returns. @returns a function that ends it, after which nothing is told any more */
  subscribe<K extends keyof Topics>(topic: K, request: Topics[K]['request'], listener: (delta: Topics[K]['delta']) => void): () => void;
  /** Never rejects: what went wrong is an outcome too. */
  send(command: DevtoolsCommand): Promise<CommandOutcome>;
  /** Ends all subscriptions, and whatever the backend has started. */
  close(): void;
}
