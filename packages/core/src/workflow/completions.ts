/** What a run waits for: the promises of its code, by the number of the command that will settle them. */
import { IllegalStateError } from '../common/errors.ts';

export interface Completion<T> {
  resolve(value: T): void;
  reject(reason: unknown): void;
}

export class CompletionMap<T> {
  readonly #waiting = new Map<number, Completion<T>>();

  get size(): number {
    return this.#waiting.size;
  }

  has(seq: number): boolean {
    return this.#waiting.has(seq);
  }

  set(seq: number, completion: Completion<T>): void {
    this.#waiting.set(seq, completion);
  }

  /** Removes it. */
  take(seq: number): Completion<T> | undefined {
    const completion = this.#waiting.get(seq);
    if (completion) this.#waiting.delete(seq);
    return completion;
  }

  /** Removes it. @throws {IllegalStateError} if nothing waits under this number */
  consume(seq: number): Completion<T> {
    const completion = this.take(seq);
    if (completion === undefined) throw new IllegalStateError(`No completion for taskSeq ${seq}`);
    return completion;
  }
}

/** `unknown` stands for the decoded result. */
export class Completions {
  readonly timer: CompletionMap<void> = new CompletionMap();
  readonly activity: CompletionMap<unknown> = new CompletionMap();
  /** Resolves to the run id of the child. */
  readonly childWorkflowStart: CompletionMap<string> = new CompletionMap();
  readonly childWorkflowComplete: CompletionMap<unknown> = new CompletionMap();
  readonly signalWorkflow: CompletionMap<void> = new CompletionMap();
  readonly cancelWorkflow: CompletionMap<void> = new CompletionMap();

  get size(): number {
    return (
      this.timer.size +
      this.activity.size +
      this.childWorkflowStart.size +
      this.childWorkflowComplete.size +
      this.signalWorkflow.size +
      this.cancelWorkflow.size
    );
  }
}
