/** How well what is typed fits a text: letters in their order, the better the closer they stand and the earlier a word begins with them. */

/** 0: not at all. */
export function fuzzyScore(text: string, typed: string): number {
  const wanted = typed.toLowerCase().replace(/\s+/g, '');
  if (wanted === '') return 1;
  const lower = text.toLowerCase();
  const at = lower.indexOf(typed.toLowerCase().trim());
  if (at >= 0) return 1000 - Math.min(at, 400) - Math.min(text.length, 400) / 10;
  let score = 0;
  let last = -1;
  for (const letter of wanted) {
    const found = lower.indexOf(letter, last + 1);
    if (found < 0) return 0;
    const isStart = found === 0 || /[\s\-_./:]/.test(text[found - 1] ?? '');
    score += found === last + 1 ? 5 : isStart ? 4 : 1;
    last = found;
  }
  return score;
}

export function bestFits<T>(items: readonly T[], textOf: (item: T) => string, typed: string, most: number): readonly T[] {
  return items
    .map((item) => ({ item, score: fuzzyScore(textOf(item), typed) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, most)
    .map(({ item }) => item);
}
