/** The route as a store, kept in step with the router. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { formatRoute, HOME, parseRoute, type Route } from './route.ts';
import type { Router } from './router.ts';

/** `undefined` removes what is there. */
export type RouteChange = { readonly [K in keyof Route]?: Route[K] | undefined };

export interface Navigation {
  readonly store: StoreApi<Route>;
  /** Goes to another place: one step of the way back. What is left out of `to` is as in HOME; query and file stay. */
  go(to: RouteChange): void;
  /** Changes some of the place in the address, without a step of its own. */
  adjust(change: RouteChange): void;
  /** Something that a view keeps; the empty text removes it. */
  setView(name: string, value: string): void;
  /** What leads others to a place: a URL, where the router knows one. */
  linkTo(to: RouteChange): string;
  /** Begins to follow the router. @returns a function that ends it */
  follow(): () => void;
}

export function createNavigation(router: Router): Navigation {
  const store = createStore<Route>(() => parseRoute(router.read()));
  const set = (route: Route, mode: 'push' | 'replace'): void => {
    const address = formatRoute(route);
    if (address === formatRoute(store.getState())) return;
    router.write(address, mode);
    store.setState(route, true);
  };
  const from = (to: RouteChange): Route => {
    const { query, file } = store.getState();
    return withoutUndefined({ ...HOME, query, file, ...to });
  };
  return {
    store,
    go: (to) => set(from(to), 'push'),
    adjust: (change) => set(withoutUndefined({ ...store.getState(), ...change }), 'replace'),
    setView(name, value) {
      const { [name]: _, ...others } = store.getState().view;
      set({ ...store.getState(), view: value === '' ? others : { ...others, [name]: value } }, 'replace');
    },
    linkTo(to) {
      const address = formatRoute(from(to));
      return router.linkTo?.(address) ?? address;
    },
    follow() {
      const read = (): void => store.setState(parseRoute(router.read()), true);
      read();
      return router.listen(read);
    },
  };
}

const withoutUndefined = (route: RouteChange): Route =>
  Object.fromEntries(Object.entries(route).filter(([, value]) => value !== undefined)) as unknown as Route;
