/** The calls that tabs are given: each is answered, and with an answer to it. */
import { type Call, type Caller, isLongPoll } from '../../transport/call.ts';
import type { Process } from './scheduler.ts';

export interface TabCallsOptions {
  /** The workflow id of a run. */
  readonly workflowIdOf: (runId: string) => string | undefined;
  readonly violate: (statement: string) => void;
}

export class TabCalls {
  readonly #options: TabCallsOptions;
  readonly #open: Set<{ readonly method: string; readonly engine: Process }> = new Set();

  constructor(options: TabCallsOptions) {
    this.#options = options;
  }

  /** Notes that the call is open until it is answered, and looks whether the answer is one to it. */
  async carry(engine: Process, call: Call, carrier: Caller): Promise<unknown> {
    const { method, argument } = call;
    const entry = { method, engine };
    if (!isLongPoll(method, argument)) this.#open.add(entry);
    try {
      const answer = await carrier(call);
      this.#checkAnswer(call, answer);
      return answer;
    } finally {
      this.#open.delete(entry);
    }
  }

  /** When all is at rest, none is open at an engine that lives. */
  check(): void {
    for (const { method, engine } of this.#open) if (engine.isAlive) this.#options.violate(`LIVE: ${method} was given to ${engine.name} and is not answered`);
  }

  /** A start is answered with a run of the workflow that it was to start. */
  #checkAnswer({ method, argument }: Call, answer: unknown): void {
    if (method !== 'startWorkflowExecution' && method !== 'signalWithStartWorkflowExecution') return;
    const { workflowId } = argument as { workflowId: string };
    const { runId } = answer as { runId: string };
    const found = this.#options.workflowIdOf(runId);
    if (found !== workflowId) this.#options.violate(`ACK-DURABLE: ${method} of ${workflowId} is answered with run ${runId}, which is of ${found}`);
  }
}
