/** What the devtools ask of a run at each of its moments, in one query: the handlers that it has, and where its code waits. */
import type { HandlerDefinition, Moment, Scope } from '../protocol/moments.ts';
import type { StackTrace } from '../protocol/stack-trace.ts';

export type Look = Pick<Moment, 'handlers' | 'stacks' | 'scopes'>;

type Registered = ReadonlyMap<string, { readonly handler: unknown; readonly description?: string | undefined }>;

export function look(handlers: Readonly<Record<'queries' | 'signals' | 'updates', Registered>>, stacks: readonly StackTrace[], scopes: readonly Scope[]): Look {
  return {
    handlers: { queries: definitions(handlers.queries), signals: definitions(handlers.signals), updates: definitions(handlers.updates) },
    stacks,
    scopes,
  };
}

const definitions = (registered: Registered): HandlerDefinition[] =>
  [...registered]
    .filter(([name]) => !name.startsWith('__'))
    .map(([name, { handler, description }]) => ({
      name,
      ...(description !== undefined && { description }),
      parameters: typeof handler === 'function' ? handler.length : 0,
    }));
