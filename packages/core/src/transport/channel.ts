/** A `BroadcastChannel` as the transport uses it, so that tests can have one in memory that loses messages. */
import type { Endpoint } from './endpoint.ts';

export interface Channel extends Endpoint {
  close(): void;
}
export type OpenChannel = (name: string) => Channel;

export const openBroadcastChannel: OpenChannel = (name) => new BroadcastChannel(name);
