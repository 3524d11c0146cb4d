// biome-ignore-all lint/a11y/useSemanticElements: heads of a virtual grid
/** The list of runs: live, as long as it is; beside an open run it is narrow, and each run has two lines. */
import { type ReactElement, useCallback, useMemo, useRef, useState } from 'react';
import type { RunSummary } from '../../backend/shapes.ts';
import { formatSorts, nextSorts, parseSorts, type Sort, type SortKey, sortRuns } from '../../models/run-order.ts';
import { useValue } from '../../state/use-value.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { useWidth } from '../../ui/use-width.ts';
import { VirtualGrid } from '../../ui/virtual-grid.tsx';
import { useDevtools, useRoute, useSession, useViewState } from '../context.ts';
import { StartButton } from '../start-button.tsx';
import { EmptyList, ErrorPane, Skeleton } from '../states.tsx';
import { FilterBar } from './filter-bar.tsx';
import { RunColumns, RunLines } from './run-row.tsx';

/** Below this each run has two lines. */
const COLUMNS_PX = 760;
const HEAD_PX = 28;
const NEAR_END = 200;

export function WorkflowsView(): ReactElement {
  const session = useSession();
  const element = useRef<HTMLElement>(null);
  const hasColumns = useWidth(element, 1000) >= COLUMNS_PX;
  return (
    <section className="pd-workflows" aria-label="Workflows" ref={element}>
      <div className="pd-workflows-bar">
        <FilterBar />
        {session.can('start') && <StartButton />}
      </div>
      <RunList hasColumns={hasColumns} />
    </section>
  );
}

function RunList({ hasColumns }: { readonly hasColumns: boolean }): ReactElement {
  const { navigation, preferences, ticker } = useDevtools();
  const session = useSession();
  const { runs, loading, error, hasMore, counts, query } = useValue(session.runs.store, (state) => state);
  const isCosy = useValue(preferences, ({ density }) => density === 'cosy');
  const [sortText, setSorts] = useViewState('sort');
  const sorts = useMemo(() => parseSorts(sortText), [sortText]);
  const rows = useMemo(() => sortRuns(runs, sorts, ticker.now()), [runs, sorts, ticker]);
  const [cursor, setCursor] = useState<string>();
  const openId = useOpenRunId(runs);
  const onSight = useSight(rows);

  if (error && error.kind !== 'refused' && runs.length === 0) return <ErrorPane error={error} onRetry={() => session.runs.refresh()} />;
  if (loading === 'first' && runs.length === 0) return <Skeleton rows={8} />;
  if (error && runs.length === 0) return <div className="pd-empty">The query could not be read; nothing is listed.</div>;
  if (rows.length === 0) return <EmptyList />;
  const rowHeight = hasColumns ? (isCosy ? 32 : 28) : isCosy ? 56 : 48;
  const total = Object.keys(counts).length > 0 && query === '' ? Object.values(counts).reduce((sum, count) => sum + count, 0) : rows.length;
  const open = (run: RunSummary): void => navigation.go({ page: 'run', workflowId: run.workflowId, runId: run.runId });
  return (
    <>
      <VirtualGrid
        label="Workflow runs"
        className={hasColumns ? 'pd-runs pd-runs-columns' : 'pd-runs'}
        rows={rows}
        rowCount={Math.max(total, rows.length)}
        keyOf={keyOfRun}
        rowHeight={rowHeight}
        activeKey={cursor ?? openId}
        onActive={(run, by) => {
          setCursor(run.runId);
          if (by === 'pointer') open(run);
        }}
        onOpen={open}
        onSight={onSight}
        {...(hasColumns && {
          head: { row: <Heads sorts={sorts} onSort={(key, isMore) => setSorts(formatSorts(nextSorts(sorts, key, isMore)))} />, height: HEAD_PX },
        })}
        attributesOf={(run) => ({ className: 'pd-run', style: { blockSize: `${rowHeight}px` }, 'data-open': run.runId === openId ? '' : undefined })}
      >
        {(run) => <Row run={run} hasColumns={hasColumns} />}
      </VirtualGrid>
      {hasMore && sorts.length > 0 && (
        <p className="pd-cut" role="status">
          Sorted among the {rows.length.toLocaleString('en')} that were read so far.{' '}
          <Button look="quiet" onClick={() => session.runs.loadMore()}>
            Read more
          </Button>
        </p>
      )}
    </>
  );
}

const keyOfRun = ({ runId }: RunSummary): string => runId;

function Row({ run, hasColumns }: { readonly run: RunSummary; readonly hasColumns: boolean }): ReactElement {
  const described = useValue(useSession().descriptions.store, (state) => state.runs.get(run.runId));
  return hasColumns ? <RunColumns run={run} described={described} /> : <RunLines run={run} described={described} />;
}

/** Of the run that is open beside the list. */
function useOpenRunId(runs: readonly RunSummary[]): string | undefined {
  const workflowId = useRoute((route) => route.workflowId);
  const runId = useRoute((route) => route.runId);
  return runId ?? (workflowId === undefined ? undefined : runs.find((run) => run.workflowId === workflowId)?.runId);
}

/** Runs in sight are described; near the end of what was read, more is read. */
function useSight(rows: readonly RunSummary[]): (first: number, last: number) => void {
  const session = useSession();
  return useCallback(
    (first: number, last: number) => {
      session.descriptions.look(rows.slice(first, last + 1));
      if (last > rows.length - NEAR_END) session.runs.loadMore();
    },
    [rows, session],
  );
}

const HEADS: readonly { readonly label: string; readonly key?: SortKey; readonly isNumber?: boolean }[] = [
  { label: 'Status', key: 'status' },
  { label: 'Workflow id', key: 'workflowId' },
  { label: 'Type', key: 'workflowType' },
  { label: 'Waiting on' },
  { label: 'Attempt', isNumber: true },
  { label: 'Events', key: 'historyLength', isNumber: true },
  { label: 'Started', key: 'startTime', isNumber: true },
  { label: 'Lasted', key: 'duration', isNumber: true },
];

function Heads({ sorts, onSort }: { readonly sorts: readonly Sort[]; readonly onSort: (key: SortKey, isMore: boolean) => void }): ReactElement {
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the buttons in it have the focus
    <div role="row" className="pd-heads" aria-rowindex={1}>
      {HEADS.map(({ label, key, isNumber }) => {
        const sort = sorts.find((each) => each.key === key);
        return (
          // biome-ignore lint/a11y/useFocusableInteractive: the button in it has the focus
          <span
            key={label}
            role="columnheader"
            className={isNumber ? 'pd-cell pd-cell-number' : 'pd-cell'}
            aria-sort={sort ? (sort.isDescending ? 'descending' : 'ascending') : undefined}
          >
            {key ? (
              <button type="button" className="pd-head" onClick={(event) => onSort(key, event.shiftKey)} title="Sort; with Shift as one more key">
                {label}
                {sort && <Icon name={sort.isDescending ? 'chevronDown' : 'chevronRight'} />}
              </button>
            ) : (
              label
            )}
          </span>
        );
      })}
    </div>
  );
}
