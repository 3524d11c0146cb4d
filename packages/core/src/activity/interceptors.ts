/** Around activities: what users may put before and after each call. */
import type { Headers } from '../common/interceptors.ts';
import type { Context } from './context.ts';

export interface ActivityExecuteInput {
  readonly args: unknown[];
  readonly headers: Headers;
}

export interface ActivityInboundCallsInterceptor {
  execute?(input: ActivityExecuteInput, next: (input: ActivityExecuteInput) => Promise<unknown>): Promise<unknown>;
}

export interface ActivityOutboundCallsInterceptor {
  getLogAttributes?(input: Record<string, unknown>, next: (input: Record<string, unknown>) => Record<string, unknown>): Record<string, unknown>;
}

export interface ActivityInterceptors {
  inbound?: ActivityInboundCallsInterceptor;
  outbound?: ActivityOutboundCallsInterceptor;
}
export type ActivityInterceptorsFactory = (context: Context) => ActivityInterceptors;
