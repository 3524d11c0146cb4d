import { expect, test } from 'vitest';
import { createRealmStorage, currentContext } from './ambient.ts';
import type { Context } from './context.ts';

const context = (name: string): Context => ({ info: { activityId: name } }) as unknown as Context;
const idOf = (found: Context): string => found.info.activityId;

test('without AsyncLocalStorage the context is known up to the first await, also among several activities', async () => {
  const storage = createRealmStorage();
  const seen: string[] = [];
  const activity = (): Promise<void> => {
    seen.push(idOf(currentContext(storage)));
    return new Promise((resolve) => setImmediate(resolve));
  };
  await Promise.all([storage.run(context('a'), activity), storage.run(context('b'), activity)]);
  expect(seen).toEqual(['a', 'b']);
});

test('after an await it is known while one activity runs alone', async () => {
  const storage = createRealmStorage();
  const found = await storage.run(context('a'), async () => {
    await null;
    return idOf(currentContext(storage));
  });
  expect(found).toBe('a');
  expect(() => currentContext(storage)).toThrow('Activity context not initialized');
});

test('after an await among several it is an error that says what to do', async () => {
  const storage = createRealmStorage();
  const late = async (): Promise<string> => {
    await null;
    return idOf(currentContext(storage));
  };
  const [a] = await Promise.allSettled([storage.run(context('a'), late), storage.run(context('b'), late)]);
  expect(a).toMatchObject({ status: 'rejected', reason: { message: expect.stringContaining('Take the context before the first await') } });
});

test('an activity that throws at once leaves nothing behind', () => {
  const storage = createRealmStorage();
  expect(() =>
    storage.run(context('a'), () => {
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(storage.getStore()).toBeUndefined();
});
