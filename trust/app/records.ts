/** What is told to the ledger outside of the browser, each at once and only after it is so. */

/** The engine has acknowledged something. */
export type Acknowledged =
  | { readonly kind: 'start'; readonly workflowId: string; readonly runId: string }
  | { readonly kind: 'result'; readonly workflowId: string; readonly result: unknown }
  | { readonly kind: 'signal'; readonly workflowId: string; readonly sender: string; readonly number: number }
  | { readonly kind: 'update'; readonly workflowId: string; readonly sender: string; readonly number: number };

/** An attempt of an activity runs. It goes on only when this is written down. */
export interface Begun {
  readonly kind: 'begin';
  readonly workflowId: string;
  readonly activityId: string;
  /** From 1. */
  readonly attempt: number;
}

/** A call of a page that lives was answered by an error. */
export interface Refused {
  readonly kind: 'refused';
  readonly what: string;
  readonly message: string;
}

export type LedgerRecord = Acknowledged | Begun | Refused;

export const LEDGER_PATH = '/ledger';

/** Resolves when the ledger has the record; it outlives the page that sends it. */
export async function tell(record: LedgerRecord): Promise<void> {
  const response = await fetch(LEDGER_PATH, { method: 'POST', body: JSON.stringify(record), keepalive: true });
  if (!response.ok) throw new Error(`the ledger answered ${response.status} to ${JSON.stringify(record)}`);
}
