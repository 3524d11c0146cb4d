/** What must hold of an upload however often it was broken off: nothing recorded is lost, and nothing recorded is done again. */
import type { HistoryEvent } from '@perdure/core/history';
import type { SessionStatus } from '../apps/playground/server/session.ts';
import { recordedChunks } from './upload-browser.ts';

export interface Verdict {
  /** Events that were read before a kill. */
  readonly acknowledged: number;
  /** Of these, those that are not in the history at the end, each in words. */
  readonly lost: readonly string[];
  /** Chunks that came again after their completion was recorded, each in words. */
  readonly doneTwice: readonly string[];
}

/**
 * @param seen the history as it was read before each kill
 * @param history the history at the end
 */
export function judgeUpload(
  seen: readonly (readonly HistoryEvent[])[],
  history: readonly HistoryEvent[],
  chunks: SessionStatus['uploads'][string]['chunks'],
): Verdict {
  const acknowledged = Math.max(0, ...seen.map((events) => events.length));
  return { acknowledged, lost: seen.flatMap((events) => lostOf(events, history)), doneTwice: sentAgain(history, chunks) };
}

function lostOf(seen: readonly HistoryEvent[], history: readonly HistoryEvent[]): string[] {
  return seen.flatMap((event, index) => {
    const kept = history[index];
    if (JSON.stringify(event) === JSON.stringify(kept)) return [];
    return [`event ${event.eventId} was ${JSON.stringify(event)} and is ${JSON.stringify(kept)}`];
  });
}

function sentAgain(history: readonly HistoryEvent[], chunks: SessionStatus['uploads'][string]['chunks']): string[] {
  const recorded = recordedChunks(history);
  return chunks.flatMap(({ index, arrivals }) => {
    const recordedAt = recorded.get(index) ?? Number.POSITIVE_INFINITY;
    const late = arrivals.filter((arrivedAt) => arrivedAt > recordedAt);
    return late.length === 0 ? [] : [`chunk ${index} was recorded at ${recordedAt} and came again at ${late.join(', ')}`];
  });
}
