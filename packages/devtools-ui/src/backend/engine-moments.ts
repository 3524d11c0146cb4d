/** The past of a run behind a connection of this page: its history is replayed in a scratch sandbox of this tab, which stores nothing. */
import type { Connection, ReplayFailure } from '@perdure/core/client';
import type { WirePayloads } from '@perdure/core/common';
import type { HistoryEvent } from '@perdure/core/history';
import type { Fetches, RunRef, Topics } from './backend.ts';
import { messageOf } from './errors.ts';

export type Replays = Connection['replays'];
/** All events of a run, up to one of them. */
export type ReadHistory = (run: RunRef, untilEventId?: number) => Promise<readonly HistoryEvent[]>;

export interface MomentsSource {
  readonly replays: Replays;
  readonly read: ReadHistory;
}

/** @returns a function that ends it, and the sandbox with it */
export function followMoments(
  { replays, read }: MomentsSource,
  { untilEventId, ...run }: Topics['moments']['request'],
  listener: (delta: Topics['moments']['delta']) => void,
): () => void {
  let isEnded = false;
  let replayId: string | undefined;
  const close = (): void => {
    if (replayId !== undefined) void replays.closeReplay({ replayId }).catch(() => undefined); // the engine worker went, and the replay with it
    replayId = undefined;
  };

  async function follow(): Promise<void> {
    const events = await read(run, untilEventId);
    if (isEnded) return;
    ({ replayId } = await replays.openReplay({ namespace: run.namespace, workflowId: run.workflowId, events }));
    for (let from = 0; !isEnded; ) {
      const { moments, isDone, failure } = await replays.readReplay({ replayId, from });
      if (isEnded) break;
      from += moments.length;
      listener({ moments, isDone, ...(failure && { failure }) });
      if (isDone) break;
    }
    close();
  }

  follow().catch((error: unknown) => {
    close();
    if (!isEnded) listener({ moments: [], isDone: true, failure: { kind: 'error', message: messageOf(error) } satisfies ReplayFailure });
  });
  return () => {
    isEnded = true;
    close();
  };
}

/** @throws what the replay refuses the query with */
export async function askAt(
  { replays, read }: MomentsSource,
  { eventId, queryType, args, ...run }: Fetches['queryAt']['request'],
): Promise<{ readonly result: WirePayloads }> {
  const events = await read(run, eventId);
  const { replayId } = await replays.openReplay({ namespace: run.namespace, workflowId: run.workflowId, events });
  try {
    return await replays.queryReplay({ replayId, eventId, queryType, queryArgs: args });
  } finally {
    await replays.closeReplay({ replayId }).catch(() => undefined);
  }
}
