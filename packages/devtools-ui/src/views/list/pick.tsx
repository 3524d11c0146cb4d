// biome-ignore-all lint/a11y/useSemanticElements: cells of a virtual grid
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus
/** Boxes by which runs are picked: a click for one, with shift for all up to it; by key, Space, and shift with an arrow. */
import type { KeyboardEvent, ReactElement } from 'react';
import type { RunSummary } from '../../backend/shapes.ts';
import type { Selection } from '../../state/selection.ts';
import { useValue } from '../../state/use-value.ts';
import { useSession } from '../context.ts';

export function PickCell({ run, rows }: { readonly run: RunSummary; readonly rows: readonly RunSummary[] }): ReactElement {
  const { selection } = useSession();
  const isPicked = useValue(selection.store, ({ picked, isAll }) => isAll || picked.has(run.runId));
  return (
    <span role="gridcell">
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the grid takes the keys for its rows */}
      <label className="pd-pick" onClick={(event) => event.stopPropagation()} onDoubleClick={(event) => event.stopPropagation()}>
        <input
          type="checkbox"
          tabIndex={-1}
          aria-label={`Pick ${run.workflowId}`}
          checked={isPicked}
          onChange={(event) => {
            if ((event.nativeEvent as MouseEvent).shiftKey) selection.extend(rows, run);
            else selection.toggle(run);
          }}
        />
      </label>
    </span>
  );
}

/** Picks what was read, or none. */
export function PickHead({ rows }: { readonly rows: readonly RunSummary[] }): ReactElement {
  const { selection } = useSession();
  const { picked, isAll } = useValue(selection.store, (state) => state);
  const isFull = isAll || (picked.size > 0 && picked.size >= rows.length);
  return (
    <span role="columnheader">
      <label className="pd-pick">
        <input
          type="checkbox"
          aria-label="Pick all that are listed"
          checked={isFull}
          ref={(element) => {
            if (element) element.indeterminate = picked.size > 0 && !isFull;
          }}
          onChange={() => (isFull ? selection.clear() : selection.pick(rows))}
        />
      </label>
    </span>
  );
}

/** @returns whether the key is done with */
export function pickByKey(
  { key, shiftKey }: Pick<KeyboardEvent, 'key' | 'shiftKey'>,
  run: RunSummary | undefined,
  rows: readonly RunSummary[],
  selection: Selection,
): boolean {
  if (!run) return false;
  if (key === ' ') {
    selection.toggle(run);
    return true;
  }
  const step = key === 'ArrowDown' ? 1 : key === 'ArrowUp' ? -1 : 0;
  const next = rows[rows.indexOf(run) + step];
  if (shiftKey && step !== 0 && next) selection.pick([run, next]);
  return false; // it moves, too
}
