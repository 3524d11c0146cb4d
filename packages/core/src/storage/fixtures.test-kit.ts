/** Databases as earlier versions of this code left them, kept as files: each format that was ever written has one here. */
import { readFileSync } from 'node:fs';
import type { DatabaseDump } from './indexeddb-dump.ts';

export const readFixture = (format: number): DatabaseDump =>
  JSON.parse(readFileSync(new URL(`./fixtures/format-${format}.json`, import.meta.url), 'utf8')) as DatabaseDump;

/** Makes the database of a dump, under a name of its own. */
export function restoreDump({ version, stores }: DatabaseDump, name: string, factory: IDBFactory = indexedDB): Promise<void> {
  return new Promise((resolve, reject) => {
    const opening = factory.open(name, version);
    opening.onupgradeneeded = () => {
      for (const { name: store, keyPath, records } of stores) {
        const made = opening.result.createObjectStore(store, keyPath === null ? {} : { keyPath: keyPath as string });
        for (const [key, value] of records) keyPath === null ? made.put(value, key as IDBValidKey) : made.put(value);
      }
    };
    opening.onsuccess = () => {
      opening.result.close();
      resolve();
    };
    opening.onerror = () => reject(opening.error);
  });
}
