/** Which rows of a long list are worth having in the page: those in sight, and a few around them. */

/** Rows beyond the edge of sight, so that a fast scroll does not show a gap. */
const MARGIN = 8;

export interface RowWindow {
  readonly first: number;
  /** Exclusive. */
  readonly last: number;
}

/** All lengths in CSS pixels. */
export function windowOf(count: number, rowHeight: number, scrollTop: number, viewHeight: number): RowWindow {
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - MARGIN);
  const last = Math.min(count, Math.ceil((scrollTop + viewHeight) / rowHeight) + MARGIN);
  return { first: Math.min(first, last), last };
}

/** Where to scroll so that a row is in sight; `scrollTop` itself if it is. */
export function scrollTopFor(row: number, rowHeight: number, scrollTop: number, viewHeight: number): number {
  const top = row * rowHeight;
  if (top < scrollTop) return top;
  return top + rowHeight > scrollTop + viewHeight ? top + rowHeight - viewHeight : scrollTop;
}
