/** Views of the panel over a history file, as markup. */
import type { HistoryRun } from '@perdure/core/history';
import type { ReactElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { createFileBackend } from '../backend/file-backend.ts';
import { createDevtools, type Devtools } from '../state/devtools.ts';
import { ManualClock, settle } from '../state/manual-clock.test-kit.ts';
import { memoryRouter } from '../state/router.ts';
import { DevtoolsContext, SessionContext, SizeContext } from './context.ts';
import { EventDetails, Inspector } from './run/details.ts';
import { RUN_TABS } from './run/run-tabs.ts';

/** The panel over a file with this run, when all of it has been read. */
export async function opened(run: HistoryRun): Promise<Devtools> {
  const workflowId = run.workflowId || 'workflow';
  const runId = run.runId || 'run';
  const backend = createFileBackend({ label: 'golden', file: { runs: [{ ...run, workflowId, runId }] } });
  const frames: (() => void)[] = [];
  const scheduleFrame = (show: () => void) => {
    frames.push(show);
    return () => undefined;
  };
  const devtools = createDevtools({ backend, router: memoryRouter(), clock: new ManualClock(Date.UTC(2026, 11, 1)), scheduleFrame });
  devtools.open();
  devtools.navigation.go({ page: 'run', workflowId, runId });
  for (let turn = 0; turn < 4; turn += 1) {
    await settle();
    for (const show of frames.splice(0)) show();
  }
  return devtools;
}

export function draw(devtools: Devtools, view: ReactElement): string {
  const { session } = devtools.store.getState();
  if (!session) throw new Error('the panel is closed');
  return renderToStaticMarkup(
    <DevtoolsContext value={devtools}>
      <SizeContext value="wide">
        <SessionContext value={session}>{view}</SessionContext>
      </SizeContext>
    </DevtoolsContext>,
  );
}

/** Parts that are loaded when they are first shown, so that drawing does not wait for them. */
export async function loadViews(): Promise<void> {
  // The timeline measures itself, so it is drawn in browsers alone.
  const tabs = RUN_TABS.filter(({ id }) => id !== 'timeline');
  for (const part of [EventDetails, Inspector, ...tabs.map(({ Component }) => Component)]) await part.load();
}
