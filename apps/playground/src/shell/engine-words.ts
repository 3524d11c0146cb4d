/** How the engine fares, in words, and whether a person has to be told. */
import type { EngineStatus } from '@perdure/core/client';
import type { Tone } from '@perdure/devtools-ui/parts';

export interface EngineOutlook {
  readonly tone: Tone;
  readonly label: string;
  /** Present when something is not as it should be. */
  readonly notice?: string;
  /** Whether requests are answered now. */
  readonly isReady: boolean;
}

export function engineOutlook(status: EngineStatus | undefined): EngineOutlook {
  if (!status) return { tone: 'queued', label: 'Engine starting', isReady: false };
  const { role, state, reason, store } = status;
  if (state === 'running' && role === 'leader') return { tone: 'completed', label: `Leads · ${durabilityInWords(store.durability)}`, isReady: true };
  if (state === 'running') return { tone: 'completed', label: 'Led by another tab', isReady: true };
  if (role === 'follower' && state === 'starting') {
    const notice = 'Another tab of this browser has the engine, and does not answer yet. This page takes over if it stays silent, or is closed.';
    return { tone: 'waiting', label: 'Waits for another tab', notice, isReady: false };
  }
  if (state === 'starting') return { tone: 'queued', label: 'Engine starting', isReady: false };
  const notice = `The engine does not run: ${reason ?? 'no reason given'}.`;
  return { tone: state === 'failed' ? 'failed' : 'cancelled', label: state === 'failed' ? 'Engine failed' : 'Engine stopped', notice, isReady: false };
}

const DURABILITY_WORDS = { strict: 'every step on disk', relaxed: 'survives a crash of the browser', none: 'in memory only' } as const;

const durabilityInWords = (durability: keyof typeof DURABILITY_WORDS): string => DURABILITY_WORDS[durability];
