/** The devtools of a page while they are closed: the host element and its button. The panel is loaded when it is opened, and gone when it is closed. */
import { watchFailures } from './failures.ts';
import { openHost } from './host.ts';
import { listenForHotkey } from './hotkey.ts';
import type { DevtoolsMountOptions } from './options.ts';
import type { OpenPanel } from './panel-root.tsx';
import { createPlacement, type PlacementStore } from './placement.ts';
import { triggerStyles } from './trigger.styles.ts';
import { createTrigger } from './trigger.ts';

export interface Shell {
  show(isOpen: boolean): void;
  /** Everything is taken away. Idempotent. */
  end(): void;
}

export interface PanelPlaces {
  readonly root: ShadowRoot;
  readonly placement: PlacementStore;
  /** The panel is closed by a person. */
  onClose(): void;
  /** The panel has met a fault that it cannot go on with, and leaves a notice of it. */
  onCrash(notice: HTMLElement): void;
  /** It is opened again from the notice. */
  onReopen(): void;
}

export function openShell(element: Element, options: DevtoolsMountOptions): Shell {
  const placement = createPlacement(storageIfAllowed(), Date.now());
  const host = openHost(element, triggerStyles);
  const { root } = host;
  const trigger = createTrigger(placement, { onOpen: () => show(true), onNear: () => failures.look() });
  root.append(trigger.button);
  const unlisten = listenForHotkey(options.hotkey, () => show(!placement.get().isOpen));
  const load = createPanelLoader(options);
  let panel: OpenPanel | undefined;
  const failures = watchFailures(options, () => (panel ? undefined : placement.get().seenAt), trigger.count);
  let opener: Element | null = null;
  let notice: HTMLElement | undefined;
  let isEnded = false;

  function show(isOpen: boolean): void {
    if (isOpen === placement.get().isOpen && isOpen === (panel !== undefined)) return;
    placement.set({ isOpen, seenAt: Date.now() });
    trigger.count(0);
    if (isOpen) void open(true);
    else close();
  }

  /** @param isAsked by a person, who then has the focus in it */
  async function open(isAsked: boolean): Promise<void> {
    opener = root.activeElement ?? root.ownerDocument.activeElement;
    notice?.remove();
    trigger.button.ariaBusy = 'true';
    try {
      const openPanel = await load();
      if (isEnded || panel || !placement.get().isOpen) return;
      panel = openPanel({ root, placement, onClose: () => show(false), onCrash, onReopen: () => show(true) });
      trigger.button.hidden = true;
      if (isAsked) panel.focus();
    } catch (error) {
      // Mostly the network is away, or the application was deployed anew: pressing the button tries again.
      placement.set({ isOpen: false });
      trigger.fail(`could not be loaded: ${(error as Error).message}`);
    } finally {
      trigger.button.ariaBusy = null;
    }
  }

  function close(): void {
    panel?.close();
    panel = undefined;
    trigger.button.hidden = false;
    const target = opener instanceof HTMLElement && opener.isConnected && opener !== document.body ? opener : trigger.button;
    target.focus({ preventScroll: true });
  }

  function onCrash(left: HTMLElement): void {
    placement.set({ isOpen: false });
    close();
    notice = left;
    root.append(left);
  }

  if (placement.get().isOpen) void open(false);
  return {
    show,
    end() {
      if (isEnded) return;
      isEnded = true;
      unlisten();
      failures.end();
      panel?.close();
      host.remove();
    },
  };
}

/** The devtools are made once, so that they are found again where they were left; a load that failed is repeated. */
export function createPanelLoader(options: DevtoolsMountOptions): () => Promise<(places: PanelPlaces) => OpenPanel> {
  let made: ((places: PanelPlaces) => OpenPanel) | undefined;
  return async () => {
    const { createPanelRoot } = await import('./panel-root.tsx');
    made ??= createPanelRoot(options, storageIfAllowed());
    return made;
  };
}

/** A browser may forbid it: then nothing that is set is kept. */
export function storageIfAllowed(): Storage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}
