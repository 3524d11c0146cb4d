/** Checks of our own assumptions. A failed one is a bug of ours: nobody catches it to go on. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

export function invariant(condition: unknown, statement: string): asserts condition {
  if (!condition) throw new InvariantError(`this should hold but does not: ${statement}`);
}

/** The end of a `switch` over a union: the compiler shows a missing arm. */
export function unreachable(value: never): never {
  throw new InvariantError(`unknown variant: ${JSON.stringify(value)}`);
}
