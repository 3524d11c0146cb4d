/** A `BroadcastChannel` as the transport uses it, so that tests can have one in memory that loses messages. */
import type { Endpoint } from './endpoint.ts';

export interface Channel extends Endpoint {
  close(): void;
}
export type OpenChannel = (name: string) => Channel;

/** Nothing can be transferred by a channel, and nothing of ours is. */
export const openBroadcastChannel: OpenChannel = (name) => {
  const channel = new BroadcastChannel(name);
  return {
    postMessage: (message) => channel.postMessage(message),
    addEventListener: (type, listener) => channel.addEventListener(type, listener),
    removeEventListener: (type, listener) => channel.removeEventListener(type, listener),
    close: () => channel.close(),
  };
};
