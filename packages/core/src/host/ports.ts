/** Ports that are handed to a worker. They are collected from the first moment on, as the code of its role may load later. */
import { readBootMessage } from '../transport/boot-message.ts';
import type { Endpoint } from '../transport/endpoint.ts';

export interface Ports {
  /** Gives the ports that came, and those that come, to `take`. */
  onPort(take: (port: MessagePort) => void): void;
}

export function collectPorts(scope: Endpoint): Ports {
  const early: MessagePort[] = [];
  let take = (port: MessagePort): void => void early.push(port);
  scope.addEventListener('message', ({ data, ports }) => {
    const [port] = ports;
    if (readBootMessage(data)?.perdure === 'connect' && port) take(port);
  });
  return {
    onPort(taker) {
      take = taker;
      for (const port of early.splice(0)) taker(port);
    },
  };
}
