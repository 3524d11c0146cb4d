/** Knows when all that follows from a step has happened. */
import type { Sandbox } from '../../protocol/activation.ts';
import { nextTurn } from '../turn.ts';

export class Settling {
  #activations = 0;

  /** The sandbox, with its work counted. */
  counted(sandbox: Sandbox): Sandbox {
    const count = async <T>(work: Promise<T>): Promise<T> => {
      this.#activations++;
      try {
        return await work;
      } finally {
        this.#activations--;
      }
    };
    return { ready: () => count(sandbox.ready()), close: () => count(sandbox.close()), activate: (activation) => count(sandbox.activate(activation)) };
  }

  /** Promises need one turn; an activation needs as many as its sandbox takes, and what follows from it one more. */
  async settled(): Promise<void> {
    for (let idle = 0; idle < 2; idle++) {
      await nextTurn();
      if (this.#activations > 0) idle = -1;
    }
  }
}
