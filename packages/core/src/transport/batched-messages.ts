/**
 * Messages that are sent in one go cross a port as one: a message costs its delivery, and what it brings hardly anything. Each is still
 * checked by itself where it arrives.
 */
import { gather } from '../common/gather.ts';

const BATCH = 'BATCH';
/** More than these cross in several. */
export const MOST_MESSAGES = 256;
export interface BatchedMessages {
  readonly send: (message: object) => void;
}

/**
 * @param post sends a message, or one that carries several; throws when something in it cannot be cloned
 * @param onRefused the message cannot be cloned
 */
export function batchMessages(post: (message: unknown) => void, onRefused: (message: object, error: unknown) => void): BatchedMessages {
  const send = gather<object>(MOST_MESSAGES, (messages) => {
    const [only] = messages;
    if (messages.length === 1) return postOne(only as object);
    try {
      post({ type: BATCH, messages });
    } catch {
      for (const message of messages) postOne(message); // one of them cannot be cloned, and the others can
    }
  });

  function postOne(message: object): void {
    try {
      post(message);
    } catch (error) {
      onRefused(message, error);
    }
  }

  return { send };
}

/** @returns what came in one: itself, or the messages that it carries; none of more than a batch of ours has */
export function messagesIn(data: unknown): readonly unknown[] {
  if (typeof data !== 'object' || data === null || !Object.hasOwn(data, 'type') || (data as { type: unknown }).type !== BATCH) return [data];
  const messages = Object.hasOwn(data, 'messages') ? (data as { messages?: unknown }).messages : undefined;
  return Array.isArray(messages) && messages.length <= MOST_MESSAGES ? messages : [];
}
