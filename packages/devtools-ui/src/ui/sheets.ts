/**
 * The looks of the devtools: constructed sheets, so that they need no element in the page's head and work under `style-src 'self'`. Each part that is
 * loaded on demand brings its own.
 */
import { type Context, createContext, type RefObject, useContext, useInsertionEffect, useLayoutEffect } from 'react';

const adopted = new WeakMap<Document | ShadowRoot, Set<string>>();

/** Gives a document or a shadow root a sheet, once. It is made by the window that shows it: a constructed sheet cannot go from one document to another. */
export function adoptSheet(root: Document | ShadowRoot, text: string): void {
  const here = adopted.get(root) ?? new Set();
  if (here.has(text)) return;
  const window = (root.ownerDocument ?? (root as Document)).defaultView ?? globalThis.window;
  const sheet = new window.CSSStyleSheet();
  sheet.replaceSync(text);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  adopted.set(root, here.add(text));
}

/** The element that the parts are inside of. */
export const SheetsContext: Context<RefObject<HTMLElement | null> | undefined> = createContext<RefObject<HTMLElement | null> | undefined>(undefined);

/** Sees to it that the part is shown with its sheet. Outside of a panel there is nothing to give it to: who shows a part alone gives all of them. */
export function useSheet(text: string | undefined): void {
  const element = useContext(SheetsContext);
  const adopt = (): void => {
    const root = element?.current?.getRootNode();
    if (text !== undefined && isRoot(root)) adoptSheet(root, text);
  };
  useInsertionEffect(adopt, [element, text]); // before anything inside is measured
  useLayoutEffect(adopt, [element, text]); // of what is there from the first, the element is known only now
}

/** Also of another window, whose `Document` is another one. */
export function isRoot(node: Node | undefined): node is Document | ShadowRoot {
  return node !== undefined && 'adoptedStyleSheets' in node;
}
