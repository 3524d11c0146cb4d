/** What the worker for activities and the page tell each other, past the engine. */
export const BENCH_CHANNEL = 'bench';

export type BenchMessage =
  | { readonly kind: 'arrived'; readonly workflowId: string }
  | { readonly kind: 'howOften' }
  /** How often `addOne` was run since this worker started. */
  | { readonly kind: 'additions'; readonly additions: number };
