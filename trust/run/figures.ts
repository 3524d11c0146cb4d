/** Figures over many rounds. */

export interface Figures {
  /** By nearest rank. */
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly n: number;
}

/** @returns `undefined` where nothing was measured */
export function figuresOf(samples: readonly number[]): Figures | undefined {
  if (samples.length === 0) return undefined;
  const sorted = samples.map(Math.round).sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] as number;
  return { p50: at(0.5), p99: at(0.99), max: at(1), n: sorted.length };
}
