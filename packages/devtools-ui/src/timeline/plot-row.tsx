// biome-ignore-all lint/a11y/useSemanticElements: rows that come and go as one scrolls cannot be rows of a table element
// biome-ignore-all lint/a11y/useFocusableInteractive: the treegrid has the focus, and names its active part by aria-activedescendant
/** One row of the timeline: its name, and its bars as cells. */
import { type MemoExoticComponent, memo, type ReactElement } from 'react';
import { statusWords } from '../models/group-words.ts';
import { TONES } from '../models/status.ts';
import { wordsText } from '../models/words.ts';
import { Icon } from '../ui/icon.tsx';
import { barLabel, barText } from './bar-words.ts';
import type { Bar } from './bars.ts';
import { type Lane, laneTitle, type Row } from './lanes.ts';

export interface PlotRowProps {
  readonly row: Row;
  readonly index: number;
  readonly id: string;
  readonly bars: readonly Bar[];
  readonly top: number;
  readonly height: number;
  /** Of the plot. */
  readonly width: number;
  readonly now: number;
  readonly isActive: boolean;
  /** The bar that the keyboard is on. */
  readonly activeBar: string | undefined;
  readonly selectedGroup: number | undefined;
  /** The bars are on a canvas: the row says in words what they show. */
  readonly isPainted: boolean;
}

export const PlotRow: MemoExoticComponent<(props: PlotRowProps) => ReactElement> = memo(function PlotRow(props: PlotRowProps): ReactElement {
  const { row, index, id, top, height, isActive } = props;
  const style = { blockSize: height, transform: `translateY(${top}px)` };
  if (row.is === 'notice')
    return (
      <div className="pd-tl-row" role="row" id={id} aria-rowindex={index + 1} aria-level={row.level} data-active={isActive ? '' : undefined} style={style}>
        <span role="gridcell" className="pd-tl-notice" style={{ paddingInlineStart: row.level * 14 }}>
          {row.text}
        </span>
      </div>
    );
  return <LaneRow {...props} row={row} style={style} />;
});

type LaneRowProps = PlotRowProps & { readonly row: Extract<Row, { is: 'lane' }>; readonly style: { readonly blockSize: number; readonly transform: string } };

function LaneRow({ row, index, id, bars, style, width, now, isActive, activeBar, selectedGroup, isPainted }: LaneRowProps): ReactElement {
  const { lane, level, child, isExpanded } = row;
  const first = lane.run.groups.groups[lane.members[0] ?? 0];
  const isSelected = selectedGroup !== undefined && lane.members.length === 1 && first?.id === selectedGroup;
  return (
    <div
      className="pd-tl-row"
      role="row"
      id={id}
      aria-rowindex={index + 1}
      aria-level={level}
      aria-expanded={isExpanded}
      aria-selected={isSelected}
      data-row={index}
      data-active={isActive && activeBar === undefined ? '' : undefined}
      data-odd={index % 2 === 1 ? '' : undefined}
      style={style}
    >
      <span role="rowheader" className="pd-tl-label" data-category={first?.category} style={{ paddingInlineStart: 12 + (level - 1) * 14 }}>
        {child && (
          <span className="pd-tl-twisty" data-toggle="" data-open={isExpanded ? '' : undefined} aria-hidden="true">
            <Icon name="chevronRight" />
          </span>
        )}
        <LaneName lane={lane} />
        {lane.members.length === 1 && first && <span className="pd-visually-hidden">: {wordsText(statusWords(first), now)}</span>}
      </span>
      {isPainted
        ? activeBar !== undefined && <BarCell bar={bars.find(({ key }) => key === activeBar)} id={`${id}-${activeBar}`} now={now} isActive isSelected={false} />
        : bars.map((bar) => (
            <BarCell
              key={bar.key}
              bar={bar}
              id={`${id}-${bar.key}`}
              now={now}
              isActive={bar.key === activeBar}
              isSelected={lane.members.length > 1 && bar.group.id === selectedGroup && bar.count === 1}
            />
          ))}
      {!isPainted && <BarLabel lane={lane} bars={bars} now={now} width={width} />}
    </div>
  );
}

