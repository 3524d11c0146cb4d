/** What a person has set, kept where the host lets it be kept. */
import { createStore, type StoreApi } from 'zustand/vanilla';

export const THEMES = ['system', 'light', 'dark'] as const;
export const DENSITIES = ['compact', 'cosy'] as const;
export const TIME_FORMATS = ['clock', 'since start', 'since previous', 'UTC'] as const;

export interface Preferences {
  readonly theme: (typeof THEMES)[number];
  readonly density: (typeof DENSITIES)[number];
  readonly timeFormat: (typeof TIME_FORMATS)[number];
  /** Whether single letters act while the focus is in the panel. */
  readonly hasLetterKeys: boolean;
  /** Widths and heights of panes, in pixels, by the pane's name. */
  readonly panes: Readonly<Record<string, number>>;
}

export type PreferencesStore = StoreApi<Preferences>;
export type KeyValueStorage = Pick<Storage, 'getItem' | 'setItem'>;

const KEY = 'perdure-devtools';

export function createPreferences(storage: KeyValueStorage | undefined, isTouch = false): PreferencesStore {
  const initial: Preferences = { theme: 'system', density: isTouch ? 'cosy' : 'compact', timeFormat: 'clock', hasLetterKeys: true, panes: {} };
  const store = createStore<Preferences>(() => ({ ...initial, ...read(storage) }));
  store.subscribe((state) => {
    try {
      storage?.setItem(KEY, JSON.stringify(state));
    } catch {} // storage is full or forbidden: the preference holds until the page is gone
  });
  return store;
}

/** What is stored may be from another version, or not ours: each value is taken if it is one of those that there are. */
function read(storage: KeyValueStorage | undefined): Partial<Preferences> {
  let stored: unknown;
  try {
    stored = JSON.parse(storage?.getItem(KEY) ?? '{}');
  } catch {
    return {}; // no JSON, or storage is forbidden
  }
  if (typeof stored !== 'object' || stored === null) return {};
  const { theme, density, timeFormat, hasLetterKeys, panes } = stored as Record<keyof Preferences, unknown>;
  const known = <T>(values: readonly T[], value: unknown): value is T => values.includes(value as T);
  return {
    ...(known(THEMES, theme) && { theme }),
    ...(known(DENSITIES, density) && { density }),
    ...(known(TIME_FORMATS, timeFormat) && { timeFormat }),
    ...(typeof hasLetterKeys === 'boolean' && { hasLetterKeys }),
    ...(typeof panes === 'object' &&
      panes !== null && { panes: Object.fromEntries(Object.entries(panes).filter(([, size]) => Number.isFinite(size) && (size as number) > 0)) }),
  };
}

export function setPane(store: PreferencesStore, name: string, size: number): void {
  store.setState(({ panes }) => ({ panes: { ...panes, [name]: Math.round(size) } }));
}
