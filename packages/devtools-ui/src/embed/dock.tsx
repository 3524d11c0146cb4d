/** The panel where a person has put it: at a side, with an edge that is dragged or moved by arrow keys; floating; or alone in a window or an element. */
import { type CSSProperties, type KeyboardEvent, type PointerEvent, type ReactElement, useState, useSyncExternalStore } from 'react';
import type { Devtools } from '../state/devtools.ts';
import { useValue } from '../state/use-value.ts';
import { IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Menu } from '../ui/menu.tsx';
import { Panel } from '../views/panel.tsx';
import { isTextField } from './hotkey.ts';
import { type Place, type Placement, type PlacementStore, SIDES, type Side } from './placement.ts';

export interface DockProps {
  readonly devtools: Devtools;
  readonly placement: PlacementStore;
  /** It has a window or an element for itself. */
  readonly isAlone: boolean;
  readonly onClose: () => void;
  readonly onWindow: () => void;
}

const STEP_PX = 24;
const LEAST_PX = 160;

export function Dock({ devtools, placement, isAlone, onClose, onWindow }: DockProps): ReactElement {
  const at = useSyncExternalStore(placement.listen, placement.get);
  const theme = useValue(devtools.preferences, (state) => state.theme);
  const place = isAlone ? 'alone' : at.place === 'window' ? at.lastPlace : at.place;
  const isInline = isAlone && at.place !== 'window';

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    if (event.key !== 'Escape' || isAlone || event.defaultPrevented || isOthers(event)) return;
    event.preventDefault(); // a dialog of the page, inside of which this may be, is not closed by it
    onClose();
  };
  const toolbar = isInline ? undefined : (
    <>
      <PlaceMenu place={at.place} placement={placement} onWindow={onWindow} />
      <IconButton icon="cross" name="Close the devtools" onClick={onClose} />
    </>
  );
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes it from anywhere inside
    <div className="pd pd-dock" data-place={place} data-theme={theme} style={boxOf(place, at)} onKeyDown={onKeyDown}>
      {isSide(place) && <Edge side={place} placement={placement} size={at.sizes[place]} />}
      {place === 'floating' && <Grip placement={placement} at={at} />}
      <Panel devtools={devtools} toolbar={toolbar} />
      {place === 'floating' && <Corner placement={placement} at={at} />}
    </div>
  );
}

const isSide = (place: Place | 'alone'): place is Side => SIDES.some((side) => side === place);

/** What has something of its own to leave by Escape: a field, a menu, a dialog. */
function isOthers({ target, currentTarget }: KeyboardEvent<HTMLDivElement>): boolean {
  return isTextField(target) || currentTarget.querySelector('dialog[open], :popover-open') !== null;
}

function boxOf(place: Place | 'alone', { sizes, box }: Placement): CSSProperties | undefined {
  if (place === 'floating') {
    const left = Math.min(Math.max(0, box.left), Math.max(0, innerWidth - 80));
    const top = Math.min(Math.max(0, box.top), Math.max(0, innerHeight - 40));
    return { left, top, width: box.width, height: box.height };
  }
  if (!isSide(place)) return undefined;
  return place === 'left' || place === 'right' ? { width: sizes[place] } : { height: sizes[place] };
}

function PlaceMenu({ place, placement, onWindow }: { readonly place: Place; readonly placement: PlacementStore; readonly onWindow: () => void }): ReactElement {
  const go = (to: Exclude<Place, 'window'>): void => placement.set({ place: to, lastPlace: to });
  return (
    <Menu
      label={<Icon name="dock" />}
      name="Place of the devtools"
      look="quiet"
      className="pd-button pd-icon-button"
      sections={[
        { title: 'Docked', items: SIDES.map((side) => ({ label: `At the ${side}`, isChecked: place === side, run: () => go(side) })) },
        {
          items: [
            { label: 'Floating', isChecked: place === 'floating', run: () => go('floating') },
            ...(place === 'window' ? [] : [{ label: 'In a window', icon: 'external' as const, run: onWindow }]),
          ],
        },
      ]}
    />
  );
}

