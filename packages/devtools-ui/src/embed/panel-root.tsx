/** The panel of a page, in a React root of its own: docked, floating, or in a window. A fault in it ends in the shell, never in the application. */
import { StrictMode } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { createEngineBackend } from '../backend/engine-backend.ts';
import { createDevtools, type Devtools } from '../state/devtools.ts';
import type { KeyValueStorage } from '../state/preferences.ts';
import { copyWithin } from '../ui/copy.ts';
import { adoptSheet } from '../ui/sheets.ts';
import { crashNotice } from './crash-notice.ts';
import { dockStyles } from './dock.styles.ts';
import { Dock } from './dock.tsx';
import type { DevtoolsMountOptions } from './options.ts';
import { openPanelWindow, type PanelWindow, WINDOW_FEATURES, WINDOW_NAME } from './panel-window.ts';
import type { PanelPlaces } from './shell.ts';

export interface OpenPanel {
  focus(): void;
  /** Nothing of it is left, and nothing listens. */
  close(): void;
}

/** @returns what opens the panel, again and again: always over the same devtools, which know where one was */
export function createPanelRoot(options: DevtoolsMountOptions, storage: KeyValueStorage | undefined): (places: PanelPlaces) => OpenPanel {
  const { client, label = 'perdure', namespace, page, isInline = false, dataConverter, workflowTypes, taskQueue } = options;
  let shown: Window = window;
  const devtools = createDevtools({
    backend: createEngineBackend({
      connection: client,
      label,
      ...(dataConverter && { dataConverter }),
      ...(workflowTypes && { workflowTypes }),
      ...(taskQueue !== undefined && { taskQueue }),
    }),
    ...(namespace !== undefined && { namespace }),
    ...(client.replays && { replays: client.replays }),
    ...(storage && { storage }),
    isTouch: matchMedia('(pointer: coarse)').matches,
    // In a window of its own it goes by that window's frames: those of a page that is covered do not come.
    scheduleFrame(run) {
      const { requestAnimationFrame, cancelAnimationFrame } = shown;
      const handle = requestAnimationFrame.call(shown, run);
      const by = shown;
      return () => cancelAnimationFrame.call(by, handle);
    },
  });
  const onShown = (by: Window): void => {
    shown = by;
    copyWithin(by);
  };
  return (places) => open(devtools, places, { page, isInline, onShown });
}

interface Where {
  readonly page: string | undefined;
  readonly isInline: boolean;
  readonly onShown: (by: Window) => void;
}

/** Draws the panel where the placement says, and draws it anew in another document when that changes. */
function open(devtools: Devtools, places: PanelPlaces, { page, isInline, onShown }: Where): OpenPanel {
  const { placement, root } = places;
  let drawn: { readonly close: () => void; readonly container: HTMLElement } | undefined;
  let popup: PanelWindow | undefined;
  let isInWindow = false;

  const draw = (container: HTMLElement, isAlone: boolean): void => {
    const reactRoot = createRoot(container, {
      identifierPrefix: 'perdure-',
      onCaughtError: (error) => console.warn('The devtools of Perdure have crashed', error),
      onUncaughtError: (error) => queueMicrotask(() => places.onCrash(crashNotice(error, places.onReopen))),
    });
    // At once, so that the focus can be moved into it.
    flushSync(() =>
      reactRoot.render(
        <StrictMode>
          <Dock devtools={devtools} placement={placement} isAlone={isAlone} onClose={places.onClose} onWindow={toWindow} />
        </StrictMode>,
      ),
    );
    drawn = {
      container,
      close() {
        reactRoot.unmount();
        container.remove();
      },
    };
  };

  function drawHere(): void {
    onShown(window);
    adoptSheet(root, dockStyles);
    const container = document.createElement('div');
    container.className = 'pd-embed';
    root.append(container);
    draw(container, isInline);
  }

  function drawInWindow(): boolean {
    popup = openPanelWindow(() => {
      // A person has closed it.
      popup = undefined;
      isInWindow = false;
      places.onClose();
    });
    if (!popup) return false;
    onShown(popup.window);
    adoptSheet(popup.window.document, dockStyles);
    draw(popup.container, true);
    return true;
  }

  /** Has to be called by what a person did: browsers let pages open windows at no other time. */
  function toWindow(): void {
    if (page !== undefined) {
      if (window.open(page, WINDOW_NAME, WINDOW_FEATURES)) places.onClose();
      else refuse();
      return;
    }
    drawn?.close();
    drawn = undefined;
    isInWindow = drawInWindow();
    if (isInWindow) return placement.set({ place: 'window' });
    drawHere();
    refuse();
  }

  const refuse = (): void => devtools.toasts.show({ tone: 'bad', text: 'The browser did not open a window: allow windows for this site, and try again' });

  const unlisten = placement.listen(() => {
    if (!isInWindow || placement.get().place === 'window' || !placement.get().isOpen) return;
    isInWindow = false;
    drawn?.close();
    popup?.close();
    popup = undefined;
    drawHere();
  });

  // A window of this page that was there before the page was loaded anew is found again by its name.
  if (!isInline && page === undefined && placement.get().place === 'window') isInWindow = drawInWindow();
  if (!isInWindow) {
    if (placement.get().place === 'window') placement.set({ place: placement.get().lastPlace });
    drawHere();
  }

  return {
    focus: () => drawn?.container.querySelector<HTMLElement>('.pd-panel')?.focus({ preventScroll: true }),
    close() {
      unlisten();
      drawn?.close();
      popup?.close();
      onShown(window);
    },
  };
}
