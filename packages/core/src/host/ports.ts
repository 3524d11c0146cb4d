/** What a page says to a worker: ports, and whether it is seen. Ports are collected from the first moment on, as the code of its role may load later. */
import { readBootMessage } from '../transport/boot-message.ts';
import type { Endpoint } from '../transport/endpoint.ts';

export interface Ports {
  /** Gives the ports that came, and those that come, to `take`. */
  onPort(take: (port: MessagePort) => void): void;
  /** Tells whether the page is seen: what was said last, and what will be. */
  onPage(notice: (isVisible: boolean) => void): void;
}

export function collectPorts(scope: Endpoint): Ports {
  const early: MessagePort[] = [];
  let take = (port: MessagePort): void => void early.push(port);
  let lastSaid: boolean | undefined;
  let notice = (_isVisible: boolean): void => {};
  scope.addEventListener('message', ({ data, ports }) => {
    const message = readBootMessage(data);
    if (message?.perdure === 'connect') for (const port of ports) take(port);
    if (message?.perdure !== 'page') return;
    lastSaid = message.isVisible;
    notice(message.isVisible);
  });
  return {
    onPort(taker) {
      take = taker;
      for (const port of early.splice(0)) taker(port);
    },
    onPage(noticer) {
      notice = noticer;
      if (lastSaid !== undefined) noticer(lastSaid);
    },
  };
}
