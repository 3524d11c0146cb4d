// biome-ignore-all lint/a11y/useSemanticElements: rows that come and go as one scrolls cannot be rows of a table element
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus, and names its active row by aria-activedescendant
// biome-ignore-all lint/a11y/noStaticElementInteractions: the role is `grid` or `treegrid`
// biome-ignore-all lint/a11y/useAriaPropsSupportedByRole: the role is `grid` or `treegrid`
/**
 * Rows of a list, a table or a tree, however many: only those in sight are in the page, and the active one. Arrows move, Enter opens; who looks at
 * the end sees what is new, who has scrolled away is left there.
 */

import {
  type CSSProperties,
  type HTMLAttributes,
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
  type Ref,
  useEffect,
  useId,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
} from 'react';
import { Virtualizer, type VirtualizerHandle } from 'virtua';
import { visibleText } from '../models/visible-text.ts';

export interface RowAttributes extends HTMLAttributes<HTMLDivElement> {
  readonly [data: `data-${string}`]: string | number | undefined;
}

export interface VirtualGridHandle {
  focus(): void;
  scrollTo(index: number): void;
  /** Looks at the end again, and follows it. */
  follow(): void;
}

export interface VirtualGridProps<T> {
  /** For those who hear the page. */
  readonly label: string;
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string;
  /** In pixels; rows that are higher or lower are measured. */
  readonly rowHeight: number;
  /** The cells of a row. */
  readonly children: (row: T, index: number) => ReactNode;
  readonly attributesOf?: (row: T, index: number) => RowAttributes;
  readonly role?: 'grid' | 'treegrid';
  readonly className?: string;
  readonly style?: CSSProperties;
  /** A row of column heads, and its height. */
  readonly head?: { readonly row: ReactNode; readonly height: number };
  readonly activeKey?: string | undefined;
  readonly onActive?: (row: T, by: 'key' | 'pointer') => void;
  readonly onOpen?: (row: T) => void;
  /** Keys that the grid does not know; true: that was it. */
  readonly onKey?: (event: KeyboardEvent, row: T | undefined) => boolean;
  /** Whether the list grows at its end. */
  readonly followsEnd?: boolean;
  /** Told whether the end is in sight, of a list that follows it. */
  readonly onFollowing?: (isFollowing: boolean) => void;
  /** Told which rows are in sight. */
  readonly onSight?: (first: number, last: number) => void;
  /** How many rows there are with those that are not here yet. */
  readonly rowCount?: number;
  readonly ref?: Ref<VirtualGridHandle>;
}

/** So many rows are drawn where nothing can be measured, as in tests. In a page it must not be set: it holds until somebody scrolls. */
const DRAWN_WITHOUT_PAGE = 60;
const HAS_PAGE = typeof document !== 'undefined';

export function VirtualGrid<T>(props: VirtualGridProps<T>): ReactElement {
  const { label, rows, keyOf, rowHeight, children, attributesOf, role = 'grid', className = '', head, activeKey, onActive, onOpen, onKey } = props;
  const { followsEnd = false, onFollowing, onSight, rowCount = rows.length } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const follows = useRef(true);
  const firstKey = useRef<string>(undefined);
  const idPrefix = useId();
  const active = activeKey === undefined ? -1 : rows.findIndex((row) => keyOf(row) === activeKey);
  const headRows = head ? 1 : 0;

  // Rows that were put in before all others must not push away what is being read.
  const first = rows[0] === undefined ? undefined : keyOf(rows[0]);
  const isShifted = firstKey.current !== undefined && first !== firstKey.current && (scroller.current?.scrollTop ?? 0) > rowHeight;
  useLayoutEffect(() => {
    firstKey.current = first;
  });

  const look = (): void => {
    const element = scroller.current;
    const handle = list.current;
    if (!element || !handle) return;
    const isAtEnd = element.scrollTop + element.clientHeight >= element.scrollHeight - rowHeight;
    if (followsEnd && isAtEnd !== follows.current) onFollowing?.(isAtEnd);
    follows.current = isAtEnd;
    if (onSight && rows.length > 0)
      onSight(handle.findItemIndex(handle.scrollOffset), Math.min(rows.length - 1, handle.findItemIndex(handle.scrollOffset + handle.viewportSize)));
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: it looks again when there are other rows
  useEffect(look, [rows]);
  useLayoutEffect(() => {
    if (followsEnd && follows.current && rows.length > 0) list.current?.scrollToIndex(rows.length - 1, { align: 'end' });
  }, [rows.length, followsEnd]);

  useImperativeHandle(props.ref, () => ({
    focus: () => scroller.current?.focus(),
    scrollTo: (index) => list.current?.scrollToIndex(index, { align: 'nearest' }),
    follow() {
      follows.current = true;
      onFollowing?.(true);
      list.current?.scrollToIndex(rows.length - 1, { align: 'end' });
    },
  }));

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    const row = active < 0 ? undefined : rows[active];
    if (onKey?.(event, row)) {
      event.preventDefault();
      return;
    }
    if (event.key === 'Enter' && row !== undefined && onOpen) {
      event.preventDefault();
      onOpen(row);
      return;
    }
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? rowHeight) / rowHeight) - 1);
    const to = rowFor(event.key, active, rows.length, page);
    const target = to === undefined ? undefined : rows[to];
    if (to === undefined || target === undefined) return;
    event.preventDefault();
    list.current?.scrollToIndex(to, { align: 'nearest' });
    onActive?.(target, 'key');
  };

  return (
    <div
      ref={scroller}
      className={`pd-grid ${className}`}
      style={props.style}
      role={role}
      tabIndex={0}
      aria-label={visibleText(label)}
      aria-rowcount={rowCount + headRows}
      aria-activedescendant={active >= 0 ? `${idPrefix}${activeKey}` : undefined}
      onKeyDown={onKeyDown}
    >
      {head?.row}
      <Virtualizer
        ref={list}
        data={rows}
        itemSize={rowHeight}
        keepMounted={active < 0 ? [] : [active]}
        startMargin={head?.height ?? 0}
        shift={isShifted}
        {...(HAS_PAGE ? {} : { ssrCount: Math.min(rows.length, DRAWN_WITHOUT_PAGE) })}
        onScroll={look}
        onResize={look}
      >
        {(row, index) => {
          const key = keyOf(row);
          const { className: rowClass = '', ...attributes } = attributesOf?.(row, index) ?? {};
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the grid takes the keys for its rows
            <div
              key={key}
              id={`${idPrefix}${key}`}
              role="row"
              tabIndex={-1}
              className={`pd-row ${rowClass}`}
              aria-rowindex={index + 1 + headRows}
              aria-selected={onActive ? key === activeKey : undefined}
              {...attributes}
              onClick={() => {
                onActive?.(row, 'pointer');
              }}
              onDoubleClick={() => onOpen?.(row)}
            >
              {children(row, index)}
            </div>
          );
        }}
      </Virtualizer>
    </div>
  );
}

function rowFor(key: string, current: number, count: number, page: number): number | undefined {
  const clamp = (row: number): number => Math.min(count - 1, Math.max(0, row));
  if (count === 0) return undefined;
  switch (key) {
    case 'ArrowDown':
      return clamp(current + 1);
    case 'ArrowUp':
      return clamp(current < 0 ? count - 1 : current - 1);
    case 'PageDown':
      return clamp(current + page);
    case 'PageUp':
      return clamp(current - page);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
