/** The network as a person sets it: presets of what the endpoint can be told to do wrong. */
import type { Faults } from '../../../../server/faults.ts';

export interface NetworkPreset {
  readonly name: string;
  readonly label: string;
  readonly words: string;
  readonly faults: Faults;
}

const fine: Faults = { isAway: false, hangFrom: null, failRate: 0, failEvery: 0, loseEvery: 0, delayMs: 0 };

export const NETWORK_PRESETS: readonly NetworkPreset[] = [
  { name: 'fine', label: 'Fine', words: 'Every request is answered.', faults: fine },
  { name: 'slow', label: 'Slow', words: 'Every request takes 0.8 seconds.', faults: { ...fine, delayMs: 800 } },
  { name: 'flaky', label: 'Flaky', words: 'Four of ten requests are answered with 503.', faults: { ...fine, failRate: 0.4, delayMs: 150 } },
  {
    name: 'lossy',
    label: 'Loses answers',
    words: 'Every third chunk is taken, but its answer is lost: it is sent again, and taken once.',
    faults: { ...fine, loseEvery: 3, delayMs: 150 },
  },
  {
    name: 'hangs',
    label: 'Hangs',
    words: 'Chunks are not answered, until the heartbeat timeout of 20 seconds ends the attempt.',
    faults: { ...fine, hangFrom: 0 },
  },
  { name: 'away', label: 'Away', words: 'Connections are dropped.', faults: { ...fine, isAway: true } },
];

/** `undefined` when the faults are none of the presets: a test or another page set them. */
export const presetOf = (faults: Faults): NetworkPreset | undefined =>
  NETWORK_PRESETS.find((preset) => (Object.keys(fine) as (keyof Faults)[]).every((name) => preset.faults[name] === faults[name]));

export async function readFaults(endpoint: string): Promise<Faults> {
  return answerOf(await fetch(`${endpoint}/faults`));
}

export async function setFaults(endpoint: string, faults: Faults): Promise<Faults> {
  return answerOf(await fetch(`${endpoint}/faults`, { method: 'PUT', body: JSON.stringify(faults) }));
}

async function answerOf(response: Response): Promise<Faults> {
  if (!response.ok) throw new Error(`The endpoint answered ${response.status} to a request about its faults: is this page served by the playground's server?`);
  return (await response.json()) as Faults;
}
