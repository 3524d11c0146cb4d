/**
 * Turns: exactly one run at a time between a start and its drain, in all sandboxes of a realm. Two that shared a drain could not be
 * told apart where the host has no context of its own.
 */
import type { Activator } from './activator.ts';

type Turn = (done: () => void) => void;

class Turns {
  /** Whose turn it is. */
  current: Activator | undefined;
  #isTaken = false;
  readonly #waiting: Turn[] = [];

  /** Starts `turn` when its time comes; it ends by calling `done`. */
  take(turn: Turn): void {
    if (this.#isTaken) this.#waiting.push(turn);
    else this.#start(turn);
  }

  #start(turn: Turn): void {
    this.#isTaken = true;
    turn(() => {
      this.#isTaken = false;
      const next = this.#waiting.shift();
      if (next) this.#start(next);
    });
  }
}

export const turns: Turns = new Turns();
