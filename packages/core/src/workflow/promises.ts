/**
 * What `async` functions do, written with promises: this package is compiled as it is, so an `await` in it would be native, and in
 * browsers a context rides on `then`. The numbers of microtask turns are those of `async` functions, for they are part of what histories record.
 */

/** `(async () => await fn())()` */
export function awaited<T>(fn: () => T | PromiseLike<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    Promise.resolve(fn()).then(resolve, reject);
  });
}

/** `(async () => fn())()`: a promise that `fn` returns is adopted, which takes two turns more than awaiting it. */
export function adopted<T>(fn: () => T | PromiseLike<T>): Promise<T> {
  return new Promise((resolve) => {
    resolve(fn());
  });
}

/** `(async () => { try { return await fn(); } finally { end(); } })()` */
export function awaitedFinally<T>(fn: () => T | PromiseLike<T>, end: () => void): Promise<T> {
  return new Promise((resolve, reject) => {
    let result: T | PromiseLike<T>;
    try {
      result = fn();
    } catch (error) {
      end();
      throw error;
    }
    Promise.resolve(result).then(
      (value) => {
        end();
        resolve(value);
      },
      (error) => {
        end();
        reject(error);
      },
    );
  });
}

const nothing = (): void => {};

/** Marks a promise as handled. What waits for it still sees its rejection. */
export function handled<T>(promise: Promise<T>): Promise<T> {
  promise.then(undefined, nothing);
  return promise;
}
