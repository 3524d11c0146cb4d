import { expect, test } from 'vitest';
import { cornerBeside, cornerNear, createPlacement } from './placement.ts';

function storageOf(first: string | null) {
  let text = first;
  return {
    getItem: () => text,
    setItem(_: string, value: string) {
      text = value;
    },
  };
}

test('what a person has set is there again, and is told when it changes', () => {
  const storage = storageOf(null);
  const placement = createPlacement(storage, 1000);
  const told: string[] = [];
  const end = placement.listen(() => told.push(placement.get().place));
  placement.set({ place: 'right', sizes: { ...placement.get().sizes, right: 300 }, isOpen: true });
  end();
  placement.set({ corner: 'top' });
  expect(told).toEqual(['right']);
  expect(createPlacement(storage, 2000).get()).toEqual(placement.get());
});

test.each([
  'null',
  '7',
  'no json',
  '{"place":"ceiling","sizes":{"bottom":"x","top":null},"box":[],"corner":4,"isOpen":"yes","seenAt":"now","lastPlace":"window"}',
])('stored rubbish is as nothing: %s', (text) => {
  expect(createPlacement(storageOf(text), 1000).get()).toEqual(createPlacement(undefined, 1000).get());
});

test('a browser that keeps nothing is no fault', () => {
  const forbidden = (): never => {
    throw new DOMException('no', 'SecurityError');
  };
  const placement = createPlacement({ getItem: forbidden, setItem: forbidden }, 1000);
  placement.set({ isOpen: true });
  expect(placement.get().isOpen).toBe(true);
});

test('the button goes to the corner or side that is nearest', () => {
  const near = (x: number, y: number): string => cornerNear(x, y, 900, 600);
  expect([near(10, 10), near(450, 10), near(890, 590), near(10, 300), near(440, 300), near(460, 300), near(-5, 700)]).toEqual([
    'top left',
    'top',
    'bottom right',
    'left',
    'left',
    'right',
    'bottom left',
  ]);
});

test('arrow keys go from place to place, over the middle, and not beyond the page', () => {
  expect([
    cornerBeside('bottom right', 'ArrowUp'),
    cornerBeside('right', 'ArrowLeft'),
    cornerBeside('top', 'ArrowDown'),
    cornerBeside('top left', 'ArrowLeft'),
    cornerBeside('bottom', 'ArrowDown'),
    cornerBeside('left', 'a'),
  ]).toEqual(['right', 'left', 'bottom', 'top left', 'bottom', 'left']);
});
