/** The panel in the flow of a page, where it fills an element: with a shadow root of its own all the same. */
import type { DevtoolsMountOptions } from './options.ts';
import type { OpenPanel } from './panel-root.tsx';
import { createPlacement } from './placement.ts';
import { createPanelLoader, type Shell, storageIfAllowed } from './shell.ts';

const HOST_STYLES = ':host { all: initial !important; display: block !important; block-size: 100% !important; inline-size: 100% !important; }';

export function openShell(element: Element, options: DevtoolsMountOptions): Shell {
  const placement = createPlacement(storageIfAllowed(), Date.now());
  const host = document.createElement('div');
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(HOST_STYLES);
  root.adoptedStyleSheets = [sheet];
  element.append(host);
  const load = createPanelLoader(options);
  let panel: OpenPanel | undefined;
  let notice: HTMLElement | undefined;
  let isWanted = false;

  const onCrash = (left: HTMLElement): void => {
    show(false);
    notice = left;
    root.append(left);
  };
  function show(isOpen: boolean): void {
    isWanted = isOpen;
    notice?.remove();
    panel?.close();
    panel = undefined;
    if (!isOpen) return;
    load().then(
      (openPanel) => {
        if (isWanted) panel ??= openPanel({ root, placement, onClose: () => show(false), onCrash, onReopen: () => show(true) });
      },
      (error: Error) => console.warn(`The devtools of Perdure were not loaded: ${error.message}`),
    );
  }
  show(true);
  return {
    show,
    end() {
      show(false);
      host.remove();
    },
  };
}
