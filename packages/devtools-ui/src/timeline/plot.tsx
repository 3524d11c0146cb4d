// biome-ignore-all lint/a11y/useSemanticElements: rows that come and go as one scrolls cannot be rows of a table element
/** The plot: ruler, rows with their bars, and the lines over them. */
import { type KeyboardEvent, type ReactElement, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { RunRef } from '../backend/backend.ts';
import { formatClock, formatDuration } from '../models/duration.ts';
import type { Group } from '../models/group.ts';
import { scrollTopFor, windowOf } from '../ui/window.ts';
import { Arrows } from './arrows.tsx';
import { barText, eventOf } from './bar-words.ts';
import { type Bar, barsOf, type Scene } from './bars.ts';
import { MOST_ELEMENTS, paint } from './canvas.ts';
import { causesOf } from './causes.ts';
import { actOf } from './keys.ts';
import type { Row } from './lanes.ts';
import { Overview } from './overview.tsx';
import { type Active, perform } from './perform.ts';
import { PlotRow } from './plot-row.tsx';
import { listenToPointer } from './pointer.ts';
import { Ruler } from './ruler.tsx';
import type { TimelineProps } from './timeline.tsx';
import { useSize } from './use-size.ts';
import type { TimelineModel } from './use-timeline.ts';
import { type Range, timeOfX, xOf } from './viewport.ts';

export const ROW_PX = { compact: 24, cosy: 32 } as const;
const HEAD_PX = 26;
/** The column of names, on wide and on narrow panels. */
const LABEL_PX = { wide: 184, narrow: 112 } as const;
const NARROW_PX = 600;
/** Free room below the last row, so that chips and the pill do not cover it. */
const FOOT_PX = 12;

export type PlotProps = TimelineProps & { readonly timeline: TimelineModel };

interface Drawn extends Range {
  readonly isMeasure: boolean;
}

export function Plot(props: PlotProps): ReactElement {
  const { timeline, label, density = 'compact', hasLetterKeys = true, onSelect, isVirtualTime = false } = props;
  const { store, state, rows, lanes, now, selected, version } = timeline;
  const { map, view, width, mode, domain } = state;
  const rowPx = ROW_PX[density];
  const id = useId();
  const [attach, size] = useSize<HTMLDivElement>();
  const area = useRef<HTMLDivElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const hoverLine = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const probe = useRef<HTMLSpanElement>(null);
  const [scrollTop, setScrollTop] = useState(0);
  const [active, setActive] = useState<Active>();
  const [drawn, setDrawn] = useState<Drawn>();
  const [peek, setPeek] = useState('');
  const labelPx = size.width < NARROW_PX ? LABEL_PX.narrow : LABEL_PX.wide;
  const plotHeight = Math.max(0, size.height - HEAD_PX);

  useLayoutEffect(() => store.resize(Math.max(0, size.width - labelPx)), [store, size.width, labelPx]);

  const scene: Scene = { map, view, width, now };
  const { first, last } = windowOf(rows.length, rowPx, scrollTop, plotHeight);
  const activeIndex = active ? rows.findIndex(({ key }) => key === active.row) : -1;
  const shown = [...new Set([...range(first, last), ...(activeIndex >= 0 ? [activeIndex] : [])])];
  const barsByRow = new Map<number, readonly Bar[]>(width === 0 ? [] : shown.map((index) => [index, barsIn(rows[index], scene)]));
  const barCount = [...barsByRow.values()].reduce((sum, bars) => sum + bars.length, 0);
  const isPainted = barCount > MOST_ELEMENTS;
  const current = useRef({ props, barsByRow, active, scrollTop, plotHeight, rowPx, labelPx });
  current.current = { props, barsByRow, active, scrollTop, plotHeight, rowPx, labelPx };

  const showRow = (index: number): void => {
    const element = scroller.current;
    if (element) element.scrollTop = scrollTopFor(index, rowPx, element.scrollTop, plotHeight - FOOT_PX);
  };
  const rowOf = (group: Group): number => {
    const key = lanes.laneOf(group)?.key;
    return rows.findIndex((row) => row.key === key);
  };
  const select = (eventId: number, opens: boolean, run?: RunRef): void => onSelect({ eventId, opens, ...(run && run !== lanes.ref ? { run } : {}) });
  const goTo = (group: Group): void => {
    const index = rowOf(group);
    if (index < 0) return;
    showRow(index);
    setActive({ row: (rows[index] as Row).key });
    const x = xOf(map, view, group.start);
    const end = xOf(map, view, group.end ?? now);
    if (x > width - 20 || end < 0) store.moveTo(timeOfX(map, view, x - width / 3));
    select(group.events[0]?.eventId ?? group.id, false);
  };

  useLayoutEffect(() => {
    if (!isPainted || !canvas.current || !probe.current) return;
    const painted = shown.map((index) => ({ bars: barsByRow.get(index) ?? [], top: index * rowPx - scrollTop, height: rowPx }));
    paint(canvas.current, painted, { width, height: plotHeight }, probe.current);
  });

  // A selection from elsewhere is brought to sight.
  const selectedRow = selected ? rowOf(selected) : -1;
  const selectedId = selected?.id;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when another is selected
  useEffect(() => {
    if (selectedRow >= 0) showRow(selectedRow);
  }, [selectedId]);

  useEffect(() => {
    const element = area.current;
    if (!element) return undefined;
    const barAt = (target: Element, x: number): { readonly bar?: Bar; readonly row?: Row; readonly isToggle: boolean } => {
      const { barsByRow: bars, props: latest } = current.current;
      const index = Number(target.closest<HTMLElement>('[data-row]')?.dataset['row'] ?? Number.NaN);
      const row = latest.timeline.rows[index];
      const key = target.closest<HTMLElement>('[data-bar]')?.dataset['bar'];
      const bar = bars.get(index)?.findLast((each) => (key === undefined ? x >= each.x - 2 && x <= each.x + each.width + 2 : each.key === key));
      return { ...(bar ? { bar } : {}), ...(row ? { row } : {}), isToggle: target.closest('[data-toggle]') !== null };
    };
    return listenToPointer(element, () => current.current.labelPx, {
      zoom: store.zoom,
      pan: store.pan,
      range: ({ start, end }) => {
        const { map: folds, view: at } = store.getState();
        store.show({ start: timeOfX(folds, at, start), end: timeOfX(folds, at, end) });
      },
      draw: setDrawn,
      hover: (x) => moveHover(hoverLine.current, x, store.getState(), current.current.props.timeline.selected),
      click: (target, x, event) => {
        const { props: latest } = current.current;
        const { bar, row, isToggle } = barAt(target, x);
        if (row?.is !== 'lane') {
          if (!target.closest('[data-ruler]')) latest.onSelect(undefined);
          return;
        }
        setActive({ row: row.key, ...(bar ? { bar: bar.key } : {}) });
        const { run } = row.lane;
        const isChild = run.ref !== latest.timeline.lanes.ref;
        if (isToggle && row.child) latest.timeline.children?.toggle(row.key, row.child);
        else if (bar) latest.onSelect({ eventId: eventOf(bar), opens: event.detail !== 0, ...(isChild && run.ref ? { run: run.ref } : {}) });
        else latest.onSelect(undefined);
      },
      doubleClick: (target) => {
        const { bar } = barAt(target, Number.NaN);
        if (bar) store.show({ start: bar.group.start, end: Math.max(bar.group.end ?? current.current.props.timeline.now, bar.group.start + 1) }, 0.1);
      },
    });
  }, [store]);

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const act = actOf(event, hasLetterKeys);
    if (!act) return;
    const isDone = perform(act, {
      timeline,
      active,
      barsOf: (index) => barsByRow.get(index) ?? barsIn(rows[index], scene),
      page: Math.max(1, Math.floor(plotHeight / rowPx) - 1),
      setActive: (next, index) => {
        setActive(next);
        if (index !== undefined) showRow(index);
      },
      select,
      unselect: () => onSelect(undefined),
      goTo,
    });
    if (!isDone) return;
    event.preventDefault();
    event.stopPropagation();
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: groups change in place, and `version` says when
  const causes = useMemo(() => selected && causesOf(lanes.groups, selected), [selected, lanes, version]);
  const activeBar = active?.bar;
  const activeId = activeIndex < 0 ? undefined : activeBar === undefined ? `${id}${activeIndex}` : `${id}${activeIndex}-${activeBar}`;
  const sentence =
    peek ||
    textOf(
      barsByRow.get(activeIndex)?.find(({ key }) => key === activeBar),
      now,
    );
  const nowX = xOf(map, view, domain.end);
  const openedFolds = state.isFolding ? state.folds.filter(({ start }) => state.opened.has(start)) : [];

  return (
    <>
      <div ref={area} className="pd-tl-area" style={{ '--pd-tl-label': `${labelPx}px` } as object} data-mode={mode}>
        <div className="pd-tl-under" style={{ insetInlineStart: labelPx, inlineSize: width }} aria-hidden="true">
          {map.folds.map((fold) => (
            <i
              key={fold.start}
              className="pd-tl-strip"
              style={{
                transform: `translateX(${xOf(map, view, fold.start)}px)`,
                inlineSize: Math.max(0, xOf(map, view, fold.end) - xOf(map, view, fold.start)),
              }}
            />
          ))}
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
            style={{ blockSize: Math.max(rows.length * rowPx + FOOT_PX, plotHeight) }}
            onKeyDown={onKeyDown}
            onFocus={() => {
              if (!active && rows[0]) setActive({ row: (rows[Math.max(0, selectedRow)] as Row).key });
            }}
            onPointerOver={(event) => setPeek(textOf(barUnder(event.target as Element, barsByRow), now))}
            onPointerLeave={() => setPeek('')}
          >
            {shown.map((index) => (
              <PlotRow
                key={(rows[index] as Row).key}
                row={rows[index] as Row}
                index={index}
                id={`${id}${index}`}
                bars={barsByRow.get(index) ?? []}
                top={index * rowPx}
                height={rowPx}
                width={width}
                now={now}
                isActive={index === activeIndex}
                activeBar={index === activeIndex ? activeBar : undefined}
                selectedGroup={selected?.id}
                isPainted={isPainted}
              />
            ))}
          </div>
        </div>
        <div className="pd-tl-over" style={{ insetInlineStart: labelPx, inlineSize: width, insetBlockStart: HEAD_PX }}>
          {isPainted && <canvas ref={canvas} style={{ inlineSize: width, blockSize: plotHeight }} />}
          <span ref={probe} className="pd-tl-probe" hidden={!isPainted} aria-hidden="true" />
          {domain.isOpen && nowX >= 0 && nowX <= width && (
            <div className="pd-tl-now" style={{ transform: `translateX(${nowX}px)` }} aria-hidden="true">
              {isVirtualTime && <span>virtual time</span>}
            </div>
          )}
          <div ref={hoverLine} className="pd-tl-hover" hidden aria-hidden="true">
            <span />
          </div>
          {drawn && <DrawnRange drawn={drawn} state={state} />}
          {selected && causes && (
            <Arrows
              selected={selected}
              causes={causes}
              map={map}
              view={view}
              width={width}
              height={plotHeight}
              now={now}
              yOf={(group) => {
                const index = rowOf(group);
                return index < 0 ? undefined : index * rowPx + rowPx / 2 - scrollTop;
              }}
              onGo={goTo}
            />
          )}
          {mode === 'inspect' && domain.isOpen && (
            <button type="button" className="pd-tl-pill" onClick={store.goLive}>
              {timeline.missed > 0 ? `${timeline.missed} new ${timeline.missed === 1 ? 'event' : 'events'} — jump to live` : 'Jump to live'}
            </button>
          )}
        </div>
      </div>
      <div className="pd-tl-strip-row">
        <span className="pd-tl-peek" style={{ inlineSize: labelPx }} />
        {width > 0 && (
          <Overview store={store} map={map} view={view} width={width} domain={domain} instants={timeline.instants} version={lanes.groups.eventCount} />
        )}
      </div>
      <p className="pd-tl-sentence" title={sentence}>
        {sentence || summaryOf(timeline)}
      </p>
    </>
  );
}

const range = (first: number, last: number): number[] => Array.from({ length: Math.max(0, last - first) }, (_, index) => first + index);

const barsIn = (row: Row | undefined, scene: Scene): readonly Bar[] => (row?.is === 'lane' ? barsOf(row.lane, scene) : []);

const textOf = (bar: Bar | undefined, now: number): string => (bar ? barText(bar, now) : '');

function barUnder(target: Element, barsByRow: ReadonlyMap<number, readonly Bar[]>): Bar | undefined {
  const key = target.closest<HTMLElement>('[data-bar]')?.dataset['bar'];
  const index = Number(target.closest<HTMLElement>('[data-row]')?.dataset['row'] ?? Number.NaN);
  return key === undefined ? undefined : barsByRow.get(index)?.find((bar) => bar.key === key);
}

function summaryOf({ rows, lanes, state: { domain } }: TimelineModel): string {
  const { eventCount, activations } = lanes.groups;
  if (eventCount === 0) return '';
  const took = formatDuration(domain.end - domain.start);
  return `${rows.length} ${rows.length === 1 ? 'row' : 'rows'} · ${eventCount} events · ${activations} ${activations === 1 ? 'activation' : 'activations'} of the code · ${took}${domain.isOpen ? ' so far' : ''}`;
}

function DrawnRange({ drawn, state: { map, view } }: { readonly drawn: Drawn; readonly state: TimelineModel['state'] }): ReactElement {
  const [from, to] = [timeOfX(map, view, drawn.start), timeOfX(map, view, drawn.end)];
  return (
    <div
      className="pd-tl-drawn"
      data-measure={drawn.isMeasure ? '' : undefined}
      style={{ transform: `translateX(${drawn.start}px)`, inlineSize: drawn.end - drawn.start }}
    >
      <span>{formatDuration(to - from)}</span>
    </div>
  );
}

/** Moves the line under the pointer without a render: it follows each move of the mouse. */
function moveHover(line: HTMLDivElement | null, x: number | undefined, { map, view, width }: TimelineModel['state'], selected: Group | undefined): void {
  if (!line) return;
  line.hidden = x === undefined || x > width;
  if (x === undefined) return;
  const at = timeOfX(map, view, x);
  line.style.transform = `translateX(${x}px)`;
  const text = line.firstElementChild as HTMLElement;
  const delta = selected ? ` · ${at >= selected.start ? '+' : ''}${formatDuration(at - selected.start)}` : '';
  text.textContent = `${formatClock(at)}${delta}`;
  text.style.transform = x > width - 150 ? 'translateX(calc(-100% - 6px))' : 'translateX(6px)';
}
