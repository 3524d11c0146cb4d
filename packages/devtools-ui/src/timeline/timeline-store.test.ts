import { expect, test } from 'vitest';
import { createTimelineStore, type Domain } from './timeline-store.ts';
import { timeOfX, xOf } from './viewport.ts';

const T0 = 1_795_352_917_000;
/** A burst of seven seconds. */
const BURST = [0, 200, 900, 1500, 2600, 4100, 7000].map((ms) => T0 + ms);
const domain = (end: number, last = 7000): Domain => ({ start: T0, end: T0 + end, isOpen: true, last: T0 + last });

function opened(at: Domain = domain(8000), instants: readonly number[] = BURST) {
  const store = createTimelineStore();
  store.resize(1000);
  store.advance(at);
  store.refold(instants);
  return store;
}
const x = (store: ReturnType<typeof opened>, at: number): number => xOf(store.getState().map, store.getState().view, T0 + at);

test('an open run is fitted and followed: now stays at its place while time goes on', () => {
  const store = opened();
  expect(store.getState()).toMatchObject({ mode: 'live', isFit: true });
  const before = x(store, 8000);
  expect(before).toBeGreaterThan(880);
  expect(before).toBeLessThan(930);
  store.advance(domain(9000));
  expect(x(store, 9000)).toBeCloseTo(before, 3);
});

test('the silence that goes on is folded, and nothing moves while it grows', () => {
  const store = opened(domain(60_000));
  expect(store.getState().map.folds).toHaveLength(1);
  const places = () => BURST.map((at) => x(store, at - T0));
  const before = places();
  for (const end of [61_000, 90_000, 600_000]) store.advance(domain(end));
  expect(store.getState().live?.end).toBeGreaterThan(T0 + 590_000);
  for (const [index, place] of places().entries()) expect(place).toBeCloseTo(before[index] as number, 6);
});

test('an event that ends the silence leaves what was drawn as it was', () => {
  const store = opened(domain(60_000));
  const fold = store.getState().live;
  store.advance(domain(60_100, 60_050), [T0 + 60_050]);
  const { map, live } = store.getState();
  expect(live).toBeUndefined();
  expect(map.folds).toEqual([fold]);
});

test('moving away by hand leaves now, and leads back', () => {
  const store = opened();
  store.pan(-200);
  expect(store.getState()).toMatchObject({ mode: 'inspect', isFit: false });
  const left = x(store, 0);
  store.advance(domain(9000));
  expect(x(store, 0)).toBeCloseTo(left, 6);
  store.goLive();
  expect(store.getState().mode).toBe('live');
  expect(x(store, 9000)).toBeCloseTo(920, 3);
  store.fit();
  expect(store.getState()).toMatchObject({ mode: 'live', isFit: true });
});

test('zooming without a pointer stays with now while the view follows', () => {
  const store = opened();
  store.zoom(2);
  expect(store.getState()).toMatchObject({ mode: 'live', isFit: false });
  expect(x(store, 8000)).toBeCloseTo(920, 3);
  store.zoom(2, 300);
  expect(store.getState().mode).toBe('inspect');
});

test('zooms to ranges can be left one by one', () => {
  const store = opened();
  const outer = store.getState().view;
  store.show({ start: T0 + 1000, end: T0 + 3000 });
  expect(timeOfX(store.getState().map, store.getState().view, 0)).toBeCloseTo(T0 + 1000, 0);
  const inner = store.getState().view;
  store.show({ start: T0 + 1500, end: T0 + 1600 }, 0.1);
  expect(store.getState().crumbs).toEqual([outer, inner]);
  expect(store.back()).toBe(true);
  expect(store.getState().view).toEqual(inner);
  store.show({ start: T0 + 1500, end: T0 + 1600 });
  store.backTo(0);
  expect(store.getState()).toMatchObject({ view: outer, crumbs: [] });
  expect(store.back()).toBe(false);
});

test('a fold that was opened stays open, and folding can be switched off', () => {
  const store = opened({ start: T0, end: T0 + 109_500, isOpen: false, last: T0 + 109_500 }, [...BURST, T0 + 107_000, T0 + 108_000]);
  const [fold] = store.getState().folds;
  expect(store.getState()).toMatchObject({ mode: 'static', map: { folds: [fold] } });
  expect(fold?.after).toBe(T0 + 7000);
  store.toggleFold(T0 + 7000);
  expect(store.getState().map.folds).toEqual([]);
  store.refold([...BURST, T0 + 107_000, T0 + 108_000]);
  expect(store.getState().map.folds).toEqual([]);
  store.openFolds([]);
  expect(store.getState().map.folds).toEqual([fold]);
  store.toggleFolding();
  expect(store.getState().map.folds).toEqual([]);
});

test('many folds on a narrow plot share what width they may have', () => {
  const work = (from: number) => [0, 40, 90, 150].map((ms) => T0 + from + ms);
  const instants = Array.from({ length: 8 }, (_, index) => work(index * 600_000)).flat();
  const last = Math.max(...instants);
  const store = createTimelineStore();
  store.resize(300);
  store.advance({ start: T0, end: last, isOpen: false, last });
  store.refold(instants);
  const { map } = store.getState();
  expect(map.folds).toHaveLength(7);
  expect(map.folds.length * map.foldPx).toBeLessThanOrEqual(90 + 1e-9);
});

test('a run that closes is static, and one that is looked at closely is left where it is', () => {
  const store = opened();
  store.pan(-100);
  const { view } = store.getState();
  store.advance({ ...domain(9000, 9000), isOpen: false }, [T0 + 9000]);
  expect(store.getState()).toMatchObject({ mode: 'static', view });
});
