/** The playground's frame: its name and how the engine fares; above, one example; below, the devtools. */
import { type Devtools, Icon, Panel, Split, StatusBadge } from '@perdure/devtools-ui/parts';
import { type ReactElement, type ReactNode, useState } from 'react';
import { useStore } from 'zustand';
import type { EngineStore } from './engine.ts';
import { engineOutlook } from './engine-words.ts';
import { useIsNarrow } from './use-is-narrow.ts';

export interface ShownExample {
  readonly id: string;
  readonly title: string;
  readonly render: (isEngineReady: boolean) => ReactNode;
}

export interface ShellProps {
  readonly engine: EngineStore;
  /** Boots an engine that has failed once more. */
  readonly onRestart: () => void;
  /** The first one is shown at first. */
  readonly examples: readonly ShownExample[];
  readonly devtools: Devtools;
}

export function Shell({ engine, onRestart, examples, devtools }: ShellProps): ReactElement {
  const status = useStore(engine, (state) => state.status);
  const theme = useStore(devtools.preferences, (state) => state.theme);
  const { tone, label, notice, isReady } = engineOutlook(status);
  return (
    <div className="pd page" data-theme={theme}>
      <header className="masthead">
        <svg viewBox="0 0 32 32" aria-hidden="true">
          <rect width="32" height="32" rx="8" />
          <path d="M11 24V9h6.5a4.75 4.75 0 0 1 0 9.5H11" />
          <circle cx="22.5" cy="23" r="1.8" />
        </svg>
        <span className="masthead-name">Perdure</span>
        <span className="masthead-place">playground</span>
        <span className="masthead-engine" role="status" data-testid="engine">
          <StatusBadge tone={tone} label={label} isOpen={!isReady} />
        </span>
      </header>
      {notice && (
        <div className="banner" role="alert">
          <p>{notice}</p>
          {status?.state === 'failed' && (
            <button type="button" className="pd-button" onClick={onRestart}>
              Start it again
            </button>
          )}
        </div>
      )}
      <Halves example={<Gallery examples={examples} isReady={isReady} />} panel={<Panel devtools={devtools} toolbar={<OwnWindow />} />} devtools={devtools} />
    </div>
  );
}

/** The devtools by themselves, in a window that outlives this page. */
function OwnWindow(): ReactElement {
  return (
    <a
      className="pd-button pd-icon-button"
      data-look="quiet"
      href="/devtools.html"
      target="perdure-devtools"
      aria-label="Open the devtools in a window"
      title="Open the devtools in a window"
    >
      <Icon name="external" />
    </a>
  );
}

/** Above each other where there is room, else as two tabs. */
function Halves({ example, panel, devtools }: { readonly example: ReactNode; readonly panel: ReactNode; readonly devtools: Devtools }): ReactElement {
  const isNarrow = useIsNarrow();
  const [half, setHalf] = useState<'example' | 'devtools'>('example');
  const height = useStore(devtools.preferences, (state) => state.panes['playground']);
  if (!isNarrow)
    return (
      <main className="halves">
        <Split
          label="Example and devtools"
          direction="column"
          sized="first"
          size={height}
          initialSize={300}
          minSize={80}
          minOther={200}
          onSize={(size) => devtools.preferences.setState(({ panes }) => ({ panes: { ...panes, playground: size } }))}
          first={example}
          second={panel}
        />
      </main>
    );
  return (
    <main className="halves halves-narrow">
      <nav className="half-tabs" aria-label="Parts of the page">
        {(['example', 'devtools'] as const).map((each) => (
          <button key={each} type="button" className="half-tab" aria-current={half === each ? 'page' : undefined} onClick={() => setHalf(each)}>
            {each === 'example' ? 'Example' : 'Devtools'}
          </button>
        ))}
      </nav>
      {half === 'example' ? example : panel}
    </main>
  );
}

function Gallery({ examples, isReady }: { readonly examples: readonly ShownExample[]; readonly isReady: boolean }): ReactElement {
  const [chosen, setChosen] = useState(examples[0]?.id);
  const example = examples.find(({ id }) => id === chosen) ?? examples[0];
  return (
    <div className="gallery">
      <nav className="gallery-list" aria-label="Examples">
        {examples.map(({ id, title }) => (
          <button key={id} type="button" className="gallery-item" aria-current={id === example?.id ? 'true' : undefined} onClick={() => setChosen(id)}>
            {title}
          </button>
        ))}
      </nav>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it can have the focus */}
      <section className="gallery-stage" aria-label={example?.title} tabIndex={0}>
        {example?.render(isReady)}
      </section>
    </div>
  );
}
