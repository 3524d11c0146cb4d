/**
 * Where the code of a run waits, as positions in its source: what `__stack_trace` tells. It costs more than the operations themselves, so it
 * is recorded only in runs that are replayed for it. Native code gets the callers of an async function from the engine, where that
 * keeps them; in lowered code they are recorded here, in the frame of the context. Loaded for it only: what the sandbox has is handed in.
 */
import type { CallSite, Carrier, Frame } from './context.ts';
import { formatFrame, parseStack, positionOf, type StackFrame } from './stack-frames.ts';
import type { StackTrace, StackTraceFileLocation } from './stack-traces.ts';
import { Variables } from './variables.ts';

/** One place: the stack of the operation, then the calls of the async functions around it, innermost first. */
interface Place extends CallSite {
  /** What to tell if no code of the user's is on the stack: the engine calls `then` of what is awaited from nowhere. */
  readonly orElse?: Place | undefined;
}

/** Those of a promise. */
type Settle<T> = (value: T) => void;

export class Waits {
  readonly #open = new Set<Place>();
  #isQuiet = false;

  readonly #carrier: Carrier;
  readonly variables: Variables;

  /** @param inSandbox made in the sandbox's own code, whose frames nobody wants to see */
  constructor(carrier: Carrier, inSandbox: Error) {
    this.#carrier = carrier;
    this.variables = new Variables(carrier);
    const [own] = read(inSandbox);
    if (own) ownFiles.add(own.file);
    recordCalls(carrier);
  }

