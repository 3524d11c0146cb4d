/** Names that belong to the engine. */

export const TEMPORAL_RESERVED_PREFIX = '__temporal_';
export const STACK_TRACE_QUERY_NAME = '__stack_trace';
/** Asked in replays for the devtools. */
export const LOOK_QUERY_NAME = '__perdure_look';
export const ENHANCED_STACK_TRACE_QUERY_NAME = '__enhanced_stack_trace';

export type ReservedNameEntityType = 'query' | 'signal' | 'update' | 'activity' | 'task queue' | 'sink' | 'workflow';

/** @throws {TypeError} if `name` is one of the engine's own */
export function throwIfReservedName(type: ReservedNameEntityType, name: string): void {
  if (name.startsWith(TEMPORAL_RESERVED_PREFIX)) throw new TypeError(`Cannot use ${type} name: '${name}', with reserved prefix: '${TEMPORAL_RESERVED_PREFIX}'`);
  if (name === STACK_TRACE_QUERY_NAME || name === ENHANCED_STACK_TRACE_QUERY_NAME)
    throw new TypeError(`Cannot use ${type} name: '${name}', which is a reserved name`);
}
