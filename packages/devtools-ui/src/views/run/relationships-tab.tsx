/** Whom a run belongs to: the chain of runs that it is part of, the tree of parents and children, other runs of its id. */

import { type ReactElement, type ReactNode, useMemo, useState } from 'react';
import type { RunStatus, RunSummary } from '../../backend/shapes.ts';
import { formatDuration } from '../../models/duration.ts';
import { chainOf, type FamilyRow, familyRows, familyTree, othersOf } from '../../models/family.ts';
import { statusLook } from '../../models/status.ts';
import { visibleText } from '../../models/visible-text.ts';
import { useFamily } from '../../state/family.ts';
import type { RunPage } from '../../state/run-page.ts';
import { useValue } from '../../state/use-value.ts';
import { Icon } from '../../ui/icon.tsx';
import { StatusBadge, StatusIcon } from '../../ui/status-badge.tsx';
import { VirtualGrid } from '../../ui/virtual-grid.tsx';
import { useDevtools, useSession } from '../context.ts';
import { MiddleCut } from '../list/run-row.tsx';
import { ErrorPane, Skeleton } from '../states.tsx';
import { Since } from '../words-view.tsx';

export { runStyles } from './run.styles.ts';

const ROW_PX = 28;

export function RelationshipsTab({ page }: { readonly page: RunPage }): ReactElement {
  const { backend } = useSession();
  const { navigation } = useDevtools();
  const { ref, described } = useValue(page.store, (state) => state);
  const runId = described?.summary.runId ?? ref.runId;
  const family = useFamily(backend, { namespace: ref.namespace, workflowId: ref.workflowId, runId });
  if (!family || runId === undefined) return <Skeleton rows={4} />;
  if (family.error) return <ErrorPane error={family.error} />;
  const open = (run: RunSummary): void => navigation.go({ page: 'run', workflowId: run.workflowId, runId: run.runId, tab: 'relationships' });
  const chain = chainOf(family.runs, runId);
  const others = othersOf(family.runs, runId);
  return (
    <div className="pd-family">
      {chain.length > 1 && <Chain chain={chain} runId={runId} onOpen={open} />}
      <Tree runs={family.runs} runId={runId} onOpen={open} />
      {others.length > 0 && (
        <section className="pd-padded" aria-label="Other runs of this id">
          <h3>Other runs of this id</h3>
          <ul className="pd-chain">
            {others.slice(0, 50).map((run) => (
              <li key={run.runId}>
                <RunLink run={run} onOpen={open} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {family.isCut && <p className="pd-cut">The first 1,000 relatives are shown; the list finds the others by ParentWorkflowId.</p>}
    </div>
  );
}

/** Runs that went on from one another. */
function Chain({
  chain,
  runId,
  onOpen,
}: {
  readonly chain: readonly RunSummary[];
  readonly runId: string;
  readonly onOpen: (run: RunSummary) => void;
}): ReactElement {
  return (
    <section className="pd-padded" aria-label="Chain of runs">
      <h3>Chain of {chain.length} runs</h3>
      <ol className="pd-chain">
        {chain.map((run, index) => (
          <li key={run.runId} aria-current={run.runId === runId ? 'true' : undefined}>
            {index > 0 && <Icon name="arrowRight" />}
            <RunLink run={run} onOpen={onOpen} label={`run ${index + 1}`} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function RunLink({ run, onOpen, label }: { readonly run: RunSummary; readonly onOpen: (run: RunSummary) => void; readonly label?: string }): ReactElement {
  const { tone, label: status } = statusLook(run.status);
  return (
    <button type="button" className="pd-chip" title={visibleText(`${status}, run ${run.runId}`)} onClick={() => onOpen(run)}>
      <StatusIcon tone={tone} label={status} />
      {label ?? visibleText(run.runId.slice(0, 8))}
    </button>
  );
}

function Tree({
  runs,
  runId,
  onOpen,
}: {
  readonly runs: readonly RunSummary[];
  readonly runId: string;
  readonly onOpen: (run: RunSummary) => void;
}): ReactElement {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [active, setActive] = useState<string>();
  const tree = useMemo(() => familyTree(runs, runId), [runs, runId]);
  const rows = useMemo(() => (tree ? familyRows(tree, closed) : []), [tree, closed]);
  const toggle = (row: FamilyRow): void => {
    if (row.isOpen === undefined) return;
    const next = new Set(closed);
    if (row.isOpen) next.add(row.key);
    else next.delete(row.key);
    setClosed(next);
  };
  if (rows.length < 2) return <p className="pd-empty">It has no parent and no children.</p>;
  return (
    <VirtualGrid
      role="treegrid"
      label="Parents and children"
      className="pd-tree"
      rows={rows}
      keyOf={({ key }) => key}
      rowHeight={ROW_PX}
      activeKey={active ?? runId}
      onActive={(row) => setActive(row.key)}
      onOpen={(row) => row.run && onOpen(row.run)}
      onKey={({ key }, row) => {
        if (!row || !((key === 'ArrowRight' && row.isOpen === false) || (key === 'ArrowLeft' && row.isOpen))) return false;
        toggle(row);
        return true;
      }}
      attributesOf={(row) => ({
        className: 'pd-tree-row',
        style: { blockSize: `${ROW_PX}px` },
        'aria-level': row.level,
        'aria-expanded': row.isOpen,
        'data-own': row.key === runId ? '' : undefined,
      })}
    >
      {(row) => <TreeCells row={row} isOwn={row.key === runId} onToggle={() => toggle(row)} onOpen={onOpen} />}
    </VirtualGrid>
  );
}

interface TreeCellsProps {
  readonly row: FamilyRow;
  readonly isOwn: boolean;
  readonly onToggle: () => void;
  readonly onOpen: (run: RunSummary) => void;
}

function TreeCells({ row, isOwn, onToggle, onOpen }: TreeCellsProps): ReactElement {
  const { run, others, isOpen, level } = row;
  if (!run)
    return (
      <Cell className="pd-tree-name" level={level}>
        <span className="pd-muted">
          {Object.entries(others ?? {})
            .map(([status, count]) => `${count} ${statusLook(status as RunStatus).label.toLowerCase()}`)
            .join(' · ')}
        </span>
      </Cell>
    );
  const { tone, label } = statusLook(run.status);
  return (
    <>
      <Cell className="pd-tree-name" level={level}>
        <button type="button" className="pd-fold" tabIndex={-1} aria-label={isOpen ? 'Fold' : 'Unfold'} hidden={isOpen === undefined} onClick={onToggle}>
          <Icon name={isOpen ? 'chevronDown' : 'chevronRight'} />
        </button>
        <button type="button" className="pd-link" tabIndex={-1} disabled={isOwn} onClick={() => onOpen(run)} title={visibleText(run.workflowId)}>
          <MiddleCut text={run.workflowId} />
        </button>
      </Cell>
      <Cell className="pd-muted">{visibleText(run.workflowType)}</Cell>
      <Cell>
        <StatusBadge tone={tone} label={label} />
      </Cell>
      <Cell className="pd-cell-number">{run.closeTime === undefined ? <Since at={run.startTime} /> : formatDuration(run.closeTime - run.startTime)}</Cell>
    </>
  );
}

function Cell({ className, level, children }: { readonly className?: string; readonly level?: number; readonly children: ReactNode }): ReactElement {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a cell of a virtual tree
    // biome-ignore lint/a11y/useFocusableInteractive: the tree has the focus
    <span
      role="gridcell"
      className={`pd-cell ${className ?? ''}`}
      style={level === undefined ? undefined : { paddingInlineStart: `${(level - 1) * 20 + 4}px` }}
    >
      {children}
    </span>
  );
}
