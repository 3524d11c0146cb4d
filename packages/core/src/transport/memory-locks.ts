/** Web Locks in memory, exclusive ones only: for tests of elections where the platform has none, as Node 20. */

interface Request {
  readonly grant: () => void;
  readonly reject: (error: unknown) => void;
}

export function createMemoryLocks(): LockManager {
  const held = new Map<string, Request>();
  const queues = new Map<string, Request[]>();

  function next(name: string): void {
    held.delete(name);
    const request = queues.get(name)?.shift();
    if (request) give(name, request);
  }

  function give(name: string, request: Request): void {
    held.set(name, request);
    queueMicrotask(request.grant);
  }

  function request(name: string, options: LockOptions, callback: LockGrantedCallback<unknown>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const own: Request = { grant: () => run(), reject };
      const run = (): void => {
        Promise.resolve({ name, mode: 'exclusive' as const })
          .then(callback)
          .then(resolve, reject)
          .finally(() => held.get(name) === own && next(name));
      };
      if (options.signal?.aborted) return reject(options.signal.reason);
      if (options.steal) {
        held.get(name)?.reject(new DOMException('the lock was stolen', 'AbortError'));
        return give(name, own);
      }
      if (!held.has(name)) return give(name, own);
      if (options.ifAvailable) return void Promise.resolve(null).then(callback).then(resolve, reject);
      const queue = queues.get(name) ?? [];
      queues.set(name, [...queue, own]);
      options.signal?.addEventListener('abort', () => {
        queues.set(
          name,
          (queues.get(name) ?? []).filter((waiting) => waiting !== own),
        );
        reject(options.signal?.reason);
      });
    });
  }

  return {
    request: (name: string, ...rest: unknown[]) =>
      request(name, rest.length > 1 ? (rest[0] as LockOptions) : {}, rest[rest.length - 1] as LockGrantedCallback<unknown>),
    query: async () => ({ held: [...held.keys()].map((name) => ({ name, mode: 'exclusive' as const })), pending: [] }),
  } as LockManager;
}
