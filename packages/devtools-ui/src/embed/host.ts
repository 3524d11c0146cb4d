/**
 * The element that the devtools are in: an open shadow root over everything of the page, also over its dialogs, with which the page shares neither
 * styles nor events.
 */

/** What happens in the devtools is none of the page's business: its hot-keys, its menus that close when one clicks elsewhere, its focus traps. */
const FENCED =
  'pointerdown pointerup pointermove pointercancel mousedown mouseup mousemove click auxclick dblclick contextmenu touchstart touchmove touchend wheel ' +
  'keydown keyup keypress beforeinput input change focusin focusout paste copy cut dragstart dragenter dragover dragleave drop dragend submit';

/** `!important` in a shadow root is stronger than anything that a page says of the element, `* { all: unset !important }` included. */
const HOST_STYLES = `:host { all: initial !important; display: block !important; position: fixed !important; inset: 0 !important; z-index: 2147483647 !important; pointer-events: none !important; }
:host > * { pointer-events: auto; }`;

export interface Host {
  readonly element: HTMLElement;
  readonly root: ShadowRoot;
  remove(): void;
}

/** @param styles of what is there before the panel is */
export function openHost(home: Element, styles: string): Host {
  const { ownerDocument: document } = home;
  const element = document.createElement('div');
  element.dataset['perdureDevtools'] = '';
  element.popover = 'manual';
  const root = element.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(HOST_STYLES + styles);
  root.adoptedStyleSheets = [sheet];
  const stop = (event: Event): void => event.stopPropagation();
  for (const type of FENCED.split(' ')) element.addEventListener(type, stop);
  home.append(element);
  const unwatch = stayOnTop(element, home);
  return {
    element,
    root,
    remove() {
      unwatch();
      element.remove();
    },
  };
}

/**
 * A modal dialog makes everything outside of it inert, and one made by hand catches the focus and hides the rest of the page: in both cases the only
 * place to be is inside of the dialog. The top layer puts the devtools above it, whatever the dialog clips or moves.
 *
 * @returns a function that ends it
 */
function stayOnTop(element: HTMLElement, home: Element): () => void {
  const { ownerDocument: document } = home;
  let shelter: Element | undefined;

  const settle = (): void => {
    const before = shelter;
    shelter = shelterIn(document, element, home, before);
    for (const name of HIDING) if (element.hasAttribute(name)) element.removeAttribute(name);
    if (before && !shelter) departures.disconnect();
    if (shelter && !before) departures.observe(document, { subtree: true, childList: true });
    const place = shelter ?? home;
    if (element.parentNode !== place) moveInto(place, element);
    else if (shelter === before && element.matches(':popover-open')) return;
    if (!element.isConnected) return;
    // Shown again, it is above what was opened in the meantime.
    if (element.matches(':popover-open')) element.hidePopover();
    element.showPopover();
  };
  // A dialog that is opened says so by an attribute, its own or one of what it hides; one that is taken away says nothing.
  const openings = new MutationObserver(settle);
  const departures = new MutationObserver(settle);
  openings.observe(document, { subtree: true, attributeFilter: ['open', ...HIDING] });
  settle();
  return () => {
    openings.disconnect();
    departures.disconnect();
  };
}

const HIDING = ['inert', 'aria-hidden'] as const;

/** The dialog that one has to be in to be reached, if there is one. */
function shelterIn(document: Document, element: HTMLElement, home: Element, last: Element | undefined): Element | undefined {
  const modal = [...document.querySelectorAll('dialog:modal')].at(-1);
  if (modal) return modal;
  const isHidden = element.closest('[inert], [aria-hidden="true"]') ?? home.closest('[inert], [aria-hidden="true"]');
  if (last?.isConnected && !last.matches('dialog') && last.checkVisibility()) return last;
  if (!isHidden) return undefined;
  return [...document.querySelectorAll('[role="dialog"], [role="alertdialog"]')].filter((each) => each.checkVisibility()).at(-1);
}

/** Moved without being taken out where the browser can, so that what is scrolled or focused stays so. */
function moveInto(place: Element, element: HTMLElement): void {
  const { activeElement } = element.shadowRoot ?? {};
  const { moveBefore } = place as Element & { moveBefore?(node: Node, before: Node | null): void };
  if (element.isConnected && moveBefore) moveBefore.call(place, element, null);
  else place.append(element);
  if (activeElement instanceof HTMLElement) activeElement.focus({ preventScroll: true });
}