function Edge({ side, placement, size }: { readonly side: Side; readonly placement: PlacementStore; readonly size: number }): ReactElement {
  const isColumn = side === 'left' || side === 'right';
  const most = isColumn ? innerWidth : innerHeight;
  const resize = (wanted: number): void =>
    placement.set({ sizes: { ...placement.get().sizes, [side]: Math.round(Math.min(Math.max(wanted, LEAST_PX), most)) } });
  const sign = side === 'bottom' || side === 'right' ? -1 : 1;
  const drag = useDrag(() => {
    const first = placement.get().sizes[side];
    return (x, y) => resize(first + sign * (isColumn ? x : y));
  });
  const onKeyDown = (event: KeyboardEvent): void => {
    const moved = { ArrowLeft: isColumn ? -1 : 0, ArrowRight: isColumn ? 1 : 0, ArrowUp: isColumn ? 0 : -1, ArrowDown: isColumn ? 0 : 1 }[event.key];
    const to = event.key === 'Home' ? LEAST_PX : event.key === 'End' ? most : moved ? size + sign * moved * STEP_PX : undefined;
    if (to === undefined) return;
    event.preventDefault();
    resize(to);
  };
  return (
    <hr
      className="pd-dock-edge"
      tabIndex={0}
      aria-label="Size of the devtools"
      aria-orientation={isColumn ? 'vertical' : 'horizontal'}
      aria-valuenow={size}
      aria-valuemin={LEAST_PX}
      aria-valuemax={most}
      onPointerDown={drag}
      onKeyDown={onKeyDown}
    />
  );
}

interface FloatingProps {
  readonly placement: PlacementStore;
  readonly at: Placement;
}

/** What the floating panel is moved by. */
function Grip({ placement, at }: FloatingProps): ReactElement {
  const move = (left: number, top: number): void => placement.set({ box: { ...placement.get().box, left: Math.round(left), top: Math.round(top) } });
  const drag = useDrag(() => {
    const { left, top } = placement.get().box;
    return (x, y) => move(left + x, top + y);
  });
  return (
    <button
      type="button"
      className="pd-dock-grip"
      title="Drag it, or press arrow keys"
      onPointerDown={drag}
      onKeyDown={byArrows((x, y) => move(at.box.left + x, at.box.top + y))}
    >
      Move the devtools
    </button>
  );
}

function Corner({ placement, at }: FloatingProps): ReactElement {
  const resize = (width: number, height: number): void =>
    placement.set({ box: { ...placement.get().box, width: Math.max(2 * LEAST_PX, Math.round(width)), height: Math.max(LEAST_PX, Math.round(height)) } });
  const drag = useDrag(() => {
    const { width, height } = placement.get().box;
    return (x, y) => resize(width + x, height + y);
  });
  return (
    <button
      type="button"
      className="pd-dock-corner"
      aria-label="Size of the devtools"
      title="Drag it, or press arrow keys"
      onPointerDown={drag}
      onKeyDown={byArrows((x, y) => resize(at.box.width + x, at.box.height + y))}
    />
  );
}

function byArrows(act: (x: number, y: number) => void): (event: KeyboardEvent) => void {
  return (event) => {
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!by) return;
    event.preventDefault();
    act((by[0] ?? 0) * STEP_PX, (by[1] ?? 0) * STEP_PX);
  };
}

/** @param begin gives what is told how far the pointer has moved */
function useDrag(begin: () => (x: number, y: number) => void): (event: PointerEvent<HTMLElement>) => void {
  const [isDragging, setIsDragging] = useState(false);
  return (event) => {
    if (event.button !== 0 || isDragging) return;
    event.preventDefault();
    setIsDragging(true);
    const { currentTarget: element, pointerId, clientX, clientY } = event;
    element.setPointerCapture(pointerId);
    const drag = begin();
    const move = (moved: globalThis.PointerEvent): void => drag(moved.clientX - clientX, moved.clientY - clientY);
    const stop = (): void => {
      element.removeEventListener('pointermove', move);
      element.removeEventListener('pointerup', stop);
      element.removeEventListener('pointercancel', stop);
      setIsDragging(false);
    };
    element.addEventListener('pointermove', move);
    element.addEventListener('pointerup', stop);
    element.addEventListener('pointercancel', stop);
  };
}
