/** What an endpoint can be told to do wrong, and what it therefore does with one request. */

/** Every field at rest means: nothing goes wrong. */
export interface Faults {
  /** The network is away: connections are dropped without an answer. */
  readonly isAway: boolean;
  /** Chunks from this index on are neither taken nor answered until the fault is lifted, as by a server that hangs; `null`: none. */
  readonly hangFrom: number | null;
  /** The share of requests that are answered with 503, from 0 to 1. */
  readonly failRate: number;
  /** Every n-th request is answered with 503; 0: none. */
  readonly failEvery: number;
  /** Every n-th chunk is taken, and its answer lost; 0: none. */
  readonly loseEvery: number;
  /** Milliseconds before a request is looked at: a slow network. */
  readonly delayMs: number;
}

export const NO_FAULTS: Faults = { isAway: false, hangFrom: null, failRate: 0, failEvery: 0, loseEvery: 0, delayMs: 0 };

export type Verdict = 'serve' | 'drop' | 'fail' | 'hang' | 'lose';

/** The n-th request of a session, from 1, and the chunk it carries if it carries one. */
export interface Arrival {
  readonly ordinal: number;
  readonly chunkIndex: number | null;
}

export function judge(faults: Faults, { ordinal, chunkIndex }: Arrival, random: () => number): Verdict {
  if (faults.isAway) return 'drop';
  if (faults.hangFrom !== null && chunkIndex !== null && chunkIndex >= faults.hangFrom) return 'hang';
  if (isNth(ordinal, faults.failEvery) || random() < faults.failRate) return 'fail';
  if (chunkIndex !== null && isNth(ordinal, faults.loseEvery)) return 'lose';
  return 'serve';
}

/**
 * Reads faults from a request's JSON; what is not named is as in `before`.
 *
 * @throws {TypeError} naming the field that has no meaning
 */
export function parseFaults(json: unknown, before: Faults): Faults {
  if (typeof json !== 'object' || json === null) throw new TypeError('Faults are a JSON object such as {"isAway": true}');
  const given = json as Record<string, unknown>;
  for (const name of Object.keys(given))
    if (!Object.hasOwn(NO_FAULTS, name)) throw new TypeError(`There is no fault "${name}"; known are ${Object.keys(NO_FAULTS).join(', ')}`);
  const number = (name: 'failRate' | 'failEvery' | 'loseEvery' | 'delayMs', most: number): number => {
    const value = given[name] ?? before[name];
    if (typeof value !== 'number' || !(value >= 0 && value <= most))
      throw new TypeError(`"${name}" is a number from 0 to ${most}, not ${JSON.stringify(value)}`);
    return value;
  };
  const isAway = given['isAway'] ?? before.isAway;
  if (typeof isAway !== 'boolean') throw new TypeError(`"isAway" is true or false, not ${JSON.stringify(isAway)}`);
  const hangFrom = given['hangFrom'] === undefined ? before.hangFrom : given['hangFrom'];
  if (hangFrom !== null && !(typeof hangFrom === 'number' && Number.isInteger(hangFrom) && hangFrom >= 0)) {
    throw new TypeError(`"hangFrom" is the index of a chunk or null, not ${JSON.stringify(hangFrom)}`);
  }
  const most = Number.MAX_SAFE_INTEGER;
  return {
    isAway,
    hangFrom,
    failRate: number('failRate', 1),
    failEvery: number('failEvery', most),
    loseEvery: number('loseEvery', most),
    delayMs: number('delayMs', 600_000),
  };
}

const isNth = (ordinal: number, every: number): boolean => every > 0 && ordinal % every === 0;
