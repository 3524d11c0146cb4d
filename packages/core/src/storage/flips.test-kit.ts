/** Every way in which one bit of a stored value can be another one: of each character and each number in it. */

/** @returns copies of the value, each with one bit changed, and where */
export function* flipsOf(value: unknown, bits = 16): Generator<readonly [flipped: unknown, where: string]> {
  for (const [path, leaf] of leavesOf(value, [])) {
    for (const [changed, where] of typeof leaf === 'string' ? flipText(leaf, bits) : flipNumber(leaf))
      yield [withLeaf(value, path, changed), `${path.join('.')} ${where}`];
  }
}

function* leavesOf(value: unknown, path: readonly (string | number)[]): Generator<readonly [path: readonly (string | number)[], leaf: string | number]> {
  if (typeof value === 'string' || typeof value === 'number') yield [path, value];
  else if (Array.isArray(value)) for (const [index, item] of value.entries()) yield* leavesOf(item, [...path, index]);
  else if (typeof value === 'object' && value !== null) for (const [name, item] of Object.entries(value)) yield* leavesOf(item, [...path, name]);
}

export function* flipText(text: string, bits = 16): Generator<readonly [flipped: string, where: string]> {
  for (let index = 0; index < text.length; index++)
    for (let bit = 0; bit < bits; bit++)
      yield [text.slice(0, index) + String.fromCharCode(text.charCodeAt(index) ^ (1 << bit)) + text.slice(index + 1), `character ${index}, bit ${bit}`];
}

/** As it is in memory: a double. A zero with another sign is left out: it is the same key. */
function* flipNumber(value: number): Generator<readonly [flipped: number, where: string]> {
  const view = new DataView(new ArrayBuffer(8));
  for (let bit = 0; bit < 64; bit++) {
    view.setFloat64(0, value);
    const at = bit >> 3;
    view.setUint8(at, view.getUint8(at) ^ (1 << (bit & 7)));
    if (view.getFloat64(0) !== value) yield [view.getFloat64(0), `bit ${bit}`];
  }
}

function withLeaf(value: unknown, path: readonly (string | number)[], leaf: string | number): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return leaf;
  if (Array.isArray(value)) return value.map((item, index) => (index === step ? withLeaf(item, rest, leaf) : item));
  return { ...(value as object), [step]: withLeaf((value as Record<string, unknown>)[step], rest, leaf) };
}
