// biome-ignore-all lint/a11y/useSemanticElements: rows that come and go as one scrolls cannot be rows of a table element
/** The plot: ruler, rows with their bars, and the lines over them. */
import { type KeyboardEvent, type ReactElement, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { createStore } from 'zustand/vanilla';
import type { Group } from '../models/group.ts';
import { type Bar, barsOf } from './bars.ts';
import { MOST_ELEMENTS, paint } from './canvas.ts';
import { actOf } from './keys.ts';
import type { Row } from './lanes.ts';
import { Overview } from './parts.ts';
import { type Active, perform } from './perform.ts';
import { PlotOver } from './plot-over.tsx';
import { barUnder, type DrawnRange, usePlotPointer } from './plot-pointer.ts';
import { PlotRow } from './plot-row.tsx';
import { scrollTopFor, windowOf } from './row-window.ts';
import { Ruler } from './ruler.tsx';
import { type PeekStore, Sentence } from './sentence.tsx';
import type { TimelineProps } from './timeline.tsx';
import { useSize } from './use-size.ts';
import type { TimelineModel } from './use-timeline.ts';
import { timeOfX, xOf } from './viewport.ts';

export const ROW_PX = { compact: 24, cosy: 32 } as const;
const HEAD_PX = 26;
/** The column of names, on wide and on narrow panels. */
const LABEL_PX = { wide: 184, narrow: 112 } as const;
const NARROW_PX = 600;
/** Free room below the last row, so that what lies over the rows does not cover it. */
const FOOT_PX = 12;

export type PlotProps = TimelineProps & { readonly timeline: TimelineModel };

export function Plot({ timeline, label, density = 'compact', hasLetterKeys = true, onSelect, isVirtualTime = false }: PlotProps): ReactElement {
  const { store, state, rows, lanes, now, selected, version } = timeline;
  const { map, view, width } = state;
  const rowPx = ROW_PX[density];
  const id = useId();
  const [attach, size] = useSize<HTMLDivElement>();
  const area = useRef<HTMLDivElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const hoverLine = useRef<HTMLDivElement>(null);
  const [scrollTop, setScrollTop] = useState(0);
  const [active, setActive] = useState<Active>();
  const [drawn, setDrawn] = useState<DrawnRange>();
  const [peek] = useState<PeekStore>(() => createStore(() => ({ bar: undefined })));
  const labelPx = size.width < NARROW_PX ? LABEL_PX.narrow : LABEL_PX.wide;
  const height = Math.max(0, size.height - HEAD_PX);

  useLayoutEffect(() => store.resize(Math.max(0, size.width - labelPx)), [store, size.width, labelPx]);

  const { first, last } = windowOf(rows.length, rowPx, scrollTop, height);
  const activeIndex = active ? rows.findIndex(({ key }) => key === active.row) : -1;
  const barsOfRow = (index: number): readonly Bar[] => {
    const row = rows[index];
    return row?.is === 'lane' ? barsOf(row.lane, { map, view, width, now }) : [];
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows and groups change in place, and `version` says when
  const barsByRow = useMemo(() => {
    const shown = new Set(Array.from({ length: last - first }, (_, offset) => first + offset));
    // Whoever is on a row stays on it, though it is scrolled away.
    if (activeIndex >= 0) shown.add(activeIndex);
    return new Map([...shown].map((index) => [index, width === 0 ? [] : barsOfRow(index)] as const));
  }, [rows, version, map, view, width, now, first, last, activeIndex]);
  const counts = [...barsByRow.values()].map((bars) => bars.length);
  const isPainted = counts.reduce((sum, count) => sum + count, 0) > MOST_ELEMENTS;
  const inSight = [...barsByRow].filter(([index]) => (index + 1) * rowPx > scrollTop && index * rowPx < scrollTop + height);
  const hasBars = inSight.some(([index, bars]) => bars.length > 0 && (rows[index] as Row & { is: 'lane' }).lane.kind !== 'workflow');

  const showRow = (index: number): void => {
    const element = scroller.current;
    if (element) element.scrollTop = scrollTopFor(index, rowPx, element.scrollTop, height - FOOT_PX);
  };
  const rowOf = (group: Group): number => {
    const key = lanes.laneOf(group)?.key;
    return rows.findIndex((row) => row.key === key);
  };
  const goTo = (group: Group): void => {
    const index = rowOf(group);
    if (index < 0) return;
    showRow(index);
    setActive({ row: (rows[index] as Row).key });
    const [left, right] = [xOf(map, view, group.start), xOf(map, view, group.end ?? now)];
    if (left > width - 20 || right < 0) store.moveTo(timeOfX(map, view, left - width / 3));
    onSelect({ eventId: group.events[0]?.eventId ?? group.id, opens: false });
  };

  // A selection from elsewhere is brought to sight.
  const selectedRow = selected ? rowOf(selected) : -1;
  const selectedId = selected?.id;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when another is selected
  useEffect(() => {
    if (selectedRow >= 0) showRow(selectedRow);
  }, [selectedId]);

  usePlotPointer({ area, hoverLine, timeline, barsByRow, labelPx, setActive, setDrawn, onSelect });

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const act = actOf(event, hasLetterKeys);
    const isDone =
      act &&
      perform(act, {
        timeline,
        active,
        barsOf: (index) => barsByRow.get(index) ?? barsOfRow(index),
        page: Math.max(1, Math.floor(height / rowPx) - 1),
        setActive: (next, index) => {
          setActive(next);
          if (index !== undefined) showRow(index);
        },
        select: (eventId, opens, run) => onSelect({ eventId, opens, ...(run && run !== lanes.ref ? { run } : {}) }),
        unselect: () => onSelect(undefined),
        goTo,
      });
    if (!isDone) return;
    event.preventDefault();
    event.stopPropagation();
  };

  const activeBar = barsByRow.get(activeIndex)?.find(({ key }) => key === active?.bar);
  const activeId = activeIndex < 0 ? undefined : `${id}${activeIndex}${activeBar ? `-${activeBar.key}` : ''}`;
  const openedFolds = state.isFolding ? [...state.folds, ...(state.live ? [state.live] : [])].filter(({ after }) => state.opened.has(after)) : [];
  return (
    <>
      <div ref={area} className="pd-tl-area" style={{ '--pd-tl-label': `${labelPx}px` } as object}>
        <div className="pd-tl-under" style={{ insetInlineStart: labelPx, inlineSize: width }} aria-hidden="true">
          {map.folds.map(({ start, end, after }) => {
            const x = xOf(map, view, start);
            return <i key={after} className="pd-tl-strip" style={{ transform: `translateX(${x}px)`, inlineSize: Math.max(0, xOf(map, view, end) - x) }} />;
          })}
        </div>
        <div
          ref={(element) => {
            scroller.current = element;
            attach(element);
          }}
          className="pd-tl-scroll"
          onScroll={(event) => setScrollTop(event.currentTarget.scrollTop)}
        >
          <Ruler map={map} view={view} width={width} opened={openedFolds} onToggle={store.toggleFold} />
          <div
            className="pd-tl-rows"
            role="treegrid"
            tabIndex={0}
            aria-label={label}
            aria-rowcount={rows.length}
            aria-activedescendant={activeId}
            style={{ blockSize: Math.max(rows.length * rowPx + FOOT_PX, height) }}
            onKeyDown={onKeyDown}
            onFocus={() => {
              if (!active && rows[0]) setActive({ row: (rows[Math.max(0, selectedRow)] as Row).key });
            }}
            onPointerOver={(event) => peek.setState({ bar: barUnder(event.target as Element, { timeline, barsByRow }).bar })}
            onPointerLeave={() => peek.setState({ bar: undefined })}
          >
            {[...barsByRow].map(([index, bars]) => (
              <PlotRow
                key={(rows[index] as Row).key}
                row={rows[index] as Row}
                index={index}
                id={`${id}${index}`}
                bars={bars}
                top={index * rowPx}
                height={rowPx}
                width={width}
                now={now}
                isActive={index === activeIndex}
                activeBar={index === activeIndex ? activeBar?.key : undefined}
                selectedGroup={selected?.id}
                isPainted={isPainted}
              />
            ))}
          </div>
        </div>
        <div className="pd-tl-over" style={{ insetInlineStart: labelPx, inlineSize: width, insetBlockStart: HEAD_PX }}>
          {isPainted && <PaintedBars barsByRow={barsByRow} rowPx={rowPx} scrollTop={scrollTop} width={width} height={height} />}
          <PlotOver
            timeline={timeline}
            height={height}
            isVirtualTime={isVirtualTime}
            hoverLine={hoverLine}
            drawn={drawn}
            hasBars={hasBars}
            yOf={(group) => {
              const index = rowOf(group);
              return index < 0 ? undefined : index * rowPx + rowPx / 2 - scrollTop;
            }}
            onGo={goTo}
            onRow={(index) => {
              if (scroller.current) scroller.current.scrollTop = Math.max(0, (index - 1) * rowPx);
            }}
          />
        </div>
      </div>
      <div className="pd-tl-strip-row" style={{ paddingInlineStart: labelPx }}>
        {width > 0 && (
          <Overview store={store} map={map} view={view} width={width} domain={state.domain} instants={timeline.instants} version={lanes.groups.eventCount} />
        )}
      </div>
      <Sentence timeline={timeline} peek={peek} active={activeBar} />
    </>
  );
}

interface PaintedBarsProps {
  readonly barsByRow: ReadonlyMap<number, readonly Bar[]>;
  readonly rowPx: number;
  readonly scrollTop: number;
  readonly width: number;
  readonly height: number;
}

function PaintedBars({ barsByRow, rowPx, scrollTop, width, height }: PaintedBarsProps): ReactElement {
  const canvas = useRef<HTMLCanvasElement>(null);
  const probe = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    if (!canvas.current || !probe.current) return;
    const painted = [...barsByRow].map(([index, bars]) => ({ bars, top: index * rowPx - scrollTop, height: rowPx }));
    paint(canvas.current, painted, { width, height }, probe.current);
  });
  return (
    <>
      <canvas ref={canvas} style={{ inlineSize: width, blockSize: height }} />
      <span ref={probe} className="pd-tl-probe" />
    </>
  );
}
