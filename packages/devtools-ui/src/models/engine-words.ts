/** How the engine fares, in few words. */
import type { EngineStatus } from '@perdure/core/client';
import type { Reach, Source } from '../backend/backend.ts';
import type { Tone } from './status.ts';

export interface EngineWords {
  readonly tone: Tone;
  readonly label: string;
  readonly hint: string;
}

export const DURABILITY = { strict: 'every step is on disk', relaxed: 'survives a crash of the browser', none: 'in memory only' } as const;

export function engineWords(source: Source, status: EngineStatus | undefined, reach: Reach | undefined): EngineWords {
  if (source.kind === 'file') return { tone: 'past', label: `file ${source.label}`, hint: 'An imported history: read only' };
  if (!status) return { tone: 'queued', label: 'connecting', hint: `Connecting to ${source.label}` };
  const { role, epoch, store } = status;
  if (reach?.state === 'gone') return { tone: 'backing off', label: 'no answer', hint: reach.reason };
  if (status.state !== 'running') return { tone: 'queued', label: `engine ${status.state}`, hint: status.reason ?? '' };
  const hint = `Database ${source.label}, ${store.driver}, ${DURABILITY[store.durability]}`;
  return { tone: 'completed', label: `${role === 'leader' ? 'this tab leads' : 'another tab leads'}${epoch === undefined ? '' : ` · epoch ${epoch}`}`, hint };
}