function LaneName({ lane }: { readonly lane: Lane }): ReactElement {
  const { what, name, more } = laneTitle(lane);
  return (
    <span className="pd-tl-name" title={[what, name, more].filter(Boolean).join(' ')}>
      {what && <span className="pd-tl-what">{what} </span>}
      <span className="pd-tl-subject">{name}</span>
      {more && <span className="pd-tl-more"> {more}</span>}
    </span>
  );
}

interface BarCellProps {
  readonly bar: Bar | undefined;
  readonly id: string;
  readonly now: number;
  readonly isActive: boolean;
  readonly isSelected: boolean;
}

function BarCell({ bar, id, now, isActive, isSelected }: BarCellProps): ReactElement | null {
  if (!bar) return null;
  const { shape, status, x, width, share, beats, isCutLeft, isCutRight, count, key } = bar;
  const tone = shape === 'waiting' && status === 'completed' ? 'timer' : status;
  const look = tone === 'unknown' ? undefined : TONES[tone];
  return (
    <span
      role="gridcell"
      id={id}
      aria-label={barText(bar, now)}
      className="pd-tl-bar"
      data-bar={key}
      data-shape={shape}
      data-status={tone}
      data-pattern={look?.pattern}
      data-many={count > 1 ? '' : undefined}
      data-cut-left={isCutLeft ? '' : undefined}
      data-cut-right={isCutRight ? '' : undefined}
      data-active={isActive ? '' : undefined}
      data-selected={isSelected ? '' : undefined}
      style={{ inlineSize: width, transform: `translateX(${x}px)` }}
    >
      {share !== undefined && <i className="pd-tl-share" style={{ inlineSize: `${share * 100}%` }} />}
      {beats?.map((at) => (
        <i key={at} className="pd-tl-beat" style={{ transform: `translateX(${at}px)` }} />
      ))}
      {shape === 'point' && look && <Icon name={bar.group.kind === 'signal' ? 'envelope' : look.icon} />}
      {shape === 'merged' && width > 28 && <b className="pd-tl-count">{count}</b>}
    </span>
  );
}

/** About how wide a character of a label is, for a first guess at whether there is room. */
const CHARACTER_PX = 6.2;

/** Words beside the bars of a row that has one group: right of them, left of them, or within, where there is room. */
function BarLabel({
  lane,
  bars,
  now,
  width,
}: {
  readonly lane: Lane;
  readonly bars: readonly Bar[];
  readonly now: number;
  readonly width: number;
}): ReactElement | null {
  const group = lane.run.groups.groups[lane.members[0] ?? 0];
  if (lane.members.length !== 1 || !group || bars.length === 0) return null;
  const words = barLabel(group, now);
  if (words === '') return null;
  const left = Math.max(0, Math.min(...bars.map(({ x }) => x)));
  const right = Math.max(...bars.map(({ x, width: wide }) => x + wide));
  const needed = Math.min(words.length, 60) * CHARACTER_PX + 12;
  const widest = Math.min(right, width) - left;
  const isIn = right + needed > width && widest > needed;
  const isLeft = !isIn && right + Math.min(needed, 80) > width && left > 80;
  const style = isIn
    ? { transform: `translateX(${left + 10}px)`, maxInlineSize: widest - 16 }
    : isLeft
      ? { insetInlineEnd: width - left + 6, maxInlineSize: left - 12 }
      : { transform: `translateX(${right + 6}px)`, maxInlineSize: Math.max(0, width - right - 12) };
  return (
    <span
      className="pd-tl-words"
      data-in={isIn ? '' : undefined}
      data-left={isLeft ? '' : undefined}
      data-status={group.status}
      aria-hidden="true"
      style={style}
    >
      {words}
    </span>
  );
}
