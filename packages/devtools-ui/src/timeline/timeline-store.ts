/** What the timeline shows of time: its viewport, what is folded, and whether it follows the run. Knows no React and no clock: each move is told what is now. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { findFolds, liveFold } from './folds.ts';
import type { Fold, TimeMap } from './time-map.ts';
import { fit, follow, HEADROOM, keepIn, pan, type Range, type Viewport, zoomAt } from './viewport.ts';

/** `live`: now stays in sight. `inspect`: a person has moved away from it. `static`: the run has closed. */
export type Mode = 'live' | 'inspect' | 'static';

export interface Domain extends Range {
  readonly isOpen: boolean;
  /** When something last happened. */
  readonly last: number;
}

export interface TimelineState {
  /** Of the plot, in pixels; 0 until it has been measured. */
  readonly width: number;
  readonly domain: Domain;
  readonly view: Viewport;
  readonly mode: Mode;
  /** The whole domain is in sight, and is kept so. */
  readonly isFit: boolean;
  readonly isFolding: boolean;
  readonly map: TimeMap;
  /** Everything that could be folded, opened or not. */
  readonly folds: readonly Fold[];
  /** By `after`: the folds that a person has opened. */
  readonly opened: ReadonlySet<number>;
  /** Viewports to go back to, the outermost first. */
  readonly crumbs: readonly Viewport[];
  /** The silence that goes on now, where it is folded. */
  readonly live?: Fold;
}

export interface TimelineStore extends Pick<StoreApi<TimelineState>, 'subscribe' | 'getState'> {
  resize(width: number): void;
  /** The run has grown, or time has gone on. @param fresh when things happened that were not known before */
  advance(domain: Domain, fresh?: readonly number[]): void;
  /** Decides anew what is folded. @param instants all at which something happened */
  refold(instants: Iterable<number>): void;
  zoom(factor: number, x?: number): void;
  pan(px: number): void;
  /** Shows a range, and remembers where the view was. */
  show(range: Range, margin?: number): void;
  /** Back to where the view was before the last range; to the whole run if there was none. @returns whether there was one */
  back(): boolean;
  backTo(crumb: number): void;
  fit(): void;
  goLive(): void;
  /** By their `after`. */
  toggleFold(after: number): void;
  openFolds(after: Iterable<number>): void;
  toggleFolding(): void;
  /** Shows a range without a way back: it is one of many on the way of a drag. */
  stretch(range: Range): void;
  /** Moves the left edge to a time without a change of scale. */
  moveTo(start: number): void;
}

/** How wide a fold is drawn; all together take no more of the width than this share. */
const FOLD_PX = 26;
const MOST_FOLDED = 0.3;
/** How much of the time that is not folded stays open before now, while the present silence is folded. */
const TAIL = 0.12;
/** Room at both sides of what is fitted. */
const FIT_ROOM = 0.012;

const EMPTY: Domain = { start: 0, end: 1, isOpen: false, last: 0 };

