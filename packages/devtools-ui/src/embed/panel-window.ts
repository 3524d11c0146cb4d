/**
 * A window that this page draws the panel in. It stays when the page is loaded anew: it keeps what was shown, says since when nothing new can come, and
 * is found again by its name.
 */
import { formatClock } from '../models/duration.ts';

export const WINDOW_NAME = 'perdure-devtools';
export const WINDOW_FEATURES = 'popup,width=1100,height=720';

export interface PanelWindow {
  readonly window: Window & typeof globalThis;
  readonly container: HTMLElement;
  close(): void;
}

/** @returns nothing when the browser does not let a window be opened */
export function openPanelWindow(onClosed: () => void): PanelWindow | undefined {
  const opened = window.open('', WINDOW_NAME, WINDOW_FEATURES) as (Window & typeof globalThis) | null;
  if (!opened) return undefined;
  const { document: there } = opened;
  there.title = `${document.title} · Perdure devtools`;
  there.documentElement.lang = 'en';
  // What is left of an earlier time, and what stands above it.
  there.body.replaceChildren();
  there.adoptedStyleSheets = [];
  const container = there.createElement('div');
  container.className = 'pd-embed pd-embed-window';
  there.body.append(container);

  let isClosing = false;
  const leave = (): void => {
    const notice = there.createElement('p');
    notice.className = 'pd pd-window-notice';
    notice.setAttribute('role', 'status');
    notice.textContent = `The page of the engine is gone since ${formatClock(Date.now()).slice(0, 8)}; reconnecting. What is shown is what was last known.`;
    there.body.prepend(notice);
    isClosing = true;
  };
  const closed = (): void => {
    window.removeEventListener('pagehide', leave);
    if (!isClosing) onClosed();
  };
  window.addEventListener('pagehide', leave);
  opened.addEventListener('pagehide', closed);
  return {
    window: opened,
    container,
    close() {
      isClosing = true;
      window.removeEventListener('pagehide', leave);
      opened.close();
    },
  };
}
