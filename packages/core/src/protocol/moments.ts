/** What a replay tells of a run's past: plain data, as the devtools get it. */
import type { Millis } from '../common/brand.ts';
import type { Failure } from '../common/failure.ts';
import type { WirePayloads } from '../common/payload.ts';
import type { HistoryEvent } from '../history/events.ts';
import type { StackTrace } from './stack-trace.ts';

export interface HandlerDefinition {
  readonly name: string;
  readonly description?: string;
  /** How many arguments it declares before the first optional one. */
  readonly parameters: number;
}

/** Something that workflow code asked for, in the task of its moment. */
export interface MomentCommand {
  /** As in the activation protocol: `startTimer`, `scheduleActivity`, `updateResponse` and so on. */
  readonly type: string;
  /** What it is about, for people: an activity's type, a child's id, a timer's duration in ms. */
  readonly subject: string;
}

export interface MomentLog {
  readonly level: string;
  readonly message: string;
}

/**
 * A function of workflow code that runs: its parameters and variables, as JSON has them. What JSON has no form for is an object with the one field `@text`,
 * which says what it is: `{ '@text': 'undefined' }`.
 */
export interface Scope {
  readonly functionName: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** A run as it was after one of its workflow tasks. Code sees the world only between tasks, so there are no other moments. */
export interface Moment {
  /** The completion of the task. */
  readonly eventId: number;
  /** The start of the task: the last event that the code knew of. */
  readonly startedEventId: number;
  /** What `Date.now()` told the workflow. */
  readonly time: Millis;
  readonly commands: readonly MomentCommand[];
  /** The places at which the code waited, in the order in which it began to. */
  readonly stacks: readonly StackTrace[];
  /** The async functions that ran, in the order in which they began. Empty unless the build prepares code for it: the Vite plugin's option `variables`. */
  readonly scopes: readonly Scope[];
  /** The answer, or the failure, of each query that declares no parameter. */
  readonly queries: Readonly<Record<string, QueryAnswer>>;
  readonly handlers: {
    readonly queries: readonly HandlerDefinition[];
    readonly signals: readonly HandlerDefinition[];
    readonly updates: readonly HandlerDefinition[];
  };
  /** What the code logged in this task. */
  readonly logs: readonly MomentLog[];
}

export type QueryAnswer = { readonly result: WirePayloads } | { readonly failure: Failure };

/** Why a replay went no further. */
export interface ReplayFailure {
  /**
   * `nonDeterminism`: the code does not agree with the history. `queryChangesState`: it does, but no longer once its queries are answered.
   * `missingCode`: it has no such workflow. `invalidHistory`, `error`: as the message says.
   */
  readonly kind: 'nonDeterminism' | 'queryChangesState' | 'missingCode' | 'invalidHistory' | 'error';
  readonly message: string;
  /** The event at which they part. */
  readonly eventId?: number;
  /** What the history has there and what the code gave, in words. */
  readonly expected?: string;
  readonly got?: string;
}

/**
 * Replays of histories in sandboxes of their own, in the engine worker of this tab. Nothing of it touches a store or runs an activity. A replay that is
 * neither read nor asked for a minute is given up.
 */
export interface ReplayService {
  /** @returns the id of the replay, which has begun */
  openReplay(request: OpenReplayRequest): Promise<{ readonly replayId: string }>;
  /**
   * Long poll: the moments from the `from`th on (0 is the first), as soon as there is one or the replay is over. Those before it are
   * forgotten, and the replay goes only so far ahead of its reader.
   */
  readReplay(request: { readonly replayId: string; readonly from: number }): Promise<ReplayPage>;
  /** A query of the run as it was at an event: one replay up to there. */
  queryReplay(request: QueryReplayRequest): Promise<{ readonly result: WirePayloads }>;
  /** Ends it, and its sandbox. Of one that is not known nothing is said. */
  closeReplay(request: { readonly replayId: string }): Promise<void>;
}

export interface OpenReplayRequest {
  readonly namespace: string;
  readonly workflowId: string;
  readonly events: readonly HistoryEvent[];
}
export interface ReplayPage {
  readonly moments: readonly Moment[];
  readonly isDone: boolean;
  readonly failure?: ReplayFailure;
}
export interface QueryReplayRequest {
  readonly replayId: string;
  /** The query is answered at the last moment that is not after this event. */
  readonly eventId: number;
  readonly queryType: string;
  readonly queryArgs?: WirePayloads;
}

export const REPLAY_METHODS: readonly (keyof ReplayService)[] = ['openReplay', 'readReplay', 'queryReplay', 'closeReplay'];
