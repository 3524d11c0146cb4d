/** The durability that a page was opened for. */
export type BenchDurability = 'strict' | 'relaxed';

export const durabilityOf = (search: URLSearchParams): BenchDurability => (search.get('durability') === 'relaxed' ? 'relaxed' : 'strict');
