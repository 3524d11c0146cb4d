/** What time, chance and freedom code has, by whose code it is and in what realm it runs. */
import type { Activator } from './activator.ts';
import { currentFrame } from './context.ts';
import { DeterminismViolationError } from './errors.ts';
import { Alea } from './random.ts';

export type Realm = 'shared' | 'dedicated';

/** What time and chance there is at one point of code. */
export interface Ambient {
  readonly now: number;
  random(): number;
}

const GLOBALS = Symbol.for('perdure.globals');
interface State {
  realm: Realm;
  /** Modules of workflows are being loaded: they belong to no run yet. */
  loading: number;
}
const realmState = globalThis as unknown as { [GLOBALS]?: State };

/** Library code may seed itself when it loads: it gets a clock that stands still, and the same numbers each time. */
const loadingRandom = new Alea([0]);
const LOADING: Ambient = { now: 0, random: () => loadingRandom.next() };

/**
 * Time and chance of the code that calls, or `undefined` where the host's are right.
 *
 * @throws {DeterminismViolationError} in code of a run outside of its activations
 */
export function ambient(what: string): Ambient | undefined {
  const frame = currentFrame();
  const owner = frame?.owner as Activator | undefined;
  if (owner) {
    if (!owner.isActive) throw owner.escaped();
    return { now: owner.now, random: () => owner.random.next() };
  }
  const state = realmState[GLOBALS];
  if (state?.realm !== 'dedicated' || frame?.isHost) return undefined;
  if (state.loading > 0) return LOADING;
  throw new DeterminismViolationError(
    `${what} was used outside of an activation: code of a workflow awaited something that the engine does not own. Do such work in an activity.`,
  );
}

/** True where code may use what workflow code may not. */
export function mayUseHost(): boolean {
  const frame = currentFrame();
  return realmState[GLOBALS]?.realm === 'dedicated' ? frame?.isHost === true : frame?.owner === undefined;
}

export function startLoading(): void {
  const state = realmState[GLOBALS];
  if (state) state.loading++;
}
export function endLoading(): void {
  const state = realmState[GLOBALS];
  if (state) state.loading--;
}

/** Says once what the realm is for. A dedicated one cannot become a shared one again. */
export function prepareRealm(realm: Realm): { readonly isNew: boolean; readonly becomesDedicated: boolean } {
  const state = realmState[GLOBALS];
  const becomesDedicated = realm === 'dedicated' && state?.realm !== 'dedicated';
  if (!state) Object.defineProperty(realmState, GLOBALS, { value: { realm, loading: 0 } satisfies State });
  else if (becomesDedicated) state.realm = realm;
  return { isNew: !state, becomesDedicated };
}
