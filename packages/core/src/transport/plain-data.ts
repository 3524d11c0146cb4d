/**
 * The guard of what comes in by a message: plain JSON data, within bounds. Structured cloning lets much more through (maps, cycles, an own
 * `__proto__` key, an array of a billion holes), and none of it is a request.
 */
import { ServiceError } from '../common/service-error.ts';

export const MAX_DEPTH = 100;
/** Values in one message, nested ones included. */
export const MAX_NODES = 1_000_000;
/** UTF-16 code units in one message, names of properties included. */
export const MAX_CHARACTERS: number = 64 * 1024 * 1024;

/** `undefined` is fine as a property (it counts as absent) and as the whole. */
export function checkPlainData(value: unknown, what: string): void {
  if (value !== undefined) check(value, 0, { what, nodes: 0, characters: 0 });
}

interface Budget {
  readonly what: string;
  nodes: number;
  characters: number;
}

function check(value: unknown, depth: number, budget: Budget): void {
  if (++budget.nodes > MAX_NODES) refuse(budget, `has more than ${MAX_NODES} values`);
  switch (typeof value) {
    case 'string':
      return spend(budget, value.length);
    case 'boolean':
      return;
    case 'number':
      return Number.isFinite(value) ? undefined : refuse(budget, `holds ${value}`);
    case 'object':
      if (value === null) return;
      if (depth >= MAX_DEPTH) return refuse(budget, `is nested deeper than ${MAX_DEPTH}`);
      return Array.isArray(value) ? checkArray(value, depth, budget) : checkRecord(value, depth, budget);
    default:
      return refuse(budget, `holds a value of type ${typeof value}`);
  }
}

function checkArray(array: readonly unknown[], depth: number, budget: Budget): void {
  if (array.length > MAX_NODES - budget.nodes) refuse(budget, `has more than ${MAX_NODES} values`);
  for (let i = 0; i < array.length; i++) check(array[i], depth + 1, budget);
}

function checkRecord(record: object, depth: number, budget: Budget): void {
  const prototype = Object.getPrototypeOf(record);
  if (prototype !== Object.prototype && prototype !== null) refuse(budget, 'holds an object that is not plain');
  for (const name of Object.keys(record)) {
    if (name === '__proto__') refuse(budget, 'has a property named __proto__');
    spend(budget, name.length);
    const value = (record as Record<string, unknown>)[name];
    if (value !== undefined) check(value, depth + 1, budget);
  }
}

function spend(budget: Budget, characters: number): void {
  budget.characters += characters;
  if (budget.characters > MAX_CHARACTERS) refuse(budget, `is longer than ${MAX_CHARACTERS} characters`);
}

function refuse({ what }: Budget, found: string): never {
  throw new ServiceError('InvalidArgument', `${what} ${found}; only plain JSON data can be sent`);
}
