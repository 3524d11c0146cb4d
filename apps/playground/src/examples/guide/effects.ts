/**
 * What the examples' activities have done, as the world outside would know it: in a database of its own, which no kill of the engine touches. Each effect has
 * a key, and one that is done again is no second one, as a payment service does it with the key of a request.
 */
import { committed, openStore, settled } from '../requests.ts';

const DATABASE = 'perdure-playground-effects';
const EFFECTS = 'effects';

export interface Effect {
  readonly workflowId: string;
  readonly what: string;
}

/** @param key of the request: what comes twice with one key is done once */
export async function haveEffect(key: string, effect: Effect): Promise<void> {
  const database = await openStore(DATABASE, EFFECTS);
  await committed(database.transaction(EFFECTS, 'readwrite').objectStore(EFFECTS).put(effect, key)).finally(() => database.close());
}

/** Of all workflows, by their keys. */
export async function allEffects(): Promise<readonly Effect[]> {
  const database = await openStore(DATABASE, EFFECTS);
  return settled<Effect[]>(database.transaction(EFFECTS).objectStore(EFFECTS).getAll()).finally(() => database.close());
}
