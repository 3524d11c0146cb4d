/** Tabs, workers and namespaces, as tables. */
import type { TabInfo, WorkerInfo } from '@perdure/core/client';
import type { ReactElement, ReactNode } from 'react';
import type { EngineInfo, NamespaceInfo } from '../../backend/shapes.ts';
import { formatClock, formatDuration } from '../../models/duration.ts';
import { pollWords } from '../../models/worker-words.ts';
import { useValue } from '../../state/use-value.ts';
import { useDevtools, useSession } from '../context.ts';
import { Since } from '../words-view.tsx';
import { Card } from './card.tsx';

interface TableProps {
  readonly label: string;
  readonly heads: readonly string[];
  readonly rows: readonly { readonly key: string; readonly isOwn?: boolean; readonly cells: readonly ReactNode[] }[];
}

function Table({ label, heads, rows }: TableProps): ReactElement {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it can have the focus
    // biome-ignore lint/a11y/useSemanticElements: a part of a card, which is a section
    <div className="pd-table-scroll" role="group" tabIndex={0} aria-label={label}>
      <table className="pd-table">
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, isOwn, cells }) => (
            <tr key={key} aria-current={isOwn ? 'true' : undefined}>
              {cells.map((cell, index) => (
                <td key={heads[index]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function TabsCard({ info: { engine } }: { readonly info: EngineInfo }): ReactElement {
  const tabs = engine?.tabs ?? [];
  const cells = ({ id, role, since, lastHeard, isVisible, version }: TabInfo): ReactNode[] => [
    <>
      <code title={id}>{id.slice(0, 8)}</code>
      {id === engine?.thisTab && <span className="pd-tag">this tab</span>}
    </>,
    role === 'leader' ? 'leads' : 'follows',
    <Since key="since" at={since} />,
    isVisible === undefined ? '' : isVisible ? 'visible' : 'hidden',
    lastHeard === undefined ? 'not yet' : <Since key="heard" at={lastHeard} suffix=" ago" />,
    version ?? '',
  ];
  return (
    <Card title="Tabs" isWide>
      {tabs.length === 0 ? (
        <p className="pd-muted">No tab is known of: the engine does not answer now, or it has none.</p>
      ) : (
        <Table
          label="Tabs"
          heads={['Tab', 'Role', 'For', 'Page', 'Heard of', 'Version']}
          rows={tabs.map((tab) => ({ key: tab.id, isOwn: tab.id === engine?.thisTab, cells: cells(tab) }))}
        />
      )}
    </Card>
  );
}

/** Who has led while this panel was open. */
export function HandOversCard(): ReactElement {
  const entries = useValue(useDevtools().handOvers.store, (state) => state.entries);
  return (
    <Card title="Hand-overs" isWide>
      {entries.length === 0 ? (
        <p className="pd-muted">No engine has been seen since this panel was opened.</p>
      ) : (
        <Table
          label="Hand-overs"
          heads={['Seen at', 'Epoch', 'Led by', 'Without an engine']}
          rows={entries.map(({ at, epoch, isThisTab, took }) => ({
            key: `${at} ${epoch} ${isThisTab}`,
            cells: [formatClock(at), epoch ?? '', isThisTab ? 'this tab' : 'another tab', took === undefined ? '' : formatDuration(took)],
          }))}
        />
      )}
    </Card>
  );
}

export function WorkersCard({ info: { engine } }: { readonly info: EngineInfo }): ReactElement {
  const types = useValue(useSession().store, (state) => state.workflowTypes);
  const workers = engine?.workers ?? [];
  const cells = ({ identity, workerId, polls, lastPollTime, workflowTasksUnderWay, activityTasksUnderWay }: WorkerInfo): ReactNode[] => [
    <span key="id" title={workerId}>
      {identity}
    </span>,
    pollWords(polls).join(', '),
    <Since key="poll" at={lastPollTime} suffix=" ago" />,
    workflowTasksUnderWay,
    activityTasksUnderWay,
  ];
  return (
    <Card title="Workers" isWide>
      {workers.length === 0 ? (
        <p className="pd-muted">No worker has polled: what is scheduled waits until one does.</p>
      ) : (
        <Table
          label="Workers"
          heads={['Worker', 'Task queues', 'Last poll', 'Workflow tasks', 'Activities']}
          rows={workers.map((worker) => ({ key: worker.workerId, cells: cells(worker) }))}
        />
      )}
      {types && types.length > 0 && (
        <p className="pd-registered">
          <span className="pd-muted">Workflow types of the code:</span> {types.join(', ')}
        </p>
      )}
    </Card>
  );
}

export function NamespacesCard({ namespaces }: { readonly namespaces: readonly NamespaceInfo[] | undefined }): ReactElement {
  return (
    <Card title="Namespaces" isWide>
      {namespaces ? (
        <Table
          label="Namespaces"
          heads={['Name', 'State', 'Keeps closed runs', 'Description']}
          rows={namespaces.map(({ name, state, retention, description }) => ({
            key: name,
            cells: [name, state.toLowerCase(), retention === 0 ? 'for ever' : formatDuration(retention), description],
          }))}
        />
      ) : (
        <p className="pd-muted">The engine does not tell now.</p>
      )}
    </Card>
  );
}
