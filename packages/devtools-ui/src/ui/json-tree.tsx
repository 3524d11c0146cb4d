/** A value as a tree: lazy, however large; arrows fold and unfold, and what is selected can be copied with its path. */
import { type KeyboardEvent, type ReactElement, useMemo, useRef, useState } from 'react';
import { CHILDREN, findInJson, type JsonRow, jsonRows, pathInWords, valueAt } from '../models/json-rows.ts';
import { Unquoted } from '../models/payload-value.ts';
import { IconButton } from './button.tsx';
import { copyText } from './copy.ts';
import { Icon } from './icon.tsx';
import { VirtualGrid, type VirtualGridHandle } from './virtual-grid.tsx';

export interface JsonTreeProps {
  readonly value: unknown;
  readonly label: string;
  /** Unfolded to this depth. @default 2 */
  readonly opensBelow?: number;
  /** Paths that are marked as changed. */
  readonly changed?: ReadonlySet<string>;
  /** Whether it takes the room that there is; else it is as high as its rows, up to a limit. */
  readonly isFull?: boolean;
  readonly hasSearch?: boolean;
}

const ROW_PX = 20;
const MOST_ROWS = 16;

export function JsonTree({ value, label, opensBelow = 2, changed, isFull = false, hasSearch = isFull }: JsonTreeProps): ReactElement {
  const [toggled, setToggled] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [limits, setLimits] = useState<ReadonlyMap<string, number>>(new Map());
  const [active, setActive] = useState<string>();
  const [wanted, setWanted] = useState('');
  const grid = useRef<VirtualGridHandle>(null);
  const rows = useMemo(() => jsonRows(value, { toggled, limits, opensBelow }), [value, toggled, limits, opensBelow]);
  const found = useMemo(() => findInJson(value, wanted), [value, wanted]);
  const foundSet = useMemo(() => new Set(found), [found]);

  const toggle = (row: JsonRow): void => {
    if (row.kind === 'cut') {
      const path = row.path.slice(0, -2);
      setLimits(new Map(limits).set(path, (limits.get(path) ?? CHILDREN) + 10 * CHILDREN));
    } else if (row.isOpen !== undefined) setToggled(new Map(toggled).set(row.path, !row.isOpen));
  };

  const onKey = ({ key }: KeyboardEvent, row: JsonRow | undefined): boolean => {
    if (!row) return false;
    if ((key === 'ArrowRight' && row.isOpen === false) || (key === 'ArrowLeft' && row.isOpen) || key === ' ') toggle(row);
    else if (key === 'ArrowLeft') setActive(row.path.replace(/\/[^/]*$/, ''));
    else return false;
    return true;
  };

  const showFound = (step: 1 | -1): void => {
    if (found.length === 0) return;
    const at = found.indexOf(active ?? '');
    const path = found[(at + step + found.length) % found.length] ?? '';
    const open = new Map(toggled);
    for (let parent = path; parent.includes('/'); ) {
      parent = parent.replace(/\/[^/]*$/, '');
      open.set(parent, true);
    }
    setToggled(open);
    setActive(path);
    const index = jsonRows(value, { toggled: open, limits, opensBelow }).findIndex((row) => row.path === path);
    requestAnimationFrame(() => grid.current?.scrollTo(index));
  };

  return (
    <div className="pd-json" data-full={isFull ? '' : undefined}>
      {hasSearch && (
        <div className="pd-json-bar">
          <input
            className="pd-input"
            type="search"
            placeholder="Find in names and values"
            aria-label={`Find in ${label}`}
            value={wanted}
            onChange={(event) => setWanted(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter') showFound(event.shiftKey ? -1 : 1);
            }}
          />
          <span className="pd-muted" role="status">
            {wanted === '' ? '' : `${found.length === 1000 ? '1,000 or more' : found.length} found`}
          </span>
        </div>
      )}
      <VirtualGrid
        ref={grid}
        role="treegrid"
        label={label}
        className="pd-json-rows"
        rows={rows}
        keyOf={keyOfRow}
        rowHeight={ROW_PX}
        activeKey={active}
        onActive={(row, by) => {
          setActive(row.path);
          if (by === 'pointer') toggle(row);
        }}
        onOpen={toggle}
        onKey={onKey}
        {...(!isFull && { style: { blockSize: `${Math.min(rows.length, MOST_ROWS) * ROW_PX + 2}px` } })}
        attributesOf={(row) => ({
          className: 'pd-json-row',
          'aria-level': row.level,
          'aria-expanded': row.isOpen,
          'data-changed': changed?.has(row.path) ? '' : undefined,
          'data-found': foundSet.has(row.path) ? '' : undefined,
        })}
      >
        {(row) => <Cell row={row} isActive={row.path === active} onCopy={() => void copyText(textOf(valueAt(value, row.path)))} />}
      </VirtualGrid>
    </div>
  );
}

const keyOfRow = ({ path }: JsonRow): string => path;

function Cell({ row, isActive, onCopy }: { readonly row: JsonRow; readonly isActive: boolean; readonly onCopy: () => void }): ReactElement {
  const { name, kind, text, isOpen, level, path } = row;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a cell of a virtual tree
    // biome-ignore lint/a11y/useFocusableInteractive: the tree has the focus
    <span role="gridcell" className="pd-json-cell" style={{ paddingInlineStart: `${(level - 1) * 14}px` }}>
      <span className="pd-json-fold">{isOpen !== undefined && <Icon name={isOpen ? 'chevronDown' : 'chevronRight'} />}</span>
      {name !== undefined && <span className="pd-json-name">{name}</span>}
      {kind === 'cut' ? (
        <span className="pd-link">{text}: show more</span>
      ) : (
        <span className="pd-json-value" data-kind={kind}>
          {isOpen ? (kind === 'array' ? '[' : '{') : text}
        </span>
      )}
      {isActive && kind !== 'cut' && (
        <span className="pd-json-actions">
          <IconButton icon="copy" name="Copy value" onClick={stopped(onCopy)} />
          {path !== '' && <IconButton icon="link" name={`Copy path ${pathInWords(path)}`} onClick={stopped(() => void copyText(pathInWords(path)))} />}
        </span>
      )}
    </span>
  );
}

const stopped =
  (act: () => void) =>
  (event: { stopPropagation(): void }): void => {
    event.stopPropagation();
    act();
  };

/** JSON with two blanks of indentation; what is no JSON as its text. */
export function textOf(value: unknown): string {
  if (value instanceof Unquoted) return value.text;
  return JSON.stringify(value, (_, each: unknown) => (each instanceof Unquoted ? each.text : each), 2) ?? 'undefined';
}
