/** What views are given without being handed it. */
import { type Context, createContext, useContext, useEffect } from 'react';
import type { Devtools } from '../state/devtools.ts';
import type { Route } from '../state/route.ts';
import type { Session } from '../state/session.ts';
import { isSoon } from '../state/ticker.ts';
import { useValue } from '../state/use-value.ts';

/** By the width of the panel, never of the window: 900 and 600 pixels are the bounds. */
export type PanelSize = 'wide' | 'medium' | 'narrow';

export const DevtoolsContext: Context<Devtools | undefined> = createContext<Devtools | undefined>(undefined);
export const SessionContext: Context<Session | undefined> = createContext<Session | undefined>(undefined);
export const SizeContext: Context<PanelSize> = createContext<PanelSize>('wide');

export function useDevtools(): Devtools {
  const devtools = useContext(DevtoolsContext);
  if (!devtools) throw new Error('This view belongs inside <Panel>');
  return devtools;
}

/** Of the backend that is shown. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('This view belongs inside an open <Panel>');
  return session;
}

export const useSize = (): PanelSize => useContext(SizeContext);

export const useRoute = <V>(select: (route: Route) => V): V => useValue(useDevtools().navigation.store, select);

/** Something that the view keeps in the address. */
export function useViewState(name: string): readonly [string, (value: string) => void] {
  const { navigation } = useDevtools();
  const value = useValue(navigation.store, ({ view }) => view[name] ?? '');
  return [value, (next) => navigation.setView(name, next)];
}

/** The engine's time. It goes on while the view is there: each second, and ten times as often when `until` is near. */
export function useNow(until?: number, isCounting = true): number {
  const { ticker } = useDevtools();
  useEffect(() => (isCounting ? ticker.watch(until) : undefined), [ticker, until, isCounting]);
  return useValue(ticker.store, ({ now }) => (isSoon(until, now) ? now : Math.floor(now / 1000) * 1000));
}
