/** A run's next state while a command is being decided: inputs are appended, and each folds into the state at once. */
import type { Millis } from '../common/brand.ts';
import type { EventAttributes, EventType, HistoryEvent } from '../history/events.ts';
import type { EngineCommand } from './command.ts';
import { evolve } from './evolve.ts';
import type { HeldEvent, Input, Note, NoteAttributes, NoteType } from './input.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import type { RunState } from './run-state.ts';
import type { Send } from './sends.ts';

export type Collection = 'activities' | 'activityIds' | 'timers' | 'timersByStart' | 'children' | 'updates' | 'requestIds';

/** A copy of a state that may be written to. Its collections are forked when they are first written. */
export interface Draft {
  state: RunState;
  /** The time of the decision; never before the last event. */
  readonly now: Millis;
  readonly inputs: Input[];
  readonly owned: Set<Collection>;
  readonly limits: Limits;
  /** The id that a next run of the chain would have, where one may begin. */
  readonly newRunId: string | undefined;
  /** The next run of the chain, opened with the close of this one. */
  opens: EngineCommand<'StartWorkflowExecution'> | undefined;
  /** What it asks of other runs, in order. */
  sends: Send[];
}

export const openDraft = (state: RunState, now: Millis, newRunId?: string, limits: Limits = DEFAULT_LIMITS): Draft => ({
  state: { ...state },
  now: Math.max(now, state.lastEventAt),
  inputs: [],
  owned: new Set(),
  limits,
  newRunId,
  opens: undefined,
  sends: [],
});

/** A collection of the draft, to be written to. */
export function own<N extends Collection>(draft: Draft, name: N): RunState[N] {
  const { state, owned } = draft;
  if (!owned.has(name)) {
    owned.add(name);
    (state as Record<Collection, unknown>)[name] = state[name].fork();
  }
  return state[name];
}

/** Appends an event to the history and folds it in. `at` is given where it came before it is written. */
export function record<T extends EventType>(draft: Draft, type: T, attributes: EventAttributes[T], at: Millis = draft.now): HistoryEvent<T> {
  const event = { eventId: draft.state.lastEventId + 1, eventTime: at, type, attributes } as HistoryEvent<T>;
  append(draft, event as Input);
  return event;
}

/** Appends a note and folds it in. */
export function note<T extends NoteType>(draft: Draft, type: T, attributes: NoteAttributes[T]): void {
  append(draft, { note: type, attributes } as Note);
}

/**
 * Records an event of the outside: at once, or, while a workflow task runs, when that task ends. Commands of a task and the
 * events of the task itself never go this way.
 */
export function recordOrHold<T extends EventType>(draft: Draft, type: T, attributes: EventAttributes[T], at: Millis = draft.now): void {
  if (draft.state.workflowTask.phase === 'started') note(draft, 'EventHeld', { type, at, attributes } as HeldEvent);
  else record(draft, type, attributes, at);
}

function append(draft: Draft, input: Input): void {
  draft.inputs.push(input);
  evolve(draft, input);
}
