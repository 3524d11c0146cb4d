/** Where the devtools stand in a page, as a person has left them. */
import type { KeyValueStorage } from '../state/preferences.ts';

export const SIDES = ['bottom', 'right', 'top', 'left'] as const;
export type Side = (typeof SIDES)[number];
export type Place = Side | 'floating' | 'window';

/** The places of the button: rows of the page by columns, its middle left out. */
export const CORNERS = ['top left', 'top', 'top right', 'left', 'right', 'bottom left', 'bottom', 'bottom right'] as const;
export type Corner = (typeof CORNERS)[number];

export interface Placement {
  readonly isOpen: boolean;
  readonly place: Place;
  /** Where it goes back to from a window of its own. */
  readonly lastPlace: Exclude<Place, 'window'>;
  readonly corner: Corner;
  /** Of the docked panel, in pixels. */
  readonly sizes: Readonly<Record<Side, number>>;
  /** Of the floating one. */
  readonly box: { readonly left: number; readonly top: number; readonly width: number; readonly height: number };
  /** When the panel was last looked at, in ms since the epoch: later failures are counted on the button. */
  readonly seenAt: number;
}

export interface PlacementStore {
  get(): Placement;
  set(part: Partial<Placement>): void;
  /** @returns a function that ends it */
  listen(listener: () => void): () => void;
}

const KEY = 'perdure-devtools-place';

export function createPlacement(storage: KeyValueStorage | undefined, now: number): PlacementStore {
  const listeners = new Set<() => void>();
  let placement = read(storage, now);
  return {
    get: () => placement,
    set(part) {
      placement = { ...placement, ...part };
      try {
        storage?.setItem(KEY, JSON.stringify(placement));
      } catch {} // storage is full or forbidden: the place holds until the page is gone
      for (const listener of [...listeners]) listener();
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** What is stored may be from another version, or not ours: what does not fit is as at first. */
function read(storage: KeyValueStorage | undefined, now: number): Placement {
  const first: Placement = {
    isOpen: false,
    place: 'bottom',
    lastPlace: 'bottom',
    corner: 'bottom right',
    sizes: { bottom: 380, top: 380, left: 460, right: 460 },
    box: { left: 80, top: 80, width: 900, height: 560 },
    seenAt: now,
  };
  let stored: Partial<Placement> = {};
  try {
    stored = JSON.parse(storage?.getItem(KEY) ?? '{}') ?? {};
  } catch {} // no JSON, or storage is forbidden
  const docks: readonly unknown[] = [...SIDES, 'floating'];
  const isPlace = docks.includes(stored.place) || stored.place === 'window';
  return {
    isOpen: stored.isOpen === true,
    place: isPlace && stored.place ? stored.place : first.place,
    lastPlace: docks.includes(stored.lastPlace) && stored.lastPlace ? stored.lastPlace : first.lastPlace,
    corner: stored.corner && CORNERS.includes(stored.corner) ? stored.corner : first.corner,
    sizes: numbers(first.sizes, stored.sizes),
    box: numbers(first.box, stored.box),
    seenAt: numbers({ seenAt: now }, stored).seenAt,
  };
}

function numbers<T extends Readonly<Record<string, number>>>(first: T, stored: unknown): T {
  const from = (stored ?? {}) as Readonly<Record<string, unknown>>;
  return Object.fromEntries(Object.entries(first).map(([name, value]) => [name, Number.isFinite(from[name]) ? from[name] : value])) as T;
}

/** The nearest place of the button to a point of the page. */
export function cornerNear(x: number, y: number, width: number, height: number): Corner {
  const third = (at: number, of: number): number => Math.min(2, Math.max(0, Math.floor((3 * at) / of)));
  const [row, column] = [third(y, height), third(x, width)];
  // From the middle to the side that is nearer.
  if (row === 1 && column === 1) return x < width / 2 ? 'left' : 'right';
  return cornerAt(row, column);
}

/** One step of an arrow key. Over the middle it goes to the other side. */
export function cornerBeside(corner: Corner, key: string): Corner {
  const index = CORNERS.indexOf(corner);
  const at = index < 4 ? index : index + 1;
  const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[key];
  if (!step) return corner;
  const [down = 0, right = 0] = step;
  let [row, column] = [Math.floor(at / 3) + down, (at % 3) + right];
  if (row === 1 && column === 1) [row, column] = [row + down, column + right];
  return row < 0 || row > 2 || column < 0 || column > 2 ? corner : cornerAt(row, column);
}

function cornerAt(row: number, column: number): Corner {
  const at = row * 3 + column;
  return CORNERS[at < 4 ? at : at - 1] ?? 'bottom right';
}
