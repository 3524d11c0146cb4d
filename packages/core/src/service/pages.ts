/** A long range of rows, page by page: the next one is read when the one before has been dealt with. */
import type { Entry, Range, Store, Table } from '../storage/store.ts';

export async function* pagesOf(store: Store, table: Table, range: Range & { readonly limit: number }): AsyncGenerator<readonly Entry[], void> {
  for (let { after } = range; ; ) {
    const page = await store.range(table, after ? { ...range, after } : range);
    yield page;
    if (page.length < range.limit) return;
    after = page.at(-1)?.[0];
  }
}