export function createTimelineStore(opened: Iterable<number> = []): TimelineStore {
  const store = createStore<TimelineState>(() => ({
    width: 0,
    domain: EMPTY,
    view: { start: 0, msPerPx: 1 },
    mode: 'static',
    isFit: true,
    isFolding: true,
    map: { folds: [], foldPx: FOLD_PX },
    folds: [],
    opened: new Set(opened),
    crumbs: [],
  }));
  const set = (change: Partial<TimelineState>): void => store.setState(settle({ ...store.getState(), ...change }), true);
  /** A move by hand: away from the whole and from now. */
  const moved = (view: Viewport, change: Partial<TimelineState> = {}): void => {
    const { map, domain, width, mode } = store.getState();
    set({ view: keepIn(map, view, domain, width), isFit: false, mode: mode === 'static' ? mode : 'inspect', ...change });
  };

  return {
    subscribe: store.subscribe,
    getState: store.getState,
    resize(width) {
      if (width !== store.getState().width) set({ width });
    },
    advance(domain, fresh = []) {
      const { mode, live, folds, domain: before } = store.getState();
      const isFirst = before === EMPTY;
      const hasNews = domain.last > before.last;
      // What was silent until now has ended: it stays folded as it was drawn.
      const kept = live && hasNews ? [...folds, { ...live, end: Math.min(live.end, ...fresh.filter((at) => at > live.start)) }] : folds;
      const next: Mode = !domain.isOpen ? 'static' : mode === 'static' && (isFirst || before.isOpen === false) ? 'live' : mode;
      set({ domain, mode: next, folds: kept.filter((fold) => fold.end > fold.start) });
    },
    refold(instants) {
      const { domain } = store.getState();
      const folds = findFolds([...instants, domain.start, domain.last, ...(domain.isOpen ? [] : [domain.end])]);
      // The present silence is measured anew, too.
      const { live: _, ...rest } = store.getState();
      store.setState(settle({ ...rest, folds }), true);
    },
    zoom(factor, x) {
      const { map, view, width, mode } = store.getState();
      // Without a pointer the view that follows stays with now.
      if (x === undefined && mode === 'live') set({ view: zoomAt(map, view, width * (1 - HEADROOM), factor, width), isFit: false });
      else moved(zoomAt(map, view, x ?? width / 2, factor, width));
    },
    pan: (px) => moved(pan(store.getState().map, store.getState().view, px)),
    show(range, margin = 0) {
      const { map, view, width, crumbs } = store.getState();
      moved(fit(map, range, width, margin), { crumbs: [...crumbs, view] });
    },
    back() {
      const { crumbs } = store.getState();
      const last = crumbs.at(-1);
      if (last) moved(last, { crumbs: crumbs.slice(0, -1) });
      return last !== undefined;
    },
    backTo(crumb) {
      const { crumbs } = store.getState();
      const target = crumbs[crumb];
      if (target) moved(target, { crumbs: crumbs.slice(0, crumb) });
    },
    fit: () => set({ isFit: true, crumbs: [], mode: modeOf(store.getState().domain) }),
    goLive() {
      const { domain, isFit, view, map, width } = store.getState();
      if (domain.isOpen) set({ mode: 'live', crumbs: [], view: isFit ? view : follow(map, view, domain.end, width) });
    },
    toggleFold(after) {
      const opened = new Set(store.getState().opened);
      if (!opened.delete(after)) opened.add(after);
      set({ opened });
    },
    openFolds(after) {
      const opened = new Set(after);
      const before = store.getState().opened;
      if (opened.size !== before.size || [...opened].some((each) => !before.has(each))) set({ opened });
    },
    toggleFolding: () => set({ isFolding: !store.getState().isFolding }),
    stretch: (range) => moved(fit(store.getState().map, range, store.getState().width)),
    moveTo: (start) => moved({ ...store.getState().view, start }),
  };
}

const modeOf = ({ isOpen }: Domain): Mode => (isOpen ? 'live' : 'static');

/** Derives the map from the folds, and the viewport from what it is bound to. */
function settle(state: TimelineState): TimelineState {
  const { width, domain, isFolding, opened, folds, isFit, mode } = state;
  if (width === 0 || domain === EMPTY) return state;
  const unfolded = domain.end - domain.start - folds.reduce((sum, { start, end }) => sum + end - start, 0);
  const live = isFolding && domain.isOpen ? liveFold(domain.last, domain.end, tailOf(state, unfolded)) : undefined;
  const drawn = isFolding ? [...folds.filter(({ after }) => !opened.has(after)), ...(live && !opened.has(live.after) ? [live] : [])] : [];
  const map: TimeMap = { folds: drawn, foldPx: Math.min(FOLD_PX, (width * MOST_FOLDED) / Math.max(1, drawn.length)) };
  const { live: _, ...rest } = state;
  const next: TimelineState = { ...rest, map, ...(live ? { live } : {}) };
  if (isFit) return { ...next, view: fitted(map, domain, width) };
  return mode === 'live' ? { ...next, view: follow(map, state.view, domain.end, width) } : next;
}

/** Once the present silence is folded its tail stays as long as it was, so that nothing moves while it grows. */
function tailOf({ live, domain }: TimelineState, unfolded: number): number {
  if (live && live.start >= domain.last) return live.start - domain.last;
  return Math.max(1, (unfolded - (domain.end - domain.last)) * TAIL);
}

/** The whole run in sight: with room right of now while it is open. */
export function fitted(map: TimeMap, { start, end, isOpen }: Domain, width: number): Viewport {
  return fit(map, { start, end: Math.max(end, start + 1) }, isOpen ? width * (1 - HEADROOM) : width, FIT_ROOM);
}
