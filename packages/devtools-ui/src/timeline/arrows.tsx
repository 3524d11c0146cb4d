/** On selection: from what led to it, and to what came of it. What is out of sight has a chip at the edge that leads there. */
import type { ReactElement } from 'react';
import type { Group } from '../models/group.ts';
import { titleText } from '../models/group-words.ts';
import type { Causes } from './causes.ts';
import type { TimeMap } from './time-map.ts';
import { type Viewport, xOf } from './viewport.ts';

export { arrowStyles } from './parts.styles.ts';

export interface ArrowsProps {
  readonly selected: Group;
  readonly causes: Causes;
  readonly map: TimeMap;
  readonly view: Viewport;
  readonly width: number;
  readonly height: number;
  readonly now: number;
  /** The middle of a group's row, from the top of what is in sight; it may lie above or below. */
  readonly yOf: (group: Group) => number | undefined;
  readonly onGo: (group: Group) => void;
}

interface End {
  readonly group: Group;
  readonly x: number;
  readonly y: number;
}

export function Arrows({ selected, causes, map, view, width, height, now, yOf, onGo }: ArrowsProps): ReactElement | null {
  const y = yOf(selected);
  if (y === undefined) return null;
  const place = (group: Group, at: number): End[] => {
    const row = yOf(group);
    return row === undefined ? [] : [{ group, x: xOf(map, view, at), y: row }];
  };
  const start = { x: xOf(map, view, selected.start), y };
  const end = { x: xOf(map, view, selected.end ?? now), y };
  const before = causes.before.flatMap((group) => place(group, group.end ?? now));
  const after = causes.after.flatMap((group) => place(group, group.start));
  const isOut = ({ x, y: row }: End): boolean => x < 0 || x > width || row < 0 || row > height;
  const out = [...before.filter(isOut), ...after.filter(isOut)];
  return (
    <>
      <svg className="pd-tl-arrows" width={width} height={height} aria-hidden="true">
        <defs>
          <marker id="pd-tl-arrow-head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
            <path d="M0 0.5L7.5 4L0 7.5z" />
          </marker>
        </defs>
        {before.map((from) => (
          <path key={`b${from.group.id}`} d={curve(from, start)} markerEnd="url(#pd-tl-arrow-head)" />
        ))}
        {after.map((to) => (
          <path key={`a${to.group.id}`} d={curve(end, to)} markerEnd="url(#pd-tl-arrow-head)" />
        ))}
      </svg>
      {chipsOf(out, width, height).map(({ group, x, y: row, count }) => (
        <button
          key={group.id}
          type="button"
          className="pd-tl-chip"
          style={{ transform: `translate(${x}px, ${row}px)` }}
          data-side={x === 0 ? 'start' : x === width ? 'end' : undefined}
          onClick={() => onGo(group)}
        >
          {row === 0 ? '↑ ' : row === height ? '↓ ' : x === 0 ? '← ' : '→ '}
          {titleText(group)}
          {count > 1 ? ` and ${count - 1} more` : ''}
        </button>
      ))}
    </>
  );
}

/** One chip for each edge: the nearest, and how many more there are. */
function chipsOf(out: readonly End[], width: number, height: number): (End & { readonly count: number })[] {
  const byEdge = new Map<string, End & { count: number }>();
  for (const each of out) {
    const x = Math.min(Math.max(each.x, 0), width);
    const y = Math.min(Math.max(each.y, 0), height);
    const edge = `${y === 0 || y === height ? '' : x} ${y === 0 || y === height ? y : ''}`;
    const known = byEdge.get(edge);
    if (known) known.count += 1;
    else byEdge.set(edge, { ...each, x, y, count: 1 });
  }
  return [...byEdge.values()];
}

function curve(from: { readonly x: number; readonly y: number }, to: { readonly x: number; readonly y: number }): string {
  const bend = Math.max(10, Math.min(40, Math.abs(to.x - from.x) / 2));
  return `M${from.x.toFixed(1)} ${from.y}C${(from.x + bend).toFixed(1)} ${from.y} ${(to.x - bend).toFixed(1)} ${to.y} ${to.x.toFixed(1)} ${to.y}`;
}
