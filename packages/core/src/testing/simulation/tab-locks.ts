/**
 * The Web Locks of a browser as one tab has them: what it is granted is a step of its own, so a tab that is frozen holds a lock and does
 * not know it yet. All that it holds and waits for falls free when it dies.
 */
import type { Process } from './scheduler.ts';

export interface TabLocks {
  readonly manager: LockManager;
  /** The tab is dead. */
  release(): void;
}

/**
 * @param post has something done by the tab, later
 * @param onSteal the tab takes a lock from another one
 */
export function createTabLocks(
  shared: LockManager,
  tab: { readonly process: Process; readonly post: (label: string, act: () => void) => void },
  onSteal: (name: string) => void,
): TabLocks {
  const waiting = new Set<AbortController>();
  const held = new Set<() => void>();

  /** Asks for the lock; what comes of it is told to the tab in steps of its own. */
  function request(name: string, { signal, ...options }: LockOptions, callback: LockGrantedCallback<unknown>): Promise<unknown> {
    if (options.steal) onSteal(name);
    const asked = new AbortController();
    signal?.addEventListener('abort', () => asked.abort(signal.reason));
    if (signal?.aborted) asked.abort(signal.reason);
    const mayWait = !options.steal && !options.ifAvailable;
    if (mayWait) waiting.add(asked);
    return new Promise((resolve, reject) => {
      const hold = (lock: Lock | null): Promise<unknown> => {
        waiting.delete(asked);
        return new Promise((letGo, fail) => {
          const free = (): void => letGo(undefined);
          if (!tab.process.isAlive) return free();
          held.add(free);
          tab.post(`is told of the lock ${name}`, () => void Promise.resolve(lock).then(callback).then(letGo, fail));
        });
      };
      shared.request(name, { ...options, ...(mayWait ? { signal: asked.signal } : {}) }, hold).then(
        (value) => tab.post(`is done with the lock ${name}`, () => resolve(value)),
        (error: unknown) => tab.post(`has lost the lock ${name}`, () => reject(error)),
      );
    });
  }

  return {
    manager: {
      request: (name: string, ...rest: unknown[]) =>
        request(name, rest.length > 1 ? (rest[0] as LockOptions) : {}, rest[rest.length - 1] as LockGrantedCallback<unknown>),
      query: () => shared.query(),
    } as LockManager,
    release() {
      for (const asked of waiting) asked.abort(new Error('the tab is dead'));
      for (const free of held) free();
    },
  };
}
