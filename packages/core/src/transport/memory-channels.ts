/** Broadcast channels in memory, for tests of tabs in one realm: each message is cloned, and arrives in a later turn. */
import type { Channel } from './channel.ts';

/** Has a message heard later; those of one channel in their order. */
export type Later = (deliver: () => void) => void;

export interface MemoryChannels {
  /** @param later when who opens it hears a message; in a later turn by default */
  readonly open: (name: string, later?: Later) => Channel;
  /** Asked for each message and each that could hear it: what is lost is delivered to nobody. */
  loses: (name: string, message: unknown) => boolean;
}

export function createMemoryChannels(): MemoryChannels {
  const rooms = new Map<string, Map<EventTarget, Later>>();
  const channels: MemoryChannels = { open, loses: () => false };

  function open(name: string, later: Later = inALaterTurn): Channel {
    const target = new EventTarget();
    const room = rooms.get(name) ?? new Map<EventTarget, Later>();
    rooms.set(name, room.set(target, later));
    return {
      postMessage(message) {
        if (!room.has(target)) throw new DOMException('the channel is closed', 'InvalidStateError');
        for (const [other, later] of room)
          if (other !== target && !channels.loses(name, message)) deliver(room, { to: other, data: structuredClone(message), later });
      },
      addEventListener: (type, listener) => target.addEventListener(type, listener as EventListener),
      removeEventListener: (type, listener) => target.removeEventListener(type, listener as EventListener),
      close: () => void room.delete(target),
    };
  }
  return channels;
}

const inALaterTurn: Later = (deliver) => void setImmediate(deliver);

function deliver(
  room: ReadonlyMap<EventTarget, Later>,
  { to, data, later }: { readonly to: EventTarget; readonly data: unknown; readonly later: Later },
): void {
  later(() => {
    if (room.has(to)) to.dispatchEvent(Object.assign(new Event('message'), { data }));
  });
}
