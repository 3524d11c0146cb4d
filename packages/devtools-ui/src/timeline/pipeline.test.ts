import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findFolds, liveFold } from './folds.ts';
import { stepFor, ticksOf } from './ticks.ts';
import { compress, distance, expand, type Fold, LINEAR, project, type TimeMap, timeAt } from './time-map.ts';
import { fit, follow, keepIn, LONGEST_MS, pan, SHORTEST_MS, timeOfX, xOf, zoomAt } from './viewport.ts';

const T0 = 1_795_352_917_000;

/** Folds within some minutes, in their order. */
const maps: fc.Arbitrary<TimeMap> = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 1, max: 100_000 })), { maxLength: 6 })
  .map((pairs) => {
    const folds: Fold[] = [];
    let at = T0;
    for (const [before, length] of pairs) {
      folds.push({ start: at + before, end: at + before + length, after: at });
      at += before + length;
    }
    return { folds, foldPx: 26 };
  });
const times = fc.integer({ min: -50_000, max: 1_500_000 }).map((ms) => T0 + ms);
const scales = fc.double({ min: 0.01, max: 5000, noNaN: true });

/** In pixels: times since 1970 hold a quarter of a microsecond at best, which is less than a pixel at every scale. */
const offBy = (map: TimeMap, msPerPx: number, a: number, b: number): number => Math.abs(distance(map, msPerPx, a, b));

describe('wall time, compressed time, viewport and pixels', () => {
  test('each step can be undone', () => {
    fc.assert(
      fc.property(maps, times, times, scales, (map, at, start, msPerPx) => {
        expect(expand(map, compress(map, at))).toBeCloseTo(at, 1);
        const px = distance(map, msPerPx, start, at);
        expect(offBy(map, msPerPx, timeAt(map, msPerPx, start, px), at)).toBeLessThan(0.1);
        const view = { start, msPerPx };
        expect(offBy(map, msPerPx, timeOfX(map, view, xOf(map, view, at)), at)).toBeLessThan(0.1);
      }),
    );
  });

  test('later is never further left', () => {
    fc.assert(
      fc.property(maps, times, times, scales, (map, a, b, msPerPx) => {
        const [early, late] = a < b ? [a, b] : [b, a];
        expect(project(map, msPerPx, early)).toBeLessThanOrEqual(project(map, msPerPx, late) + 1e-6);
      }),
    );
  });

  test('a fold is as wide at every scale', () => {
    const map: TimeMap = { folds: [{ start: T0 + 1000, end: T0 + 100_000, after: T0 }], foldPx: 26 };
    for (const msPerPx of [0.1, 10, 5000]) expect(distance(map, msPerPx, T0 + 1000, T0 + 100_000)).toBeCloseTo(26, 6);
    expect(distance(map, 10, T0, T0 + 101_000)).toBeCloseTo(100 + 26 + 100, 6);
    expect(timeAt(map, 10, T0, 113)).toBeCloseTo(T0 + 50_500, 3);
  });

  test('zooming leaves what is under the pointer where it is', () => {
    fc.assert(
      fc.property(
        maps,
        times,
        fc.double({ min: 0.5, max: 2000, noNaN: true }),
        fc.double({ min: 0, max: 1000, noNaN: true }),
        fc.double({ min: 0.3, max: 3, noNaN: true }),
        (map, start, msPerPx, x, factor) => {
          const view = { start, msPerPx };
          const at = timeOfX(map, view, x);
          expect(xOf(map, zoomAt(map, view, x, factor, 1000), at)).toBeCloseTo(x, 1);
        },
      ),
    );
  });

  test('the whole width shows between a millisecond and ten years', () => {
    const view = { start: T0, msPerPx: 1 };
    const close = zoomAt(LINEAR, view, 500, 1e12, 1000);
    const far = zoomAt(LINEAR, view, 500, 1e-15, 1000);
    expect(close.msPerPx * 1000).toBeCloseTo(SHORTEST_MS, 9);
    expect(far.msPerPx * 1000).toBeCloseTo(LONGEST_MS, 0);
  });

  test('panning there and back is no move', () => {
    fc.assert(
      fc.property(maps, times, scales, fc.integer({ min: -900, max: 900 }), (map, start, msPerPx, px) => {
        const view = { start, msPerPx };
        expect(offBy(map, msPerPx, pan(map, pan(map, view, px), -px).start, start)).toBeLessThan(0.1);
      }),
    );
  });

  test('fitting shows a range from edge to edge, folds and all', () => {
    fc.assert(
      fc.property(maps, (map) => {
        const range = { start: T0 - 3000, end: T0 + 1_400_000 };
        const view = fit(map, range, 1000);
        expect(xOf(map, view, range.start)).toBeCloseTo(0, 3);
        expect(xOf(map, view, range.end)).toBeCloseTo(1000, 3);
      }),
    );
  });

  test('nobody is lost in empty time', () => {
    const domain = { start: T0, end: T0 + 10_000 };
    const lost = keepIn(LINEAR, { start: T0 + 9_000_000, msPerPx: 10 }, domain, 1000);
    expect(xOf(LINEAR, lost, domain.end)).toBeCloseTo(250, 6);
    const before = keepIn(LINEAR, { start: T0 - 9_000_000, msPerPx: 10 }, domain, 1000);
    expect(xOf(LINEAR, before, domain.start)).toBeCloseTo(750, 6);
  });

  test('a view that follows has now near its right edge', () => {
    expect(xOf(LINEAR, follow(LINEAR, { start: 0, msPerPx: 10 }, T0, 1000), T0)).toBeCloseTo(920, 6);
  });
});

