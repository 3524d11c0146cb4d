/**
 * A mark outside of IndexedDB that there was a database, and which. Browsers evict what they keep for an origin, people clear a part of it, and a
 * database that cannot be opened is at times replaced by an empty one: without the mark that looks like a first visit.
 */
import type { Millis } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';
import type { StoreStatus } from '../common/durability.ts';
import { within } from './deadline.ts';

export interface Marker {
  /** @returns the identity of the database that was here last; `undefined` when there was none */
  read(): Promise<string | undefined>;
  write(identity: string): Promise<void>;
}

export interface KeepsakeOptions {
  readonly connection: { readonly name: string; readonly identity: string; readonly isNew: boolean };
  readonly marker: Marker | undefined;
  readonly clock: Clock;
  /** `status` says something else. */
  readonly onChange: () => void;
}

const DEADLINE: Millis = 5_000;

export class Keepsake {
  readonly #options: KeepsakeOptions;
  #emptied: string | undefined;
  #isCompared = false;

  constructor(options: KeepsakeOptions) {
    this.#options = options;
  }

  get status(): Pick<StoreStatus, 'emptied'> {
    return this.#emptied === undefined ? {} : { emptied: this.#emptied };
  }

  /** Looks, in nobody's way, whether the database is the one that was here last, and remembers it. */
  compare(): void {
    if (this.#isCompared || !this.#options.marker) return;
    this.#isCompared = true;
    void this.#compare(this.#options.marker).catch(() => {}); // without an answer nothing is known, and nothing is said
  }

  async #compare(marker: Marker): Promise<void> {
    const { connection, clock, onChange } = this.#options;
    const { name, identity, isNew } = connection;
    const last = await within(clock, DEADLINE, marker.read());
    if (last === identity) return;
    if (last !== undefined) {
      const found = isNew
        ? 'it is gone: the browser evicted it, or the site data were cleared. The engine has begun anew, with an empty one'
        : 'another one is in its place';
      this.#emptied = `there was a database "${name}" here before, and ${found}`;
      onChange();
    }
    await within(clock, DEADLINE, marker.write(identity));
  }
}

/** The marker of this browser, where a worker can reach one: the Cache API, else the private file system of the origin. */
export function browserMarker(database: string): Marker | undefined {
  const { caches, navigator } = globalThis as { caches?: CacheStorage; navigator?: Navigator };
  if (caches) return cacheMarker(database, caches);
  return typeof navigator?.storage?.getDirectory === 'function' ? fileMarker(database, navigator.storage) : undefined;
}

const CACHE = 'perdure';

export function cacheMarker(database: string, caches: CacheStorage): Marker {
  const address = `/perdure/${encodeURIComponent(database)}`; // nothing is ever fetched from there
  return {
    async read() {
      const cache = await caches.open(CACHE);
      return (await cache.match(address))?.text();
    },
    async write(identity) {
      const cache = await caches.open(CACHE);
      await cache.put(address, new Response(identity));
    },
  };
}

export function fileMarker(database: string, storage: Pick<StorageManager, 'getDirectory'>): Marker {
  const name = `perdure-${encodeURIComponent(database)}`;
  return {
    async read() {
      const directory = await storage.getDirectory();
      const handle = await directory.getFileHandle(name, { create: true });
      return (await (await handle.getFile()).text()) || undefined;
    },
    async write(identity) {
      const handle = await (await storage.getDirectory()).getFileHandle(name, { create: true });
      const file = await handle.createWritable();
      await file.write(identity);
      await file.close();
    },
  };
}
