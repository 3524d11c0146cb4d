/** The engine: who leads and has led, where things are kept, how fast it is, who works for it, and what was ordered of it. */
import type { EngineStatus } from '@perdure/core/client';
import { type ReactElement, useEffect, useState } from 'react';
import type { EngineInfo } from '../../backend/shapes.ts';
import { formatDuration } from '../../models/duration.ts';
import { DURABILITY } from '../../models/engine-words.ts';
import { type EnginePage, type EnginePageState, openEnginePage } from '../../state/engine-page.ts';
import { useValue } from '../../state/use-value.ts';
import { Button } from '../../ui/button.tsx';
import { useDevtools, useNow, useSession } from '../context.ts';
import { LogView } from '../log-view.tsx';
import { ErrorPane, Skeleton } from '../states.tsx';
import { CountDown } from '../words-view.tsx';
import { Card, FactList } from './card.tsx';
import { StorageCard } from './storage-card.tsx';
import { HandOversCard, NamespacesCard, TabsCard, WorkersCard } from './tables.tsx';

export function EngineView(): ReactElement {
  const { clock } = useDevtools();
  const session = useSession();
  const [page, setPage] = useState<EnginePage>();
  useEffect(() => {
    const opened = openEnginePage({ backend: session.backend, clock });
    setPage(opened);
    return () => opened.close();
  }, [session, clock]);
  return (
    <section className="pd-engine-page pd-scroll" aria-label="Engine">
      {page ? <Cards page={page} /> : <Skeleton rows={6} />}
    </section>
  );
}

function Cards({ page }: { readonly page: EnginePage }): ReactElement {
  const state = useValue(page.store, (each) => each);
  const { info, error, namespaces } = state;
  if (!info) return error ? <ErrorPane error={error} onRetry={page.refresh} /> : <Skeleton rows={6} />;
  return (
    <>
      {error && <ErrorPane error={error} onRetry={page.refresh} />}
      <div className="pd-engine-cards">
        <EngineCard info={info} />
        <StorageCard info={info} onAsked={page.refresh} />
        <ClockCard status={info.status} />
        <CommitsCard {...state} />
        <TabsCard info={info} />
        <HandOversCard />
        <WorkersCard info={info} />
        <NamespacesCard namespaces={namespaces} />
        <Card title="Orders from this panel" isWide>
          <div className="pd-engine-log">
            <LogView />
          </div>
        </Card>
      </div>
    </>
  );
}

function EngineCard({ info: { status } }: { readonly info: EngineInfo }): ReactElement {
  const { order } = useDevtools();
  const session = useSession();
  const { role, state, reason, epoch, store, loadedRuns, damagedRuns } = status;
  return (
    <Card title="Status">
      <FactList
        facts={[
          ['State', state],
          ['Why', reason],
          ['Runs in', role === 'leader' ? 'this tab' : 'another tab, which this one follows'],
          ['Epoch', epoch],
          ['Database', session.backend.describe().label],
          ['Store', `${store.driver}, ${store.state}`],
          ['Durability', `${store.durability}: ${DURABILITY[store.durability]}`],
          ['Runs in memory', loadedRuns.toLocaleString('en')],
          ['Damaged runs', damagedRuns?.length],
        ]}
      />
      {session.can('restartEngine') && (
        <p className="pd-actions">
          <Button icon="retry" onClick={() => void order({ type: 'restartEngine' }, 'The engine was killed and is being started again')}>
            Kill and restart
          </Button>
          <span className="pd-muted">Ends the workers of this tab at once. What was under way is done again; nothing that was answered is lost.</span>
        </p>
      )}
    </Card>
  );
}

function ClockCard({ status }: { readonly status: EngineStatus }): ReactElement {
  const now = useNow();
  const { offset } = useDevtools().ticker;
  return (
    <Card title="Clock">
      <FactList
        facts={[
          ['Time', <time key="now">{new Date(now).toLocaleString('en', { dateStyle: 'medium', timeStyle: 'medium', hour12: false })}</time>],
          ['UTC', `${new Date(now).toISOString().slice(0, 19)}Z`],
          ['Goes', offset === 0 ? 'with the clock of this machine' : `${formatDuration(Math.abs(offset))} ${offset > 0 ? 'ahead of' : 'behind'} this page`],
          ['Next due', status.nextWake === undefined ? 'nothing' : <CountDown key="due" until={status.nextWake} />],
        ]}
      />
    </Card>
  );
}

function CommitsCard({ info }: EnginePageState): ReactElement {
  const { commits } = info?.engine ?? {};
  const written = info?.status.store;
  const rate = (count: number, seconds: number): string => {
    const perSecond = (count / seconds).toLocaleString('en', { maximumFractionDigits: 1 });
    return `${perSecond} a second, ${count.toLocaleString('en')} in the last ${seconds === 60 ? 'minute' : `${seconds} s`}`;
  };
  return (
    <Card title="Commits">
      {commits ? (
        <FactList
          facts={[
            ['Commits', rate(commits.commits, commits.seconds)],
            ['Events', rate(commits.events, commits.seconds)],
            ['Median', commits.latency && formatDuration(commits.latency.p50)],
            ['99th percentile', commits.latency && `${formatDuration(commits.latency.p99)}, of the last ${commits.latency.count.toLocaleString('en')}`],
            ['In all', written && `${written.commits.toLocaleString('en')} commits, ${written.puts.toLocaleString('en')} rows written`],
          ]}
        />
      ) : (
        <p className="pd-muted">The engine does not tell now.</p>
      )}
    </Card>
  );
}
