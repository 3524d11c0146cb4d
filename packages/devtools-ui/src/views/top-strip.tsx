/** The line above all: which engine, how it fares, how much is open; where to; what one has set. */
import type { MouseEvent, ReactElement, ReactNode } from 'react';
import { engineWords } from '../models/engine-words.ts';
import { DENSITIES, THEMES } from '../state/preferences.ts';
import { useValue } from '../state/use-value.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Menu } from '../ui/menu.tsx';
import { StatusIcon } from '../ui/status-badge.tsx';
import { useDevtools, useNow, useRoute, useSession, useSize } from './context.ts';

export interface TopStripProps {
  readonly onPalette: () => void;
  readonly onKeys: () => void;
  /** Buttons of the host: dock, window, close. */
  readonly toolbar?: ReactNode;
}

export function TopStrip({ onPalette, onKeys, toolbar }: TopStripProps): ReactElement {
  const size = useSize();
  return (
    <header className="pd-strip">
      <Places />
      <EngineChip />
      {size !== 'narrow' && <Facts />}
      <span className="pd-strip-end">
        {size === 'narrow' ? (
          <IconButton icon="search" name="Find or run" onClick={onPalette} />
        ) : (
          <Button onClick={onPalette} className="pd-button pd-palette-button">
            Find or run… <kbd>Ctrl K</kbd>
          </Button>
        )}
        <ImportButton />
        <Settings onKeys={onKeys} />
        {toolbar}
      </span>
    </header>
  );
}

function Places(): ReactElement {
  const { navigation } = useDevtools();
  const page = useRoute((route) => route.page);
  const file = useRoute((route) => route.file);
  return (
    <nav className="pd-places" aria-label="Devtools">
      <Button look="quiet" aria-current={page !== 'log' ? 'page' : undefined} onClick={() => navigation.go({ page: 'workflows' })}>
        Workflows
      </Button>
      <Button look="quiet" aria-current={page === 'log' ? 'page' : undefined} onClick={() => navigation.go({ page: 'log' })}>
        Log
      </Button>
      {file !== undefined && <CloseFile file={file} />}
    </nav>
  );
}

function CloseFile({ file }: { readonly file: string }): ReactElement {
  const { closeFile } = useDevtools();
  return (
    <Button className="pd-chip" onClick={() => closeFile(file)} title="Back to the engine">
      <Icon name="file" />
      <span className="pd-cut-text">{file}</span>
      <Icon name="cross" />
      <span className="pd-visually-hidden">Close the file</span>
    </Button>
  );
}

function EngineChip(): ReactElement | null {
  const { backend, store } = useSession();
  const status = useValue(store, (state) => state.status);
  const reach = useValue(store, (state) => state.reach);
  const source = backend.describe();
  if (source.kind === 'file') return null;
  const { tone, label, hint } = engineWords(source, status, reach);
  return (
    <span className="pd-chip pd-engine" role="status" title={hint} data-testid="devtools-engine">
      <StatusIcon tone={tone} />
      {label}
    </span>
  );
}

function Facts(): ReactElement {
  const { store, runs } = useSession();
  const status = useValue(store, (state) => state.status);
  const counts = useValue(runs.store, (state) => state.counts);
  const query = useRoute((route) => route.query);
  const isLive = status !== undefined;
  return (
    <>
      {isLive && <Clock />}
      {query === '' && counts.RUNNING !== undefined && <span className="pd-chip">{counts.RUNNING.toLocaleString('en')} running</span>}
      {isLive && <span className="pd-chip">{status.store.durability}</span>}
    </>
  );
}

/** The engine's clock. */
function Clock(): ReactElement {
  const now = useNow();
  return (
    <time className="pd-chip pd-count" title={`The engine's clock: ${new Date(now).toISOString()}`} dateTime={new Date(now).toISOString()}>
      {new Date(now).toLocaleTimeString('en', { hour12: false })}
    </time>
  );
}

function ImportButton(): ReactElement {
  const { importFile } = useDevtools();
  const pick = ({ currentTarget }: MouseEvent): void => {
    // Made when it is needed: a hidden field would stand in the way of the host's own. Of the window that was clicked in: another one may not ask.
    const input = currentTarget.ownerDocument.createElement('input');
    input.type = 'file';
    input.accept = '.json,application/json';
    input.onchange = async () => {
      for (const file of input.files ?? []) await importFile(file.name, await file.text());
    };
    input.click();
  };
  return <IconButton icon="upload" name="Open a history file" onClick={pick} />;
}

function Settings({ onKeys }: { readonly onKeys: () => void }): ReactElement {
  const { preferences } = useDevtools();
  const { theme, density, hasLetterKeys } = useValue(preferences, (state) => state);
  return (
    <Menu
      label={<Icon name="settings" />}
      name="Settings"
      look="quiet"
      className="pd-button pd-icon-button"
      sections={[
        { title: 'Theme', items: THEMES.map((each) => ({ label: each, isChecked: each === theme, run: () => preferences.setState({ theme: each }) })) },
        { title: 'Rows', items: DENSITIES.map((each) => ({ label: each, isChecked: each === density, run: () => preferences.setState({ density: each }) })) },
        {
          title: 'Keys',
          items: [
            { label: 'Single letters act', isChecked: hasLetterKeys, run: () => preferences.setState({ hasLetterKeys: !hasLetterKeys }) },
            { label: 'Show all keys', icon: 'keyboard', run: onKeys },
          ],
        },
      ]}
    />
  );
}
