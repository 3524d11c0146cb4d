/** What an engine tells of a run that comes near to a limit. */
export interface LimitWarning {
  readonly namespace: string;
  readonly workflowId: string;
  readonly runId: string;
  readonly limit: 'historyEvents' | 'historyBytes' | 'blobBytes' | 'memoBytes' | 'stateBytes';
  readonly found: number;
  /** What is refused, or ends the run, is more than this. */
  readonly allowed: number;
  /** The same in a sentence. */
  readonly message: string;
}

const LIMITS: ReadonlySet<unknown> = new Set<LimitWarning['limit']>(['historyEvents', 'historyBytes', 'blobBytes', 'memoBytes', 'stateBytes']);

/** @returns the warning, with nothing else; `undefined` for what is none */
export function readLimitWarning(data: unknown): LimitWarning | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const { namespace, workflowId, runId, limit, found, allowed, message } = data as LimitWarning;
  const hasTexts = [namespace, workflowId, runId, message].every((text) => typeof text === 'string');
  const hasNumbers = typeof found === 'number' && typeof allowed === 'number';
  return hasTexts && hasNumbers && LIMITS.has(limit) ? { namespace, workflowId, runId, limit, found, allowed, message } : undefined;
}
