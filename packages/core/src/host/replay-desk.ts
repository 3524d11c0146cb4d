/** The replays of an engine worker, for the devtools of its page: each has a sandbox of its own, and is gone when nobody asks for it any more. */
import type { Millis } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';
import type { LoadedDataConverter } from '../common/data-converter.ts';
import { ServiceError } from '../common/service-error.ts';
import { InvalidHistoryError, validateHistory } from '../history/validate.ts';
import type { Sandbox } from '../protocol/activation.ts';
import type { Moment, OpenReplayRequest, QueryReplayRequest, ReplayFailure, ReplayPage, ReplayService } from '../protocol/moments.ts';
import { NonDeterminismError } from '../worker/determinism.ts';
import { MissingCodeError, momentsOf, queryAt } from '../worker/moments.ts';
import { SandboxKeeper } from '../worker/sandbox-keeper.ts';
import { WorkflowTaskFailure } from '../worker/task-failure.ts';

export interface ReplayDeskOptions {
  readonly createSandbox: () => Sandbox;
  readonly dataConverter: LoadedDataConverter;
  readonly clock: Clock;
  /** The longest that one activation of workflow code may take. */
  readonly limit: Millis;
  readonly newId: () => string;
}

/** So many moments may wait for their reader before the replay does. */
const MOST_AHEAD = 2_000;
const MOST_REPLAYS = 8;
const FORGOTTEN_AFTER: Millis = 60_000;

interface Replay {
  readonly request: OpenReplayRequest;
  /** Those from the `base`th on. */
  moments: Moment[];
  base: number;
  isDone: boolean;
  failure: ReplayFailure | undefined;
  readonly keepers: Set<SandboxKeeper>;
  /** Called, and emptied, whenever something of the above changes. */
  waiting: (() => void)[];
  takeTimerBack: () => void;
}

export function createReplayDesk(options: ReplayDeskOptions): ReplayService & { readonly close: () => void } {
  const { clock, dataConverter, newId } = options;
  const replays = new Map<string, Replay>();

  function find(replayId: string): Replay {
    const replay = replays.get(replayId);
    if (!replay) throw new ServiceError('NotFound', `there is no replay "${replayId}" in this tab: it was closed, or not asked for a minute; open it again`);
    keep(replayId, replay);
    return replay;
  }

  function keep(replayId: string, replay: Replay): void {
    replay.takeTimerBack();
    replay.takeTimerBack = clock.setTimer(FORGOTTEN_AFTER, () => end(replayId));
  }

  function end(replayId: string): void {
    const replay = replays.get(replayId);
    if (!replay) return;
    replays.delete(replayId);
    replay.takeTimerBack();
    for (const keeper of replay.keepers) void keeper.close();
    changed(replay);
  }

  const isOpen = (replay: Replay): boolean => [...replays.values()].includes(replay);

  async function run(replay: Replay): Promise<void> {
    try {
      await inSandbox(replay, async (sandbox) => {
        for await (const moment of momentsOf(momentOptions(replay.request, sandbox, true))) {
          replay.moments.push(moment);
          changed(replay);
          while (replay.moments.length >= MOST_AHEAD && isOpen(replay)) await nextChange(replay);
          if (!isOpen(replay)) return;
        }
        validateHistory(replay.request.events);
      });
    } catch (error) {
      replay.failure = await explain(replay, error);
    }
    replay.isDone = true;
    changed(replay);
  }

  /** Code that agrees with its history as long as nobody asks it anything has a query that changes something. */
  async function explain(replay: Replay, error: unknown): Promise<ReplayFailure> {
    const failure = describe(error);
    if (failure.kind !== 'nonDeterminism' || !isOpen(replay)) return failure;
    try {
      await inSandbox(replay, async (sandbox) => {
        for await (const _ of momentsOf(momentOptions(replay.request, sandbox, false)));
      });
    } catch {
      return failure;
    }
    return {
      ...failure,
      kind: 'queryChangesState',
      message: `A query handler changes the state of the workflow: without queries its code agrees with the history. ${failure.message}`,
    };
  }

  async function inSandbox<T>(replay: Replay, use: (sandbox: SandboxKeeper) => Promise<T>): Promise<T> {
    const keeper = new SandboxKeeper({ create: options.createSandbox, limit: options.limit, clock, onReplaced: () => undefined });
    replay.keepers.add(keeper);
    try {
      return await use(keeper);
    } finally {
      replay.keepers.delete(keeper);
      await keeper.close();
    }
  }

  const momentOptions = ({ namespace, workflowId, events }: OpenReplayRequest, sandbox: SandboxKeeper, answersQueries: boolean) => {
    const { payloadCodecs: codecs, payloadConverter } = dataConverter;
    return { sandbox, codecs, payloadConverter, namespace, workflowId, events, answersQueries };
  };

  return {
    async openReplay(request) {
      if (replays.size >= MOST_REPLAYS)
        throw new ServiceError('ResourceExhausted', `${MOST_REPLAYS} replays are open in this tab, each with a sandbox of its own; close one of them first`);
      const replayId = newId();
      const replay: Replay = {
        request,
        moments: [],
        base: 0,
        isDone: false,
        failure: undefined,
        keepers: new Set(),
        waiting: [],
        takeTimerBack: () => undefined,
      };
      replays.set(replayId, replay);
      keep(replayId, replay);
      void run(replay);
      return { replayId };
    },

    async readReplay({ replayId, from }): Promise<ReplayPage> {
      const replay = find(replayId);
      if (!Number.isInteger(from) || from < replay.base)
        throw new ServiceError('InvalidArgument', `the moments of replay "${replayId}" can be read from ${replay.base} on, not from ${from}`);
      if (from > replay.base) {
        replay.moments.splice(0, from - replay.base);
        replay.base = from;
        changed(replay);
      }
      while (replay.moments.length === 0 && !replay.isDone) {
        await nextChange(replay);
        if (!isOpen(replay)) throw new ServiceError('NotFound', `replay "${replayId}" was closed while its moments were waited for`);
      }
      const { moments, isDone, failure } = replay;
      keep(replayId, replay);
      return { moments: [...moments], isDone, ...(failure && { failure }) };
    },

    async queryReplay({ replayId, eventId, queryType, queryArgs = [] }: QueryReplayRequest) {
      const replay = find(replayId);
      const answer = await inSandbox(replay, (sandbox) => queryAt(momentOptions(replay.request, sandbox, false), { eventId, queryType, queryArgs })).catch(
        (error: unknown) => ({ failure: { message: describe(error).message } }),
      );
      if ('result' in answer) return answer;
      throw new ServiceError('QueryFailed', answer.failure.message, { details: { failure: answer.failure } });
    },

    async closeReplay({ replayId }) {
      end(replayId);
    },

    close() {
      for (const replayId of [...replays.keys()]) end(replayId);
    },
  };
}

function changed(replay: Replay): void {
  for (const wake of replay.waiting.splice(0)) wake();
}

const nextChange = (replay: Replay): Promise<void> => new Promise((resolve) => replay.waiting.push(resolve));

function describe(error: unknown): ReplayFailure {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof NonDeterminismError) {
    const { eventId, expected, got } = error;
    return { kind: 'nonDeterminism', message, eventId, expected, got };
  }
  if (error instanceof WorkflowTaskFailure && error.failedCause === 'NON_DETERMINISTIC_ERROR') return { kind: 'nonDeterminism', message };
  if (error instanceof MissingCodeError) return { kind: 'missingCode', message };
  if (error instanceof InvalidHistoryError) return { kind: 'invalidHistory', message, eventId: error.eventId };
  return { kind: 'error', message };
}
