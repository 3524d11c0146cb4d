/** A place where input from outside meets the engine, with inputs for it and a judgement of what it did. */
import type fc from 'fast-check';

export type FindingKind =
  /** An error that is not one of those which the place promises. */
  | 'uncaught'
  /** A refused input had an effect, or an accepted one another effect than it should. */
  | 'changed'
  /** A global or a prototype is not what it was. */
  | 'polluted'
  /** It took more processor time than any input may. */
  | 'slow';

export interface Finding {
  readonly kind: FindingKind;
  readonly text: string;
}

export interface Probe<T> {
  /**
   * Gives the input to the real code, and throws what that throws.
   *
   * @returns what is wrong with the outcome, in words, if something is
   */
  check(input: T): string | undefined | Promise<string | undefined>;
  /** Whether an error is a refusal that the place promises. */
  isRefusal(error: unknown): boolean;
  /** Called when no more inputs come. */
  close?(): Promise<void>;
}

export interface Target<T = never> {
  readonly name: string;
  /** How many of each hundred inputs it gets, about. */
  readonly share: number;
  readonly inputs: fc.Arbitrary<T>;
  /** After so many inputs the probe is made anew, so that accepted input does not pile up. */
  readonly inputsOfProbe?: number;
  create(): Probe<T> | Promise<Probe<T>>;
}
