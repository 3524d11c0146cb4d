/** How interceptors are chained: those of the client, of workers, of workflows and of activities alike. */
import type { Payload } from './payload-converter.ts';

/** Payloads by header name, handed from interceptor to interceptor beside the arguments. */
export type Headers = Record<string, Payload>;

// biome-ignore lint/suspicious/noExplicitAny: interceptor methods differ in their arguments
type AnyFunction = (...args: any[]) => any;
type AllButLast<F extends AnyFunction> = Parameters<F> extends [...infer Rest, unknown] ? (...args: Rest) => ReturnType<F> : never;

/** What continues the chain of method `M`: that method without its last parameter. */
export type Next<I, M extends keyof I> = Required<I>[M] extends AnyFunction ? AllButLast<Required<I>[M]> : never;

/**
 * One function that runs method `M` of every interceptor that has it, the first one outermost, and `last` innermost.
 *
 * @param wrapNext applied to what each interceptor is given to go on with; workflows restore their context there
 */
export function composeInterceptors<I extends object, M extends keyof I>(
  interceptors: readonly I[],
  method: M,
  last: Next<I, M>,
  wrapNext: (next: Next<I, M>) => Next<I, M> = (next) => next,
): Next<I, M> {
  let composed = last;
  for (const interceptor of interceptors.toReversed()) {
    if (interceptor[method] === undefined) continue;
    const next = wrapNext(composed);
    composed = ((input: unknown) => (interceptor[method] as AnyFunction)(input, next)) as Next<I, M>;
  }
  return composed;
}
