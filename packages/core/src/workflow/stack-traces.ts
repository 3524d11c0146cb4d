/** The built-in queries that tell where the code of a run waits, in the forms of Temporal's TypeScript SDK. */
import type { QueryDefinition } from '../common/definitions.ts';
import { ENHANCED_STACK_TRACE_QUERY_NAME, STACK_TRACE_QUERY_NAME } from '../common/reserved.ts';
import { SDK_NAME, SDK_VERSION } from '../common/version.ts';
import type { StackTrace } from '../protocol/stack-trace.ts';

export type { StackTrace, StackTraceFileLocation } from '../protocol/stack-trace.ts';

export interface StackTraceFileSlice {
  /** Lines before the content. */
  readonly line_offset: number;
  readonly content: string;
}
export interface EnhancedStackTrace {
  readonly sdk: { readonly name: string; readonly version: string };
  /** One for each place at which code of the workflow waits, in the order in which it began to. */
  readonly stacks: readonly StackTrace[];
  /** By path. Empty: the sandbox has no sources; whoever asks has the locations and the maps. */
  readonly sources: Readonly<Record<string, readonly StackTraceFileSlice[]>>;
}

/** Where the code of a workflow waits: a stack for each place, separated by empty lines. Empty when it has ended. */
export const stackTraceQuery: QueryDefinition<string> = { type: 'query', name: STACK_TRACE_QUERY_NAME } as QueryDefinition<string>;

/** As `stackTraceQuery`, as data. */
export const enhancedStackTraceQuery: QueryDefinition<EnhancedStackTrace> = {
  type: 'query',
  name: ENHANCED_STACK_TRACE_QUERY_NAME,
} as QueryDefinition<EnhancedStackTrace>;

/** Of a run that waits nowhere. */
export const NO_STACKS: EnhancedStackTrace = { sdk: { name: SDK_NAME, version: SDK_VERSION }, stacks: [], sources: {} };
