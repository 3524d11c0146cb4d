/** The seam over a connection of this page: the engine may be in this tab or in another one. */
import type { Connection, EngineStatus } from '@perdure/core/client';
import { type Clock, type DataConverter, systemClock } from '@perdure/core/common';
import { type Backend, BackendError, type Capability, type CommandOutcome, type Reach, type Topics } from './backend.ts';
import { codecsOf } from './codecs.ts';
import { carryOut } from './engine-commands.ts';
import { ChangesFeed, followEvents, readHistory } from './engine-feeds.ts';
import { FETCHES } from './engine-fetches.ts';
import { followMoments, type MomentsSource } from './engine-moments.ts';
import { refusal, toBackendError } from './errors.ts';
import type { OriginStorage } from './origin-storage.ts';

export interface EngineBackendOptions {
  readonly connection: Pick<Connection, 'service' | 'status' | 'onStatus' | 'restart'> & Partial<Pick<Connection, 'replays'>>;
  /** The database, as people know it. */
  readonly label: string;
  /** The host's: what its codecs have done is undone before values are shown, and done before they are sent. */
  readonly dataConverter?: DataConverter;
  /** The types that the application's workflow code exports, for the form that starts one. */
  readonly workflowTypes?: readonly string[];
  /** What that form offers. @default 'default' */
  readonly taskQueue?: string;
  /** @default that of this page */
  readonly storage?: OriginStorage | undefined;
  /** What people may do here: what is not among it has no button, and is refused. For people who should only look: `['filter', 'query', 'timeTravel']`. @default all that there is */
  readonly allows?: readonly Capability[];
  readonly clock?: Clock;
}

const CAPABILITIES: readonly Capability[] = [
  'filter',
  'start',
  'signal',
  'query',
  'update',
  'cancel',
  'terminate',
  'completeActivity',
  'failActivity',
  'retryActivity',
  'fireTimer',
  'delete',
  'engine',
  'restartEngine',
];

/** @throws {PayloadConverterError} if the data converter's codecs lack one of their methods */
export function createEngineBackend(options: EngineBackendOptions): Backend {
  const { connection, label, workflowTypes, taskQueue = 'default', clock = systemClock } = options;
  const storage = 'storage' in options ? options.storage : globalThis.navigator?.storage;
  const { service } = connection;
  const codecs = codecsOf(options.dataConverter);
  const feeds = new Map<string, ChangesFeed>();
  const open = new Set<() => void>();
  const { replays } = connection;
  const past: MomentsSource | undefined = replays && { replays, read: (run, until) => readHistory(service, run, until) };
  const possible: readonly Capability[] = [
    ...CAPABILITIES,
    ...(past ? (['timeTravel'] as const) : []),
    ...(storage?.persist ? (['persistStorage'] as const) : []),
  ];
  const { allows = possible } = options;
  const capabilities = possible.filter((each) => allows.includes(each));

  function changesOf(namespace: string): ChangesFeed {
    const feed = feeds.get(namespace) ?? new ChangesFeed(service, namespace, clock);
    feeds.set(namespace, feed);
    return feed;
  }

  const begin: { readonly [K in keyof Topics]: (request: Topics[K]['request'], listener: (delta: Topics[K]['delta']) => void) => () => void } = {
    changes: ({ namespace }, listener) => changesOf(namespace).listen(listener),
    events: (request, listener) => followEvents({ service, changes: changesOf(request.namespace), clock }, request, listener),
    status: (_, listener) => followStatus(connection, listener),
    reach: (_, listener) => followReach(connection, clock, listener),
    moments(request, listener) {
      if (!past) throw new BackendError('unsupported', 'This connection does not tell of the past');
      return followMoments(past, request, listener);
    },
  };

  return {
    describe: () => ({ kind: 'engine', label, capabilities, isLive: true, hasCodecs: !codecs.isEmpty, taskQueue }),
    async fetch(what, request) {
      try {
        return await FETCHES[what]({ service, codecs, workflowTypes, past, status: () => connection.status(), storage }, request);
      } catch (error) {
        throw toBackendError(error);
      }
    },
    subscribe(topic, request, listener) {
      const end = begin[topic](request, listener);
      const endOnce = (): void => {
        if (open.delete(endOnce)) end();
      };
      open.add(endOnce);
      return endOnce;
    },
    async send(command) {
      if (possible.includes(command.type) && !capabilities.includes(command.type)) return notAllowed(command.type);
      return carryOut({ service, codecs, restart: () => connection.restart(), storage }, command).catch(refusal);
    },
    close() {
      for (const end of [...open]) end();
      for (const feed of feeds.values()) feed.clear();
    },
  };
}

const notAllowed = (what: Capability): CommandOutcome => ({
  isAccepted: false,
  code: 'PermissionDenied',
  reason: `"${what}" is not allowed here: the application did not name it in the option "allows" of createEngineBackend`,
});

function followStatus(connection: EngineBackendOptions['connection'], listener: (status: EngineStatus) => void): () => void {
  let isHeard = false;
  let isEnded = false;
  const end = connection.onStatus((status) => {
    isHeard = true;
    listener(status);
  });
  // What is told in the meantime is newer.
  void connection.status().then((status) => {
    if (!isHeard && !isEnded) listener(status);
  });
  return () => {
    isEnded = true;
    end();
  };
}

function followReach(connection: EngineBackendOptions['connection'], clock: Clock, listener: (reach: Reach) => void): () => void {
  let last: Reach | undefined;
  return followStatus(connection, (status) => {
    const next = reachOf(status, clock.now());
    if (last?.state === next.state && reasonOf(last) === reasonOf(next)) return;
    last = next;
    listener(next);
  });
}

const reasonOf = (reach: Reach): string | undefined => (reach.state === 'gone' ? reach.reason : undefined);

function reachOf({ state, reason }: EngineStatus, since: number): Reach {
  if (state === 'running') return { state: 'reachable', since };
  if (state === 'starting') return { state: 'connecting', since };
  return { state: 'gone', since, reason: reason ?? `the engine is ${state}` };
}
