/** Wheel, pinch and drag on the plot, turned into moves over time. One set of listeners on the whole plot: bars have none of their own. */
import type { Range } from './viewport.ts';

export interface PointerActs {
  /** Pixels from the plot's left edge. */
  zoom(factor: number, x: number): void;
  pan(px: number): void;
  /** A range was drawn on the ruler, in pixels; to be shown. */
  range(range: Range): void;
  /** A range is drawn, to be seen: for zooming or for measuring. Absent when it is over. */
  draw(range: (Range & { readonly isMeasure: boolean }) | undefined): void;
  hover(x: number | undefined): void;
  /** Neither drag nor range: on what there is at that point. */
  click(target: Element, x: number): void;
  doubleClick(target: Element): void;
}

/** A notch of a wheel zooms so much. */
const NOTCH = 1.1;
const NOTCH_PX = 53;
/** A press that moves less is a click. */
const SLACK_PX = 4;

/**
 * @param area listens: the ruler and the rows
 * @param left gives where the plot begins, in pixels from the area's left edge
 * @returns a function that ends it
 */
export function listenToPointer(area: HTMLElement, left: () => number, acts: PointerActs): () => void {
  const pressed = new Map<number, PointerEvent>();
  let from: { readonly x: number; readonly kind: 'pan' | 'range' | 'measure' | 'name'; moved: boolean; last: number } | undefined;
  let apart = 0;
  const xOf = (event: MouseEvent): number => event.clientX - area.getBoundingClientRect().left - left();
  const targetOf = (event: Event): Element => event.composedPath()[0] as Element;

  const wheel = (event: WheelEvent): void => {
    const sign = event.deltaMode === 1 ? 16 : 1;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      acts.zoom(NOTCH ** (-(event.deltaY * sign) / NOTCH_PX), xOf(event));
    } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      event.preventDefault();
      acts.pan((event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX) * sign);
    }
  };
  const down = (event: PointerEvent): void => {
    if (event.button !== 0 || targetOf(event).closest('button, input, [data-own-drag]')) return;
    const x = xOf(event);
    // The column of names is clicked, never dragged.
    if (x < 0) {
      from = { x, kind: 'name', moved: false, last: x };
      return;
    }
    pressed.set(event.pointerId, event);
    if (pressed.size === 2) {
      from = undefined;
      apart = distanceOf(pressed);
      return;
    }
    const isRuler = targetOf(event).closest('[data-ruler]') !== null;
    from = { x, kind: event.shiftKey ? 'measure' : isRuler ? 'range' : 'pan', moved: false, last: x };
  };
  const move = (event: PointerEvent): void => {
    const x = xOf(event);
    acts.hover(x < 0 ? undefined : x);
    if (!pressed.has(event.pointerId)) return;
    pressed.set(event.pointerId, event);
    if (pressed.size === 2) {
      const now = distanceOf(pressed);
      const middle = [...pressed.values()].reduce((sum, each) => sum + xOf(each), 0) / 2;
      if (apart > 0 && now > 0) acts.zoom(now / apart, middle);
      apart = now;
      return;
    }
    if (!from || (!from.moved && Math.abs(x - from.x) < SLACK_PX)) return;
    if (!from.moved) area.setPointerCapture(event.pointerId);
    from.moved = true;
    if (from.kind === 'pan') acts.pan(from.last - x);
    else acts.draw({ ...rangeOf(from.x, x), isMeasure: from.kind === 'measure' });
    from.last = x;
  };
  const up = (event: PointerEvent): void => {
    pressed.delete(event.pointerId);
    const press = from;
    from = undefined;
    if (!press || (press.kind === 'name' && xOf(event) >= 0)) return;
    if (!press.moved) acts.click(targetOf(event), press.x);
    else if (press.kind === 'range') acts.range(rangeOf(press.x, press.last));
    // A measure stays to be read until the next press.
    if (press.kind === 'range' || !press.moved) acts.draw(undefined);
  };
  const cancel = (event: PointerEvent): void => {
    pressed.delete(event.pointerId);
    from = undefined;
    acts.draw(undefined);
  };
  const leave = (): void => acts.hover(undefined);
  const double = (event: MouseEvent): void => acts.doubleClick(targetOf(event));

  area.addEventListener('wheel', wheel, { passive: false });
  area.addEventListener('pointerdown', down);
  area.addEventListener('pointermove', move);
  area.addEventListener('pointerup', up);
  area.addEventListener('pointercancel', cancel);
  area.addEventListener('pointerleave', leave);
  area.addEventListener('dblclick', double);
  return () => {
    area.removeEventListener('wheel', wheel);
    area.removeEventListener('pointerdown', down);
    area.removeEventListener('pointermove', move);
    area.removeEventListener('pointerup', up);
    area.removeEventListener('pointercancel', cancel);
    area.removeEventListener('pointerleave', leave);
    area.removeEventListener('dblclick', double);
  };
}

const rangeOf = (a: number, b: number): Range => ({ start: Math.min(a, b), end: Math.max(a, b) });

function distanceOf(pressed: ReadonlyMap<number, PointerEvent>): number {
  const [a, b] = [...pressed.values()];
  return a && b ? Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY) : 0;
}
