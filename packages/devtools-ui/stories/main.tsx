/**
 * Looks at parts of the devtools without an engine: `?story=order`, `?story=batch&events=10000`, `?story=live`, `?story=golden&name=timers-race`.
 * `&theme=dark` and `&density=cosy` change its look. What the tests and the benchmark drive stands in `window.story`.
 */
import { type HistoryEvent, historyFileFromJson } from '@perdure/core/history';
import { type ReactElement, StrictMode, useEffect, useReducer, useState } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { Double } from '../src/backend/double.test-kit.ts';
import { describedRun } from '../src/models/described-run.ts';
import { RunGroups } from '../src/models/groups.ts';
import { createTicker } from '../src/state/ticker.ts';
import { adoptDevtoolsStyles } from '../src/styles.ts';
import { arrowStyles, legendStyles, overviewStyles, tableStyles } from '../src/timeline/parts.styles.ts';
import { timelineStyles } from '../src/timeline/timeline.styles.ts';
import { Timeline } from '../src/timeline/timeline.tsx';
import { adoptSheet } from '../src/ui/sheets.ts';
import { batch, invoice, order, T0 } from './histories.ts';

const parameters = new URLSearchParams(location.search);
const goldens = import.meta.glob<{ default: unknown }>('../../../conformance/golden/*.json');

interface Loaded {
  readonly groups: RunGroups;
  readonly now: number;
  readonly isLive: boolean;
}

declare global {
  interface Window {
    /** For tests and the benchmark. */
    readonly story: {
      /** Shows so many events of a batch from nothing. @returns ms until the browser has painted them */
      measure(events: number): Promise<number>;
      /** New events of the run that is shown, as the engine would tell them. */
      append(type: HistoryEvent['type'], attributes: object): void;
      /** Lets time go on, in ms. */
      advance(ms: number): void;
    };
  }
}

const backend = new Double();
backend.put('order-1001-invoice', 'invoice-run', invoice());
let time = T0;
const clock = { now: () => time, setTimer: () => () => undefined };
const ticker = createTicker(clock);
const run = { namespace: 'default', workflowId: 'order-1001', runId: 'order-run' };

async function load(): Promise<Loaded> {
  const groups = new RunGroups();
  const name = parameters.get('story') ?? 'order';
  if (name === 'golden') {
    const file = await goldens[`../../../conformance/golden/${parameters.get('name') ?? 'timers-race'}.json`]?.();
    if (!file) throw new Error(`there is no golden history of the name "${parameters.get('name')}"`);
    const { events } = historyFileFromJson(file.default).runs[Number(parameters.get('run') ?? 0)] ?? { events: [] };
    groups.append(events);
    return { groups, now: events.at(-1)?.eventTime ?? T0, isLive: groups.runEnd === undefined };
  }
  if (name === 'batch') {
    groups.append(batch(Number(parameters.get('events') ?? 1000)));
    return { groups, now: groups.runEnd ?? T0, isLive: false };
  }
  if (name === 'empty') return { groups, now: T0, isLive: true };
  const { events, seen, now } = order();
  groups.append(events);
  const described = describedRun('default', run, events);
  for (const each of seen) groups.observe({ ...described, ...each });
  return { groups, now, isLive: true };
}

function Stories({ loaded }: { readonly loaded: Loaded }): ReactElement {
  const [groups, setGroups] = useState(loaded.groups);
  const [selected, setSelected] = useState<number>();
  const [opened, setOpened] = useState<HistoryEvent>();
  const [, again] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    const story: Window['story'] = {
      async measure(count) {
        const events = batch(count);
        flushSync(() => setGroups(new RunGroups()));
        await painted();
        const begin = performance.now();
        const next = new RunGroups();
        next.append(events);
        flushSync(() => setGroups(next));
        await painted();
        return performance.now() - begin;
      },
      append(type, attributes) {
        groups.append([{ eventId: groups.eventCount + 1, eventTime: time, type, attributes } as unknown as HistoryEvent]);
        again();
      },
      advance(ms) {
        time += ms;
        ticker.store.setState({ now: time });
      },
    };
    Object.assign(window, { story });
  }, [groups]);
  return (
    <main className="pd pd-story" data-theme={parameters.get('theme') ?? undefined}>
      <h1 className="pd-visually-hidden">Stories of the devtools</h1>
      <div className="pd-story-pane">
        <Timeline
          label="Timeline of order-1001"
          groups={groups}
          version={groups.version}
          run={run}
          backend={backend}
          ticker={ticker}
          isLive={loaded.isLive}
          density={parameters.get('density') === 'cosy' ? 'cosy' : 'compact'}
          isVirtualTime={parameters.has('virtual')}
          selectedEventId={selected}
          onSelect={(selection) => {
            setSelected(selection?.run ? undefined : selection?.eventId);
            setOpened(selection?.opens && !selection.run ? groups.event(selection.eventId) : undefined);
          }}
        />
      </div>
      <section className="pd-story-inspector" aria-label="Inspector">
        {opened ? `${opened.eventId} ${opened.type}` : ''}
      </section>
    </main>
  );
}

/** After the browser has painted what was rendered. */
const painted = (): Promise<void> =>
  new Promise((resolve) =>
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve();
      port2.postMessage(undefined);
    }),
  );

adoptDevtoolsStyles(document);
for (const sheet of [timelineStyles, overviewStyles, arrowStyles, tableStyles, legendStyles]) adoptSheet(document, sheet);
const sheet = new CSSStyleSheet();
sheet.replaceSync(`
  .pd-story { display: flex; flex-direction: column; block-size: 100%; background: var(--pd-canvas); }
  .pd-story[data-theme="dark"] { color-scheme: dark; }
  .pd-story[data-theme="light"] { color-scheme: light; }
  .pd-story-pane { flex: 1; min-block-size: 0; }
  .pd-story-inspector { flex: none; min-block-size: 22px; padding-inline: 12px; border-block-start: 1px solid var(--pd-border); font: 12px/22px var(--pd-mono); }
`);
document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];

const loaded = await load();
time = loaded.now;
ticker.store.setState({ now: time });
const root = document.querySelector('#root');
if (!root) throw new Error('the page has no element "root"');
const isStrict = !parameters.has('bench');
createRoot(root).render(
  isStrict ? (
    <StrictMode>
      <Stories loaded={loaded} />
    </StrictMode>
  ) : (
    <Stories loaded={loaded} />
  ),
);
