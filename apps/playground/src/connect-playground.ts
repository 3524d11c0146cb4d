/** The way to the engine of the playground's origin, the same for each of its pages: one of the open tabs runs it. */
import { type Connection, connect } from '@perdure/core/client';

export function connectPlayground(): Connection {
  return connect({ worker: () => new Worker(new URL('./durable.worker.ts', import.meta.url), { type: 'module', name: 'perdure' }) });
}
