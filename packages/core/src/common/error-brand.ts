/** Errors that stay what they are across bundles and realms: `instanceof` asks for a registered symbol instead of the prototype chain. */

interface ErrorClass {
  readonly prototype: Error;
}

/**
 * Gives an error class its name and its brand. Call it in a static block of the class.
 * The brand is the one that Temporal's own classes carry, so that their instances and ours recognise each other.
 */
export function brandError(errorClass: ErrorClass, name: string): void {
  const brand = Symbol.for(`__temporal_is${name}`);
  Object.defineProperty(errorClass.prototype, 'name', { value: name, writable: true, configurable: true });
  Object.defineProperty(errorClass.prototype, brand, { value: true });
  Object.defineProperty(errorClass, Symbol.hasInstance, {
    value(this: ErrorClass, error: unknown): boolean {
      if (typeof error !== 'object' || error === null) return false;
      // A class of the user's that extends ours inherits this method, but not every instance of ours is one of it.
      if (this !== errorClass) return Object.prototype.isPrototypeOf.call(this.prototype, error);
      return (error as Record<symbol, unknown>)[brand] === true;
    },
  });
}

/** True for what behaves like an `Error`, whichever realm it comes from. */
export function isError(value: unknown): value is Error {
  if (typeof value !== 'object' || value === null) return false;
  const { name, message, stack } = value as Record<string, unknown>;
  return typeof name === 'string' && typeof message === 'string' && (stack === undefined || stack === null || typeof stack === 'string');
}

/** The message of an error, the string itself, or `undefined` for anything else. */
export function errorMessage(error: unknown): string | undefined {
  if (isError(error)) return error.message;
  return typeof error === 'string' ? error : undefined;
}

/** True for the error of an aborted `fetch`, `AbortSignal` and the like. */
export const isAbortError = (error: unknown): error is Error => isError(error) && error.name === 'AbortError';
