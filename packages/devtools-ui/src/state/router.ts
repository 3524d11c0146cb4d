/** What keeps the panel's address. A host may give its own; none of these touches the host's router. */

export interface Router {
  read(): string;
  write(address: string, mode: 'push' | 'replace'): void;
  /** The URL that leads to an address, for others. @default the address alone, which leads there in a panel that is told it */
  linkTo?(address: string): string;
  /** @returns a function that ends it */
  listen(listener: () => void): () => void;
}

/** Keeps the address in memory, with a way back. The default. */
export function memoryRouter(first: string = ''): Router & { back(): void } {
  const stack = [first];
  const listeners = new Set<() => void>();
  return {
    read: () => stack.at(-1) ?? '',
    write(address, mode) {
      if (mode === 'replace') stack.pop();
      stack.push(address);
    },
    back() {
      if (stack.length < 2) return;
      stack.pop();
      for (const listener of listeners) listener();
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** Keeps the address in the page's hash: for pages that are the panel's own, such as a playground or a separate window. */
export function hashRouter(window: Pick<Window, 'location' | 'history' | 'addEventListener' | 'removeEventListener'> = globalThis.window): Router {
  return {
    read: () => window.location.hash.slice(1),
    write(address, mode) {
      const url = `#${address}`;
      if (mode === 'push') window.history.pushState(window.history.state, '', url);
      else window.history.replaceState(window.history.state, '', url);
    },
    linkTo: (address) => `${window.location.href.replace(/#.*$/s, '')}#${address}`,
    listen(listener) {
      window.addEventListener('popstate', listener);
      window.addEventListener('hashchange', listener);
      return () => {
        window.removeEventListener('popstate', listener);
        window.removeEventListener('hashchange', listener);
      };
    },
  };
}
