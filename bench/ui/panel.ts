/** The panel as applications get it, opened over a backend and closed again. */
import { type Backend, createDevtools, type Devtools, Panel } from '@perdure/devtools-ui/parts';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';

export interface Opened {
  readonly devtools: Devtools;
  close(): void;
}

export const place = (): HTMLElement => document.querySelector<HTMLElement>('#place') as HTMLElement;

export function openPanel(backend: Backend): Opened {
  const devtools = createDevtools({ backend });
  const root = createRoot(place());
  root.render(createElement(Panel, { devtools }));
  return { devtools, close: () => root.unmount() };
}

export function find<E extends Element = HTMLElement>(selector: string): E {
  const found = place().querySelector<E>(selector);
  if (!found) throw new Error(`the panel shows no ${selector}`);
  return found;
}
