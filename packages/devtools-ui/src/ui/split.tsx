/** Two panes with a line between them that moves: by pointer, by arrows, back by a double click. Its size is kept by who uses it. */
import { type KeyboardEvent, type PointerEvent, type ReactElement, type ReactNode, useEffect, useId, useRef, useState } from 'react';

export interface SplitProps {
  /** Of the line: "List and run". */
  readonly label: string;
  /** `row`: beside each other. */
  readonly direction: 'row' | 'column';
  /** Which of the two has a size of its own; the other takes what is left. */
  readonly sized: 'first' | 'second';
  /** In pixels; absent: as at first. */
  readonly size: number | undefined;
  readonly initialSize: number;
  readonly minSize: number;
  /** What the other one keeps at least. */
  readonly minOther: number;
  readonly onSize: (size: number) => void;
  readonly first: ReactNode;
  /** Absent: the first one has all the room, and stays what it was when the second one comes. */
  readonly second?: ReactNode;
}

const STEP = 16;

export function Split(props: SplitProps): ReactElement {
  const { label, direction, sized, size, initialSize, minSize, minOther, onSize, first, second } = props;
  const paneId = useId();
  const root = useRef<HTMLDivElement>(null);
  const [space, setSpace] = useState<number>();
  const [dragged, setDragged] = useState<number>();
  const isRow = direction === 'row';
  const isSplit = second !== undefined;

  useEffect(() => {
    const element = root.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setSpace(isRow ? element.clientWidth : element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, [isRow]);

  const max = space === undefined ? Number.MAX_SAFE_INTEGER : Math.max(minSize, space - minOther);
  const clamp = (wanted: number): number => Math.round(Math.min(max, Math.max(minSize, wanted)));
  const shown = clamp(dragged ?? size ?? initialSize);

  const drag = (event: PointerEvent<HTMLHRElement>): void => {
    if (event.button !== 0 || !root.current) return;
    event.preventDefault();
    const line = event.currentTarget;
    line.setPointerCapture(event.pointerId);
    const box = root.current.getBoundingClientRect();
    let last = shown;
    const move = (moved: globalThis.PointerEvent): void => {
      const at = isRow ? moved.clientX : moved.clientY;
      const [start, end] = isRow ? [box.left, box.right] : [box.top, box.bottom];
      last = clamp(sized === 'first' ? at - start : end - at);
      setDragged(last);
    };
    const stop = (): void => {
      line.removeEventListener('pointermove', move);
      line.removeEventListener('pointerup', stop);
      line.removeEventListener('pointercancel', stop);
      setDragged(undefined);
      onSize(last);
    };
    line.addEventListener('pointermove', move);
    line.addEventListener('pointerup', stop);
    line.addEventListener('pointercancel', stop);
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    const grows = sized === 'first' ? ['ArrowRight', 'ArrowDown'] : ['ArrowLeft', 'ArrowUp'];
    const shrinks = sized === 'first' ? ['ArrowLeft', 'ArrowUp'] : ['ArrowRight', 'ArrowDown'];
    const to = grows.includes(event.key)
      ? shown + STEP
      : shrinks.includes(event.key)
        ? shown - STEP
        : { Home: minSize, End: Math.min(max, 10_000), Enter: initialSize }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    onSize(clamp(to));
  };

  const fixed = { [isRow ? 'inlineSize' : 'blockSize']: `${shown}px`, flex: 'none' };
  return (
    <div className="pd-split" data-direction={direction} ref={root}>
      <div className="pd-pane" id={sized === 'first' ? paneId : undefined} style={sized === 'first' && isSplit ? fixed : undefined}>
        {first}
      </div>
      {isSplit && (
        <hr
          className="pd-separator"
          tabIndex={0}
          aria-label={label}
          aria-orientation={isRow ? 'vertical' : 'horizontal'}
          aria-controls={paneId}
          aria-valuenow={shown}
          aria-valuemin={minSize}
          aria-valuemax={Math.min(max, 10_000)}
          onPointerDown={drag}
          onDoubleClick={() => onSize(clamp(initialSize))}
          onKeyDown={onKeyDown}
        />
      )}
      {isSplit && (
        <div className="pd-pane" id={sized === 'second' ? paneId : undefined} style={sized === 'second' ? fixed : undefined}>
          {second}
        </div>
      )}
    </div>
  );
}
