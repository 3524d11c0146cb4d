/** Broadcast channels in memory, for tests of tabs in one realm: each message is cloned, and arrives in a later turn. */
import type { Channel, OpenChannel } from './channel.ts';

export interface MemoryChannels {
  readonly open: OpenChannel;
  /** Asked for each message and each that could hear it: what is lost is delivered to nobody. */
  loses: (name: string, message: unknown) => boolean;
}

export function createMemoryChannels(): MemoryChannels {
  const rooms = new Map<string, Set<EventTarget>>();
  const channels: MemoryChannels = { open, loses: () => false };

  function open(name: string): Channel {
    const target = new EventTarget();
    const room = rooms.get(name) ?? new Set();
    rooms.set(name, room.add(target));
    return {
      postMessage(message) {
        if (!room.has(target)) throw new DOMException('the channel is closed', 'InvalidStateError');
        for (const other of room) if (other !== target && !channels.loses(name, message)) deliver(room, other, structuredClone(message));
      },
      addEventListener: (type, listener) => target.addEventListener(type, listener as EventListener),
      removeEventListener: (type, listener) => target.removeEventListener(type, listener as EventListener),
      close: () => void room.delete(target),
    };
  }
  return channels;
}

function deliver(room: ReadonlySet<EventTarget>, to: EventTarget, data: unknown): void {
  setImmediate(() => {
    if (room.has(to)) to.dispatchEvent(Object.assign(new Event('message'), { data }));
  });
}
