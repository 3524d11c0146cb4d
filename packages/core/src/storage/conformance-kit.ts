/** What the cases of the conformance suite are written with. */
import type { Epoch } from '../common/brand.ts';
import { isServiceError, type ServiceErrorCode } from '../common/service-error.ts';
import type { Batch, Entry, Key, Store, Table, Value } from './store.ts';

export interface ConformanceTarget {
  readonly label: string;
  /** Opens the database of this name, and makes it when there is none. May be called again, before or after the other store is closed. */
  open(database: string): Promise<Store>;
}

/** One database, and the stores that a case opens over it. */
export class Subject {
  readonly #target: ConformanceTarget;
  readonly #database: string;
  readonly #stores: Store[] = [];

  constructor(target: ConformanceTarget, database: string) {
    this.#target = target;
    this.#database = database;
  }

  async open(): Promise<Store> {
    const store = await this.#target.open(this.#database);
    this.#stores.push(store);
    return store;
  }

  async acquired(): Promise<{ readonly store: Store; readonly epoch: Epoch }> {
    const store = await this.open();
    return { store, epoch: await store.acquire() };
  }

  async end(): Promise<void> {
    for (const store of this.#stores) await store.close();
  }
}

export type Cases = Readonly<Record<string, (subject: Subject) => Promise<void>>>;

export const puts = (table: Table, entries: readonly (readonly [Key, Value])[]): Batch => ({
  puts: entries.map(([key, value]) => [table, key, value]),
  deletes: [],
});

export const deletes = (table: Table, keys: readonly Key[]): Batch => ({ puts: [], deletes: keys.map((key) => [table, key]) });

export const keysOf = (entries: readonly Entry[]): Key[] => entries.map(([key]) => key);

/** Asserts that two JSON values are the same, `undefined` and the order of lists included. */
export function expectSame(actual: unknown, expected: unknown, what: string): void {
  if (!isSame(actual, expected)) throw new Error(`${what}: expected ${show(expected)}, found ${show(actual)}`);
}

export async function expectRefused(answer: Promise<unknown>, code: ServiceErrorCode, what: string): Promise<void> {
  const outcome = await answer.then(
    () => 'it resolved',
    (error: unknown) => error,
  );
  if (!isServiceError(outcome, code)) throw new Error(`${what}: expected a ServiceError ${code}, found ${String(outcome)}`);
}

function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || Array.isArray(a) !== Array.isArray(b)) return false;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => isSame((a as Record<string, unknown>)[name], (b as Record<string, unknown>)[name]));
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 2000 ? `${text.slice(0, 2000)}… (${text.length} characters)` : text;
}
