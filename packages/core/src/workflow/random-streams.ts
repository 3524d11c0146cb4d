/** The random numbers of a run: its main stream, its named ones, and which of them `Math.random` draws from. */
import type { Activator } from './activator.ts';
import { assertContextSurvives, contextValue, runWith } from './context.ts';
import { assertInWorkflowContext } from './current.ts';
import { Alea, fillFrom, seedOf, streamSeed, uuid4From } from './random.ts';

/** Random numbers that are the same in every replay. */
export interface WorkflowRandomStream {
  /** A number from 0 up to 1. */
  random(): number;
  uuid4(): string;
  fill(bytes: Uint8Array): Uint8Array;
  /** Runs `fn` so that `Math.random()` and `uuid4()` draw from this stream, now and after each await. */
  with<T>(fn: () => T): T;
}

/** Under this key the context holds the stream that is current. */
const CURRENT = {};

export class RandomStreams {
  readonly #activator: Activator;
  #seed: number[];
  #main: Alea;
  #named = new Map<string, Alea>();

  /** @param runId the run that the seed comes from */
  constructor(runId: string, activator: Activator) {
    this.#activator = activator;
    this.#seed = seedOf(runId);
    this.#main = new Alea(this.#seed);
  }

  /** A reset run goes on with other numbers than the run it comes from. */
  reseed(runId: string): void {
    this.#seed = seedOf(runId);
    this.#main = new Alea(this.#seed);
    this.#named = new Map();
  }

  /** @returns a function that puts all streams back to where they are now */
  save(): () => void {
    const main = this.#main;
    const named = this.#named;
    this.#main = main.clone();
    this.#named = new Map([...named].map(([name, stream]) => [name, stream.clone()]));
    return () => {
      this.#main = main;
      this.#named = named;
    };
  }

  /** From the main stream. */
  main(): number {
    return this.#main.next();
  }

  /** From the stream that is current. */
  next(): number {
    const stream = contextValue(CURRENT) as WorkflowRandomStream | undefined;
    return stream ? stream.random() : this.#main.next();
  }

  named(name: string): number {
    let stream = this.#named.get(name);
    if (stream === undefined) {
      stream = new Alea(streamSeed(this.#seed, name));
      this.#named.set(name, stream);
    }
    return stream.next();
  }

  with<T>(stream: WorkflowRandomStream, fn: () => T): T {
    assertContextSurvives('WorkflowRandomStream.with()', fn);
    return runWith(CURRENT, stream, fn);
  }

  /** An interceptor that draws from a stream of its own must not change what the code behind it draws from. */
  // biome-ignore lint/suspicious/noExplicitAny: any function
  bind<F extends (...args: any[]) => any>(fn: F): F {
    const stream = contextValue(CURRENT);
    if (stream === undefined && this.#activator.interceptors.outbound.length + this.#activator.interceptors.inbound.length === 0) return fn;
    return ((...args: Parameters<F>) => (contextValue(CURRENT) === stream ? fn(...args) : runWith(CURRENT, stream, () => fn(...args)))) as F;
  }
}

const NOT_IN_CONTEXT = 'Workflow random APIs may only be used from workflow context.';

function streamOf(draw: () => number): WorkflowRandomStream {
  const stream: WorkflowRandomStream = {
    random: draw,
    uuid4: () => uuid4From(draw),
    fill: (bytes) => fillFrom(draw, bytes),
    with: (fn) => assertInWorkflowContext(NOT_IN_CONTEXT).random.with(stream, fn),
  };
  return stream;
}

/** The run's main stream. @experimental */
export const workflowRandom: WorkflowRandomStream = streamOf(() => assertInWorkflowContext(NOT_IN_CONTEXT).random.main());

/**
 * A stream of its own for a library, so that its draws do not move the numbers of others.
 *
 * @experimental
 */
export function getRandomStream(name: string): WorkflowRandomStream {
  const activator = assertInWorkflowContext('Workflow.getRandomStream(...) may only be used from workflow context.');
  return streamOf(() => activator.random.named(name));
}
