/** Item 3: a run that goes on by 1,000 events a second, with the panel open and closed, and a host that is clicked meanwhile. */
import type { HistoryEvent } from '@perdure/core/history';
import { createCrowd, summaryOf } from './crowd.ts';
import { painted, wait, whenPainted } from './measure.ts';
import { openPanel, place } from './panel.ts';

declare const commits: { count: number };

export interface FloodFigures {
  readonly events: number;
  /** ms from each click of the host's button, as the browser stamps it, until its answer is painted. */
  readonly clicks: number[];
  /** Of React, in each frame. */
  readonly commits: number[];
  readonly longTasks: number[];
}

/** What goes on, and what ends it: the panel stays open behind the flood, so that what it holds can be weighed. */
let closePanel = (): void => undefined;

export async function flood(seconds: number, isOpen: boolean): Promise<FloodFigures> {
  const summary = { ...summaryOf(0, Date.now(), true), workflowType: 'batch' };
  const crowd = createCrowd([summary]);
  if (isOpen) {
    const panel = openPanel(crowd);
    closePanel = panel.close;
    await whenPainted(place(), '.pd-run');
    panel.devtools.navigation.go({ page: 'run', workflowId: summary.workflowId, runId: summary.runId });
    await wait(1_000);
  }
  const watch = watchPage();
  const worker = new Worker(new URL('./flood.worker.ts', import.meta.url), { type: 'module', name: 'flood' });
  let events = 0;
  await new Promise<void>((resolve, reject) => {
    worker.onerror = ({ message }) => reject(new Error(`the flood failed: ${message}`));
    worker.onmessage = ({ data }: MessageEvent<readonly HistoryEvent[] | 'done'>) => {
      if (data === 'done') return resolve();
      events += data.length;
      crowd.tell('events', { runId: summary.runId, events: data, isCaughtUp: true });
      crowd.tell('changes', { changes: [{ workflowId: summary.workflowId, runId: summary.runId, historyLength: events }], mayBeMissing: false });
    };
    worker.postMessage(seconds);
  });
  worker.terminate();
  return { events, ...watch() };
}

export async function endFlood(): Promise<void> {
  closePanel();
  closePanel = () => undefined;
  await painted();
}

function watchPage(): () => Omit<FloodFigures, 'events'> {
  const found = { clicks: [] as number[], commits: [] as number[], longTasks: [] as number[] };
  const button = document.querySelector('#host') as HTMLElement;
  const onClick = async ({ timeStamp }: Event): Promise<void> => {
    button.textContent = `clicked ${found.clicks.length + 1} times`;
    await painted();
    found.clicks.push(performance.now() - timeStamp);
  };
  button.addEventListener('click', onClick);
  const observer = new PerformanceObserver((list) => found.longTasks.push(...list.getEntries().map(({ duration }) => duration)));
  observer.observe({ type: 'longtask' });
  let last = commits.count;
  let isOver = false;
  const frame = (): void => {
    found.commits.push(commits.count - last);
    last = commits.count;
    if (!isOver) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  return () => {
    isOver = true;
    button.removeEventListener('click', onClick);
    observer.disconnect();
    return found;
  };
}