describe('folds', () => {
  test('a long silence after a burst is folded, with a margin', () => {
    const burst = [0, 200, 900, 1500, 2600, 4100, 7000].map((ms) => T0 + ms);
    const [fold, ...rest] = findFolds([...burst, T0 + 107_000, T0 + 108_000, T0 + 109_500]);
    expect(rest).toEqual([]);
    expect(fold?.start).toBeGreaterThan(T0 + 7000);
    expect(fold?.end).toBeLessThan(T0 + 107_000);
    expect((fold?.end ?? 0) - (fold?.start ?? 0)).toBeGreaterThan(90_000);
  });

  test('even steps are not folded, nor is a run without silence', () => {
    expect(findFolds(Array.from({ length: 40 }, (_, index) => T0 + index * 5000))).toEqual([]);
    expect(findFolds([T0, T0 + 5000])).toEqual([]);
    expect(findFolds([])).toEqual([]);
  });

  test('waits of several sizes are folded, one size after the other', () => {
    const work = (from: number) => [0, 40, 90, 150].map((ms) => from + ms);
    const DAY = 86_400_000;
    const folds = findFolds([...work(T0), ...work(T0 + 60_000), ...work(T0 + 30 * DAY)]);
    expect(folds.map(({ start, end }) => Math.round((end - start) / 1000))).toEqual([60, 30 * 86_400 - 60].map((seconds) => expect.closeTo(seconds, -1)));
  });

  test('the silence that goes on is folded up to shortly before now', () => {
    expect(liveFold(T0, T0 + 2000, 500)).toBeUndefined();
    expect(liveFold(T0, T0 + 60_000, 500)).toEqual({ start: T0 + 500, end: T0 + 59_500, after: T0 });
  });
});

describe('ticks', () => {
  test('marks are at least 80 pixels apart, and at most two and a half times that', () => {
    for (let msPerPx = 0.001; msPerPx < LONGEST_MS / 1000; msPerPx *= 1.37) {
      const { ms } = stepFor(msPerPx);
      expect(ms / msPerPx).toBeGreaterThanOrEqual(80);
      if (msPerPx > 0.001) expect(ms / msPerPx).toBeLessThanOrEqual(290);
    }
  });

  test('labels tell only what changed', () => {
    const start = new Date(2026, 10, 22, 12, 45, 33).getTime();
    expect(ticksOf(LINEAR, { start, msPerPx: 20 }, 600).map(({ label }) => label)).toEqual(['12:45:34', '36 s', '38 s', '40 s', '42 s', '44 s']);
  });

  test('the next minute, the next day and months have their names', () => {
    const labels = (start: Date, msPerPx: number) => ticksOf(LINEAR, { start: start.getTime(), msPerPx }, 600).map(({ label }) => label);
    expect(labels(new Date(2026, 10, 22, 12, 45, 50), 50)).toEqual(['12:45:50', '55 s', '12:46', '5 s', '10 s', '15 s', '20 s']);
    expect(labels(new Date(2026, 10, 22, 18), 100_000)).toEqual(['18:00', '21:00', '23 Nov', '03:00', '06:00', '09:00']);
    expect(labels(new Date(2026, 10, 28), 86_400_000 / 100)).toEqual(['28 Nov', '29 Nov', '30 Nov', '1 Dec', '2 Dec', '3 Dec', '4 Dec']);
    expect(labels(new Date(2026, 10, 1), 86_400_000 / 3)).toEqual(['Nov 2026', 'Dec', 'Jan 2027', 'Feb', 'Mar', 'Apr', 'May']);
    expect(labels(new Date(2026, 10, 22, 12, 45, 33), 1)).toEqual(['12:45:33', '100 ms', '200 ms', '300 ms', '400 ms', '500 ms', '600 ms']);
  });

  test('there are none inside a fold', () => {
    const map: TimeMap = { folds: [{ start: T0 + 1000, end: T0 + 900_000, after: T0 }], foldPx: 26 };
    for (const { at } of ticksOf(map, { start: T0, msPerPx: 10 }, 900)) expect(at <= T0 + 1000 || at >= T0 + 900_000).toBe(true);
  });
});