  /** The place of the code that calls. */
  here(orElse?: Place): Place {
    return { error: captured(), callers: this.#carrier.current()?.calledFrom, orElse };
  }

  /** Code begins to wait, here by default. @returns what to call when that is over */
  begin(place: Place = this.here()): () => void {
    if (this.#isQuiet) return () => {};
    this.#open.add(place);
    return () => void this.#open.delete(place);
  }

  /** Code waits here until one of the two is called. */
  until<T>(resolve: Settle<T>, reject: Settle<unknown>): [Settle<T>, Settle<unknown>] {
    const end = this.begin();
    const ending =
      <V>(settle: Settle<V>): Settle<V> =>
      (value) => {
        end();
        settle(value);
      };
    return [ending(resolve), ending(reject)];
  }

  /** Code waits here for a promise whose rejection is handled already: one that is not would count as handled from now on. */
  during(promise: Promise<unknown>, place?: Place): void {
    const end = this.begin(place);
    promise.then(end, end);
  }

  /** Runs `fn` as called from here: for what stands between async functions, where the engine's own async stacks end. */
  calling<R>(fn: () => R): R {
    return called(this.#carrier, this.#carrier.current(), fn);
  }

  /** Nobody waits for what `fn` starts. */
  quietly<R>(fn: () => R): R {
    const before = this.#isQuiet;
    this.#isQuiet = true;
    try {
      return fn();
    } finally {
      this.#isQuiet = before;
    }
  }

  /** A stack for each place, separated by empty lines. */
  text(): string {
    return this.#stacks()
      .map((frames) => frames.map(formatFrame).join('\n'))
      .join('\n\n');
  }

  structured(): StackTrace[] {
    return this.#stacks().map((frames) => ({ locations: frames.map(locationOf) }));
  }

  /** In the order in which the waits began; two waits at one place are one. */
  #stacks(): StackFrame[][] {
    const stacks = new Map<string, StackFrame[]>();
    for (const place of this.#open) {
      const frames = framesOf(place);
      if (frames.length > 0) stacks.set(frames.map(formatFrame).join('\n'), frames);
    }
    return [...stacks.values()];
  }
}

const locationOf = ({ file, line, column, functionName }: StackFrame): StackTraceFileLocation => ({
  file_path: file,
  line,
  ...(column !== undefined && { column }),
  ...(functionName !== undefined && { function_name: functionName }),
  internal_code: false,
});

function captured(): Error {
  const v8: ErrorConstructor & { stackTraceLimit?: number } = Error; // other engines do not look at it
  const { stackTraceLimit = 10 } = v8;
  v8.stackTraceLimit = Number.POSITIVE_INFINITY;
  const error = new Error();
  v8.stackTraceLimit = stackTraceLimit;
  return error;
}

const read = ({ stack = '' }: Error): StackFrame[] => parseStack(stack);

function called<R>(carrier: Carrier, frame: Frame | undefined, fn: () => R): R {
  return carrier.run({ owner: undefined, values: undefined, ...frame, calledFrom: { error: captured(), callers: frame?.calledFrom } }, fn);
}

function framesOf(place: Place): StackFrame[] {
  const frames: StackFrame[] = [];
  for (let at: CallSite | undefined = place; at; at = at.callers) {
    const more = ofOneFunction(read(at.error));
    if (!endsWith(frames, more)) frames.push(...more);
  }
  return frames.length === 0 && place.orElse ? framesOf(place.orElse) : frames;
}

/** Before its first await, a function has its callers on its own stack as well. */
function endsWith(frames: readonly StackFrame[], end: readonly StackFrame[]): boolean {
  const from = frames.length - end.length;
  return from >= 0 && end.every((frame, i) => positionOf(frame) === positionOf(frames[from + i] as StackFrame));
}

// --- whose frames -------------------------------------------------------------------------------------------------------------------

/** This file, as stacks name it. In a bundle it is one of the package's, and the sandbox has another. */
const [self] = read(new Error());
const ownFiles = new Set(self && [self.file]);
const [, OWN_ROOT] = /^(.*\/)workflow\/waits\.[jt]s(?:\?.*)?$/.exec(self?.file ?? '') ?? [];
/** The folders whose code runs around and below workflow code. */
const OWN_PATH = /^(?:common|host|protocol|vite|worker|workflow)\/[\w-]+\.[jt]s(?:\?.*)?$/;
const ACTIVATION = /\/workflow\/activation\.[jt]s(?:\?.*)?$/;

function isOwn({ file }: StackFrame): boolean {
  if (OWN_ROOT === undefined) return ownFiles.has(file);
  return file.startsWith(OWN_ROOT) && OWN_PATH.test(file.slice(OWN_ROOT.length));
}

/** The user's frames, up to where an async function of lowered code goes on. Where user and package share one file, nothing can be told apart. */
function ofOneFunction(frames: readonly StackFrame[]): StackFrame[] {
  const own: StackFrame[] = [];
  const users: StackFrame[] = [];
  for (const frame of frames) {
    if (OWN_ROOT !== undefined && frame.file.startsWith(OWN_ROOT) && ACTIVATION.test(frame.file)) break;
    if (helperPositions.has(positionOf(frame))) {
      if (users.length > 0) break;
    } else (isOwn(frame) ? own : users).push(frame);
  }
  return users.length === 0 && OWN_ROOT === undefined ? own : withoutTrampoline(users);
}

/** A lowered `async function f` is `f`, which calls `_f`, which calls what it is: `f` stays, for its name. */
function withoutTrampoline(frames: StackFrame[]): StackFrame[] {
  const [first, second] = frames;
  return first?.functionName !== undefined && first.functionName === `_${second?.functionName}` ? frames.slice(1) : frames;
}

// --- calls in lowered code ----------------------------------------------------------------------------------------------------------

type Spawn = (fn: () => Generator<unknown, unknown, unknown>) => () => unknown;
/** What lowered code asks when an async function is called: see `vite/lowered.ts`, which cannot import this. */
type CallRecorder = <R>(start: () => R, spawn: Spawn) => R;

const CALLS = Symbol.for('perdure.calls');
const realm = globalThis as unknown as { [CALLS]?: CallRecorder };

/** The code of async functions in lowered code. A minified bundle has it in the file of the user's code, under no name. */
const helperPositions = new Set<string>();
const knownHelpers = new WeakSet<Spawn>();
let isLearning = false;

function recordCalls(carrier: Carrier): void {
  realm[CALLS] ??= (start, spawn) => {
    const frame = carrier.current();
    if (isLearning || !frame?.owner?.isRecordingCalls) return start();
    if (!knownHelpers.has(spawn)) learn(spawn);
    return called(carrier, frame, start);
  };
}

/** Calls an async function, and looks at what stands between it and its caller. */
function learn(spawn: Spawn): void {
  knownHelpers.add(spawn);
  isLearning = true;
  try {
    let inside: StackFrame[] = [];
    // biome-ignore lint/correctness/useYield: an async function that awaits nothing
    spawn(function* () {
      inside = read(captured());
    })();
    // Both begin with the frame that captures them.
    const outside = read(captured()).length - 1;
    for (const frame of inside.slice(0, inside.length - outside)) helperPositions.add(positionOf(frame));
  } finally {
    isLearning = false;
  }
}
