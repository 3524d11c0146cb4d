/**
 * What the examples' activities have done, as the world outside would know it: in a database of its own, which no kill of the engine touches. Each effect has
 * a key, and one that is done again is no second one, as a payment service does it with the key of a request.
 */
const DATABASE = 'perdure-playground-effects';
const EFFECTS = 'effects';

export interface Effect {
  readonly workflowId: string;
  readonly what: string;
}

/** @param key of the request: what comes twice with one key is done once */
export async function haveEffect(key: string, effect: Effect): Promise<void> {
  const database = await open();
  const { transaction } = database.transaction(EFFECTS, 'readwrite').objectStore(EFFECTS).put(effect, key);
  await new Promise<void>((resolve, reject) => {
    if (!transaction) return reject(new Error('The request has no transaction'));
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  }).finally(() => database.close());
}

/** Of all workflows, by their keys. */
export async function allEffects(): Promise<readonly Effect[]> {
  const database = await open();
  return settled<Effect[]>(database.transaction(EFFECTS).objectStore(EFFECTS).getAll()).finally(() => database.close());
}

async function open(): Promise<IDBDatabase> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(EFFECTS);
  return settled(opening);
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
