/**
 * The variables of workflow code while it runs, in replays for the devtools: code that the Vite plugin has prepared for it tells of its functions and
 * blocks as they begin and end (`vite/probe-variables.ts`).
 */
import type { Scope } from '../protocol/moments.ts';
import type { Carrier, FrameOwner } from './context.ts';

/** A run that keeps them. */
export interface VariablesOwner extends FrameOwner {
  readonly waits: { readonly variables: Variables } | undefined;
}

type Read = () => readonly (readonly [name: string, read: () => unknown])[];
interface Block {
  readonly end: () => void;
}
interface FunctionScope extends Block {
  readonly block: (read: Read) => Block;
}
type Probe = (functionName: string, read: Read) => FunctionScope | undefined;

const PROBE = Symbol.for('perdure.variables');
const realm = globalThis as unknown as { [PROBE]?: Probe };

export class Variables {
  /** Each function that runs, with the blocks that it is in, outermost first. */
  readonly #running = new Set<{ readonly functionName: string; readonly blocks: Set<Read> }>();

  constructor(carrier: Carrier) {
    realm[PROBE] ??= (functionName, read) => (carrier.current()?.owner as VariablesOwner | undefined)?.waits?.variables.begin(functionName, read);
  }

  begin(functionName: string, read: Read): FunctionScope {
    const blocks = new Set([read]);
    const scope = { functionName, blocks };
    this.#running.add(scope);
    return {
      end: () => void this.#running.delete(scope),
      block(inner) {
        blocks.add(inner);
        return { end: () => void blocks.delete(inner) };
      },
    };
  }

  /** In the order in which the functions began. */
  scopes(): Scope[] {
    return [...this.#running].map(({ functionName, blocks }) => ({
      functionName,
      variables: Object.fromEntries([...blocks].flatMap((read) => read().flatMap(held))),
    }));
  }
}

/** One that is not initialized yet is left out, and so is what is no state. */
function held([name, read]: readonly [string, () => unknown]): [string, unknown][] {
  let value: unknown;
  try {
    value = read();
  } catch {
    return [];
  }
  return typeof value === 'function' ? [] : [[name, plain(value, MOST_DEPTH)]];
}

const [MOST_DEPTH, MOST_ENTRIES, LONGEST_TEXT] = [5, 200, 2_000];

/** A copy that JSON can carry. Reads data alone: a getter may do something. What JSON has no form for says in words what it is. */
function plain(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT)}…` : value;
  if (value === null || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) return value;
  if (typeof value !== 'object') return text(typeof value === 'bigint' ? `${value}n` : typeof value === 'function' ? `ƒ ${value.name}` : String(value));
  if (value instanceof Date) return text(Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString());
  if (value instanceof Error) return text(`${value.name}: ${value.message}`);
  if (value instanceof Promise) return text('Promise');
  if (depth === 0) return text('…');
  if (Array.isArray(value)) return cut(value, value.length, (entry) => plain(entry, depth - 1));
  if (value instanceof Set) return cut(value, value.size, (entry) => plain(entry, depth - 1));
  if (value instanceof Map) return cut(value, value.size, ([key, entry]) => [plain(key, depth - 1), plain(entry, depth - 1)]);
  if (ArrayBuffer.isView(value)) return text(`${value.constructor.name} of ${value.byteLength} bytes`);
  const fields: [string, unknown][] = [];
  for (const key of Object.keys(value).slice(0, MOST_ENTRIES)) {
    const field = Object.getOwnPropertyDescriptor(value, key);
    if (field && 'value' in field && typeof field.value !== 'function') fields.push([key, plain(field.value, depth - 1)]);
  }
  return Object.fromEntries(fields);
}

const text = (words: string): { readonly '@text': string } => ({ '@text': words });

function cut<T>(entries: Iterable<T>, size: number, each: (entry: T) => unknown): unknown[] {
  const found: unknown[] = [];
  for (const entry of entries) {
    if (found.length === MOST_ENTRIES) return [...found, text(`… ${size - MOST_ENTRIES} more`)];
    found.push(each(entry));
  }
  return found;
}
