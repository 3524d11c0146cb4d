/** Views of the list that a person has saved: a query and an order under a name, kept where the host lets it be kept, and carried as JSON. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { KeyValueStorage } from './preferences.ts';

export interface SavedView {
  readonly name: string;
  /** In Temporal's filter language. */
  readonly query: string;
  /** As in the address: "startTime,-duration"; empty: the engine's own order. */
  readonly sort: string;
}

export interface SavedViewsState {
  readonly views: readonly SavedView[];
  /** The one that the panel opens with. */
  readonly defaultName?: string;
}

export interface SavedViews {
  readonly store: StoreApi<SavedViewsState>;
  /** One of the same name is replaced. */
  save(view: SavedView): void;
  remove(name: string): void;
  setDefault(name: string | undefined): void;
  /** All of them, as JSON. */
  exportText(): string;
  /**
   * Adds those of a text that `exportText` has made; ones of the same name are replaced.
   *
   * @returns how many there were
   * @throws {Error} that says what is wrong, and where
   */
  importText(text: string): number;
}

const KEY = 'perdure-devtools-views';
const FORMAT = 'perdure-devtools-views/1';
const MOST_VIEWS = 1000;
const LONGEST_TEXT = 20_000;

export function createSavedViews(storage: KeyValueStorage | undefined): SavedViews {
  const store = createStore<SavedViewsState>(() => read(storage));
  store.subscribe((state) => {
    try {
      storage?.setItem(KEY, textOf(state));
    } catch {} // storage is full or forbidden: the view is there until the page is gone
  });
  const put = (added: readonly SavedView[]): void =>
    store.setState(({ views }) => {
      const names = new Set(added.map(({ name }) => name));
      return { views: [...views.filter(({ name }) => !names.has(name)), ...added].sort((a, b) => a.name.localeCompare(b.name)) };
    });

  return {
    store,
    save: (view) => put([view]),
    remove(name) {
      const { views, defaultName } = store.getState();
      const left = views.filter((view) => view.name !== name);
      store.setState({ views: left, ...(defaultName !== undefined && defaultName !== name && { defaultName }) }, true);
    },
    setDefault(name) {
      const { views } = store.getState();
      store.setState({ views, ...(name !== undefined && { defaultName: name }) }, true);
    },
    exportText: () => textOf(store.getState()),
    importText(text) {
      const { views } = parse(text);
      put(views);
      return views.length;
    },
  };
}

const textOf = ({ views, defaultName }: SavedViewsState): string =>
  JSON.stringify({ format: FORMAT, views, ...(defaultName !== undefined && { defaultName }) }, null, 2);

function read(storage: KeyValueStorage | undefined): SavedViewsState {
  try {
    const text = storage?.getItem(KEY);
    return text ? parse(text) : { views: [] };
  } catch {
    return { views: [] }; // not ours, or of another version, or storage is forbidden
  }
}

function parse(text: string): SavedViewsState {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`It is no JSON: ${(error as Error).message}`);
  }
  const { format, views, defaultName } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  if (format !== FORMAT) throw new Error(`It holds no views: its "format" is ${JSON.stringify(format) ?? 'missing'} instead of "${FORMAT}"`);
  if (!Array.isArray(views) || views.length > MOST_VIEWS) throw new Error(`"views" is no list of at most ${MOST_VIEWS} views`);
  const known = views.map(viewOf);
  return { views: known, ...(known.some(({ name }) => name === defaultName) && { defaultName: defaultName as string }) };
}

function viewOf(value: unknown, index: number): SavedView {
  const { name, query, sort = '' } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const isText = (each: unknown): each is string => typeof each === 'string' && each.length <= LONGEST_TEXT;
  if (!isText(name) || name.trim() === '' || !isText(query) || !isText(sort)) throw new Error(`views[${index}] has no "name" or no "query"`);
  return { name, query, sort };
}
