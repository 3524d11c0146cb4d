/** For the worker script of an application: the engine, and the workers in it for workflow code and activities. */
export type { Limits } from '../engine/limits.ts';
export { type ServeOptions, serve } from '../host/serve.ts';
export type { NamespaceLimits } from '../service/namespace-totals.ts';
