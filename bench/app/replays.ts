/** R as the page has it. */
export interface ReplayRequest {
  /** Temporal's JSON, parsed. */
  readonly history: { readonly events: readonly unknown[] };
}
export type ReplayAnswer = { readonly milliseconds: number } | { readonly error: string };

export interface Replays {
  /** @returns milliseconds from the parsed JSON to the verdict, in a worker that is there and a sandbox that is not */
  replay(history: ReplayRequest['history']): Promise<number>;
}

export function createReplays(): Replays {
  return {
    async replay(history) {
      const worker = new Worker(new URL('./replay.worker.ts', import.meta.url), { type: 'module', name: 'replay' });
      try {
        const answer = await new Promise<ReplayAnswer>((resolve, reject) => {
          worker.addEventListener('message', ({ data }: MessageEvent<ReplayAnswer>) => resolve(data));
          worker.addEventListener('error', ({ message }) => reject(new Error(`the worker for replays failed: ${message}`)));
          worker.postMessage({ history } satisfies ReplayRequest);
        });
        if ('error' in answer) throw new Error(`a replay was refused: ${answer.error}`);
        return answer.milliseconds;
      } finally {
        worker.terminate();
      }
    },
  };
}
