/** Places something in the top layer beside what opened it, within the window. */

const GAP = 4;

export function placeBeside(anchor: Element, floating: HTMLElement): void {
  const { left, right, top, bottom } = anchor.getBoundingClientRect();
  const { innerWidth, innerHeight } = anchor.ownerDocument.defaultView ?? window;
  const { offsetWidth: width, offsetHeight: height } = floating;
  const isBelow = bottom + GAP + height <= innerHeight || top < innerHeight - bottom;
  const isRight = left + width > innerWidth;
  floating.style.insetInlineStart = `${Math.max(GAP, isRight ? Math.min(right, innerWidth - GAP) - width : left)}px`;
  floating.style.insetBlockStart = `${isBelow ? bottom + GAP : Math.max(GAP, top - GAP - height)}px`;
  floating.style.maxBlockSize = `${Math.max(120, (isBelow ? innerHeight - bottom : top) - 2 * GAP)}px`;
}
