/** The button that opens the devtools. It is dragged, or moved by arrow keys, to the corners and sides of the page; its badge counts failures. */
import { cornerBeside, cornerNear, type PlacementStore } from './placement.ts';

export interface Trigger {
  readonly button: HTMLButtonElement;
  /** Absent or 0: no badge. */
  count(failures: number | undefined): void;
  /** What is wrong with the devtools themselves, in words. */
  fail(words: string): void;
}

/** A pointer that has moved less has clicked. */
const CLICK_PX = 5;
const SVG = 'http://www.w3.org/2000/svg';
const NAME = 'Perdure devtools';

export function createTrigger(placement: PlacementStore, { onOpen, onNear }: { readonly onOpen: () => void; readonly onNear: () => void }): Trigger {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'trigger';
  const icon = document.createElementNS(SVG, 'svg');
  icon.setAttribute('viewBox', '0 0 24 24');
  icon.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', 'M7 19V5h6a4 4 0 0 1 0 8H7M18 18.5h.01');
  icon.append(path);
  const badge = document.createElement('span');
  badge.className = 'count';
  button.append(icon, badge);

  const stay = (): void => {
    button.dataset['at'] = placement.get().corner;
    button.style.transform = '';
  };
  const count = (failures = 0): void => {
    say(failures === 0 ? '' : failures > 99 ? '99+' : `${failures}`, failures === 0 ? NAME : `${NAME}, ${failures} failed`);
  };
  const say = (short: string, name: string): void => {
    badge.textContent = short;
    button.ariaLabel = name;
    button.title = `${name} (arrow keys move this button)`;
  };

  makeDraggable(button, placement, stay);
  button.addEventListener('click', onOpen);
  button.addEventListener('pointerenter', onNear);
  button.addEventListener('focus', onNear);
  button.addEventListener('keydown', (event) => {
    const corner = cornerBeside(placement.get().corner, event.key);
    if (!event.key.startsWith('Arrow')) return;
    event.preventDefault();
    placement.set({ corner });
    stay();
  });
  stay();
  count();
  return { button, count, fail: (words) => say('!', `${NAME} ${words}`) };
}

function makeDraggable(button: HTMLButtonElement, placement: PlacementStore, stay: () => void): void {
  let from: { readonly x: number; readonly y: number } | undefined;
  let isDragged = false;
  button.addEventListener('pointerdown', ({ button: which, pointerId, clientX: x, clientY: y }) => {
    if (which !== 0) return;
    from = { x, y };
    isDragged = false;
    button.setPointerCapture(pointerId);
  });
  button.addEventListener('pointermove', ({ clientX, clientY }) => {
    if (!from) return;
    const [x, y] = [clientX - from.x, clientY - from.y];
    isDragged ||= Math.hypot(x, y) > CLICK_PX;
    if (isDragged) button.style.transform = `translate(${x}px, ${y}px)`;
  });
  const drop = (event: PointerEvent): void => {
    if (from && isDragged && event.type === 'pointerup') placement.set({ corner: cornerNear(event.clientX, event.clientY, innerWidth, innerHeight) });
    from = undefined;
    stay();
  };
  button.addEventListener('pointerup', drop);
  button.addEventListener('pointercancel', drop);
  // What ends a drag is no click.
  button.addEventListener('click', (event) => {
    if (isDragged) event.stopImmediatePropagation();
    isDragged = false;
  });
}
