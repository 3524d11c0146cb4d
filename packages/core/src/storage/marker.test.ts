import 'fake-indexeddb/auto';
import { expect, test, vi } from 'vitest';
import { openIndexedDbStore } from './indexeddb.ts';
import { createManualClock } from './manual-clock.ts';
import { browserMarker, cacheMarker, fileMarker, type Marker } from './marker.ts';

let databases = 0;
const freshName = (): string => `marked-${databases++}`;

function memoryMarker(): Marker & { found: string | undefined } {
  return {
    found: undefined,
    async read() {
      return this.found;
    },
    async write(identity) {
      this.found = identity;
    },
  };
}

async function started(name: string, marker: Marker) {
  const onChange = vi.fn();
  const store = await openIndexedDbStore({ name, marker, onChange, clock: createManualClock() });
  await store.acquire();
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  const { emptied } = store.status();
  await store.close();
  return { emptied, changes: onChange.mock.calls.length };
}

test('B9: a first visit, and the next ones, are nothing to speak of', async () => {
  const [name, marker] = [freshName(), memoryMarker()];
  for (let visit = 0; visit < 3; visit++) expect(await started(name, marker)).toEqual({ emptied: undefined, changes: 0 });
  expect(marker.found).toMatch(/^[0-9a-f-]{36}$/);
});

test('B9: a database that was here and is gone is told of, and the new one is remembered in its place', async () => {
  const [name, marker] = [freshName(), memoryMarker()];
  await started(name, marker);
  const first = marker.found;
  await new Promise((resolve) => {
    indexedDB.deleteDatabase(name).onsuccess = resolve;
  });
  const { emptied, changes } = await started(name, marker);
  expect(emptied).toBe(
    `there was a database "${name}" here before, and it is gone: the browser evicted it, or the site data were cleared. The engine has begun anew, with an empty one`,
  );
  expect([changes, marker.found === first]).toEqual([1, false]);
  expect(await started(name, marker)).toEqual({ emptied: undefined, changes: 0 });
});

test('B9: a marker that fails or does not answer holds nothing up, and nothing is made of it', async () => {
  const never = { read: () => new Promise<never>(() => {}), write: async () => {} };
  const fails = { read: () => Promise.reject(new Error('no cache')), write: async () => {} };
  for (const marker of [never, fails]) expect(await started(freshName(), marker)).toEqual({ emptied: undefined, changes: 0 });
});

test('B9: the Cache API keeps the mark, and else the private file system; where neither is, there is none', async () => {
  const entries = new Map<string, Response>();
  const cache = { match: async (key: string) => entries.get(key)?.clone(), put: async (key: string, response: Response) => void entries.set(key, response) };
  const inCache = cacheMarker('a b', { open: async () => cache } as unknown as CacheStorage);
  const files = new Map<string, string>();
  const getFileHandle = async (name: string) => ({
    getFile: async () => ({ text: async () => files.get(name) ?? '' }),
    createWritable: async () => ({ write: async (text: string) => void files.set(name, text), close: async () => {} }),
  });
  const inFile = fileMarker('a b', { getDirectory: async () => ({ getFileHandle }) as unknown as FileSystemDirectoryHandle });
  for (const marker of [inCache, inFile]) {
    expect(await marker.read()).toBeUndefined();
    await marker.write('identity');
    expect(await marker.read()).toBe('identity');
  }
  expect([[...entries.keys()], [...files.keys()]]).toEqual([['/perdure/a%20b'], ['perdure-a%20b']]);
  expect(browserMarker('a')).toBeUndefined(); // in Node
});
