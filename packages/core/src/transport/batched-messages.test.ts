import { expect, test } from 'vitest';
import { batchMessages, MOST_MESSAGES, messagesIn } from './batched-messages.ts';

const turns = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function batched() {
  const posted: unknown[] = [];
  const refused: unknown[] = [];
  const { send } = batchMessages(
    (message) => posted.push(structuredClone(message)),
    (message) => refused.push(message),
  );
  return { send, posted, refused };
}

test('what is sent in one go crosses as one message, in its order', async () => {
  const { send, posted } = batched();
  send({ id: 1 });
  await Promise.resolve();
  send({ id: 2 });
  void Promise.resolve().then(() => send({ id: 3 }));
  await turns();
  expect(posted.length).toBe(1);
  expect(posted.flatMap(messagesIn)).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
});

test('a message that comes alone crosses as it is', async () => {
  const { send, posted } = batched();
  for (const id of [1, 2]) {
    send({ id });
    await turns();
  }
  expect(posted).toEqual([{ id: 1 }, { id: 2 }]);
});

test('many messages cross in several, and none is lost', async () => {
  const { send, posted } = batched();
  const messages = Array.from({ length: 2 * MOST_MESSAGES + 3 }, (_, id) => ({ id }));
  for (const message of messages) send(message);
  await turns();
  expect(posted.length).toBe(3);
  expect(posted.flatMap(messagesIn)).toEqual(messages);
});

test('one that cannot be cloned keeps no other from crossing', async () => {
  const { send, posted, refused } = batched();
  const broken = { id: 2, broken: () => {} };
  for (const message of [{ id: 1 }, broken, { id: 3 }]) send(message);
  await turns();
  expect(posted).toEqual([{ id: 1 }, { id: 3 }]);
  expect(refused).toEqual([broken]);
});

test('messages without an end do not keep the first from crossing', async () => {
  const { send, posted } = batched();
  for (let id = 0; id <= MOST_MESSAGES; id++) {
    send({ id });
    await Promise.resolve();
  }
  expect(posted.length).toBe(1);
});

test('only a batch of ours is taken apart', () => {
  const messages = [{ id: 1 }];
  expect(messagesIn({ type: 'BATCH', messages })).toEqual(messages);
  for (const data of [messages, { type: 'BATCHES', messages }, Object.create({ type: 'BATCH', messages }), null, 'BATCH'])
    expect(messagesIn(data)).toEqual([data]);
  for (const bad of [undefined, 'ab', { length: 1, 0: 'a' }, new Array(MOST_MESSAGES + 1)]) expect(messagesIn({ type: 'BATCH', messages: bad })).toEqual([]);
});
