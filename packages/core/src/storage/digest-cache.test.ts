import { expect, test } from 'vitest';
import { DigestCache } from './digest-cache.ts';
import { createManualClock } from './manual-clock.ts';
import type { Page } from './page.ts';

const page = (fence: string, text: string): Page => ({ fence: [fence], keys: [[fence]], texts: [text] });
const BEFORE = [page('a', 'a'), page('m', 'old'), page('z', 'z')];
const CHANGE = [{ page: page('m', 'old'), pages: [page('f', 'new'), page('m', 'new')] }];
const AFTER = [page('a', 'a'), page('f', 'new'), page('m', 'new'), page('z', 'z')];

function deferred<T>() {
  let resolve: (value: T) => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<T>((yes, no) => {
    [resolve, reject] = [yes, no];
  });
  return { promise, resolve, reject };
}

/** A cache, a load that ends when told, and a write likewise. */
function setUp() {
  const cache = new DigestCache(createManualClock());
  const loading = deferred<readonly Page[]>();
  const writing = deferred<void>();
  const load = () => cache.read(() => loading.promise);
  const write = () => cache.follow(CHANGE, () => writing.promise);
  const unread = () => Promise.reject(new Error('it is not in memory'));
  return { cache, loading, writing, load, write, kept: () => cache.read(unread) };
}

test('what is loaded while a write waits for it is kept, and follows the write: so also under writes that never cease', async () => {
  const { cache, loading, writing, load, write, kept } = setUp();
  const loaded = load();
  const written = write();
  loading.resolve(BEFORE);
  expect(await loaded).toEqual(BEFORE);
  expect([cache.isLoaded, await kept()]).toEqual([true, BEFORE]);
  writing.resolve();
  await written;
  expect(await kept()).toEqual(AFTER);
});

test('a load that was begun behind a write has it', async () => {
  const { loading, writing, load, write, kept } = setUp();
  const written = write();
  const loaded = load();
  writing.resolve();
  await written;
  loading.resolve(AFTER);
  await loaded;
  expect(await kept()).toEqual(AFTER);
});

test('a load that a write has overtaken is not kept, since nobody knows whether it has it', async () => {
  const { cache, loading, writing, load, write } = setUp();
  const loaded = load();
  const written = write();
  writing.resolve();
  await written;
  loading.resolve(BEFORE);
  expect([await loaded, cache.isLoaded]).toEqual([BEFORE, false]);
});

test('a write of which nobody knows whether it took effect ends what is kept, and a load that fails leaves nothing', async () => {
  const { cache, loading, writing, load, write } = setUp();
  const failed = load();
  loading.reject(new Error('no page'));
  await expect(failed).rejects.toThrow('no page');
  expect(cache.isLoaded).toBe(false);
  await cache.read(async () => BEFORE);
  const written = write();
  writing.reject(new Error('lost'));
  await expect(written).rejects.toThrow('lost');
  expect(cache.isLoaded).toBe(false);
});
