import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { Double, ENGINE } from '../../backend/double.test-kit.ts';
import { createDevtools } from '../../state/devtools.ts';
import { settle } from '../../state/manual-clock.test-kit.ts';
import { DevtoolsContext, SessionContext } from '../context.ts';
import { StorageCard } from './storage-card.tsx';
import { HandOversCard, NamespacesCard, TabsCard, WorkersCard } from './tables.tsx';

async function rendered(capabilities: Double['capabilities'], view: React.ReactNode): Promise<string> {
  const backend = new Double();
  backend.capabilities = capabilities;
  backend.code = { ...backend.code, workflowTypes: ['order', 'trial'] };
  const devtools = createDevtools({ backend, clock: { now: () => 65_000, setTimer: () => () => undefined }, scheduleFrame: () => () => undefined });
  const close = devtools.open();
  await settle();
  const html = renderToStaticMarkup(
    <DevtoolsContext value={devtools}>
      <SessionContext value={devtools.store.getState().session}>{view}</SessionContext>
    </DevtoolsContext>,
  );
  close();
  return html
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

test('tabs are listed with what is known of each, and the own one is marked', async () => {
  expect(await rendered([], <TabsCard info={ENGINE} />)).toBe(
    'Tabs Tab Role For Page Heard of Version tab-1 this tab leads 1 m 5 s visible 1 m 5 s ago 0.1.0 tab-2 follows 1 m 5 s not yet',
  );
  expect(await rendered([], <TabsCard info={{ status: ENGINE.status }} />)).toContain('No tab is known of');
});

test('who has led is listed, the engine that was there at first too', async () => {
  expect(await rendered([], <HandOversCard />)).toMatch(/^Hand-overs Seen at Epoch Led by Without an engine \d\d:\d\d:\d\d\S* this tab$/);
});

test('workers are listed with their task queues, and the types of the code below', async () => {
  expect(await rendered([], <WorkersCard info={ENGINE} />)).toBe(
    'Workers Worker Task queues Last poll Workflow tasks Activities perdure default 1 m 5 s ago 0 2 Workflow types of the code: order, trial',
  );
});

test('storage tells what is used, and offers to ask for persistence where it can be had', async () => {
  const words = await rendered(['persistStorage'], <StorageCard info={ENGINE} onAsked={() => undefined} />);
  expect(words).toContain('2 KiB of 1 MiB, 0.2 %');
  expect(words).toContain('it may evict it');
  expect(words).toContain('Ask for persistence');
  const kept = { ...ENGINE, storage: { usage: 0, quota: 0, isPersisted: true } };
  expect(await rendered(['persistStorage'], <StorageCard info={kept} onAsked={() => undefined} />)).not.toContain('Ask for persistence');
  expect(await rendered([], <StorageCard info={{ status: ENGINE.status }} onAsked={() => undefined} />)).toContain('does not tell how much is kept');
});

test('namespaces are listed with how long they keep closed runs', async () => {
  const namespaces = [
    { name: 'default', state: 'REGISTERED' as const, description: '', retention: 0 },
    { name: 'team', state: 'DEPRECATED' as const, description: 'Of the team', retention: 259_200_000 },
  ];
  expect(await rendered([], <NamespacesCard namespaces={namespaces} />)).toBe(
    'Namespaces Name State Keeps closed runs Description default registered for ever team deprecated 3 d Of the team',
  );
});
