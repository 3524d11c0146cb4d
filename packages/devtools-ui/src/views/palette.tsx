/** Finds a run, a view or something to do, by a few letters of its name. */

import { type KeyboardEvent, type ReactElement, useEffect, useId, useMemo, useRef, useState } from 'react';
import { bestFits } from '../models/fuzzy.ts';
import { statusLook, TONES } from '../models/status.ts';
import { visibleText } from '../models/visible-text.ts';
import { DENSITIES, THEMES, TIME_FORMATS } from '../state/preferences.ts';
import { useValue } from '../state/use-value.ts';
import type { IconName } from '../theme/icons.ts';
import { Icon } from '../ui/icon.tsx';
import { useDevtools, useRoute, useSession } from './context.ts';
import { RUN_TABS } from './run/run-tabs.ts';

interface Entry {
  readonly id: string;
  readonly label: string;
  readonly hint: string;
  readonly icon: IconName;
  readonly run: () => void;
}

const MOST = 50;

export interface PaletteProps {
  readonly onClose: () => void;
  readonly onStart: () => void;
  readonly onKeys: () => void;
}

export function Palette({ onClose, onStart, onKeys }: PaletteProps): ReactElement {
  const dialog = useRef<HTMLDialogElement>(null);
  const listId = useId();
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const entries = useEntries(onStart, onKeys, typed);
  const fits = useMemo(() => bestFits(entries, ({ label, hint }) => `${label} ${hint}`, typed, MOST), [entries, typed]);
  const active = fits[Math.min(at, fits.length - 1)];

  useEffect(() => {
    const element = dialog.current;
    if (element && !element.open) element.showModal();
    return () => element?.close();
  }, []);

  const run = (entry: Entry | undefined): void => {
    if (!entry) return;
    onClose();
    entry.run();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: fits.length - 1 }[event.key];
    if (to !== undefined && fits.length > 0) {
      event.preventDefault();
      const next = (to + fits.length) % fits.length;
      setAt(next);
      dialog.current?.querySelector(`[id="${CSS.escape(`${listId}-${next}`)}"]`)?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter') {
      event.preventDefault();
      run(active);
    }
  };

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it, natively
    <dialog
      ref={dialog}
      className="pd-dialog pd-palette"
      aria-label="Find or run"
      onClose={onClose}
      onClick={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      <input
        className="pd-palette-input"
        role="combobox"
        aria-expanded="true"
        aria-controls={listId}
        aria-activedescendant={active ? `${listId}-${fits.indexOf(active)}` : undefined}
        aria-label="Find a run, a view or an action"
        placeholder="Find a run, a view or an action"
        autoComplete="off"
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div className="pd-palette-list" role="listbox" id={listId} aria-label="What was found">
        {fits.map((entry, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above takes the keys
          // biome-ignore lint/a11y/useFocusableInteractive: the field above has the focus
          <div key={entry.id} id={`${listId}-${index}`} role="option" aria-selected={entry === active} className="pd-palette-item" onClick={() => run(entry)}>
            <Icon name={entry.icon} />
            <span className="pd-cut-text">{visibleText(entry.label)}</span>
            <span className="pd-muted">{entry.hint}</span>
          </div>
        ))}
      </div>
      {fits.length === 0 && <p className="pd-empty">Nothing fits.</p>}
    </dialog>
  );
}

function useEntries(onStart: () => void, onKeys: () => void, typed: string): readonly Entry[] {
  const { navigation, preferences } = useDevtools();
  const session = useSession();
  const runs = useValue(session.runs.store, (state) => state.runs);
  const isRun = useRoute((route) => route.page === 'run');
  const id = typed.trim();
  return useMemo(() => {
    const entries: Entry[] = [];
    if (isRun)
      for (const tab of RUN_TABS)
        if (tab.capability === undefined || session.can(tab.capability))
          entries.push({ id: `tab-${tab.id}`, label: tab.label, hint: 'view of this run', icon: 'list', run: () => navigation.adjust({ tab: tab.id }) });
    entries.push({ id: 'list', label: 'Workflows', hint: 'list of runs', icon: 'list', run: () => navigation.go({ page: 'workflows' }) });
    if (session.can('engine'))
      entries.push({ id: 'engine', label: 'Engine', hint: 'tabs, storage, workers', icon: 'activity', run: () => navigation.go({ page: 'engine' }) });
    entries.push({ id: 'log', label: 'Log', hint: 'what was ordered from here', icon: 'log', run: () => navigation.go({ page: 'log' }) });
    if (session.can('start')) entries.push({ id: 'start', label: 'Start a workflow…', hint: '', icon: 'play', run: onStart });
    entries.push({ id: 'keys', label: 'Show all keys', hint: '', icon: 'keyboard', run: onKeys });
    for (const theme of THEMES)
      entries.push({ id: `theme-${theme}`, label: `Theme: ${theme}`, hint: 'setting', icon: 'settings', run: () => preferences.setState({ theme }) });
    for (const density of DENSITIES)
      entries.push({ id: `rows-${density}`, label: `Rows: ${density}`, hint: 'setting', icon: 'settings', run: () => preferences.setState({ density }) });
    for (const timeFormat of TIME_FORMATS)
      entries.push({
        id: `times-${timeFormat}`,
        label: `Times: ${timeFormat}`,
        hint: 'setting',
        icon: 'clock',
        run: () => preferences.setState({ timeFormat }),
      });
    for (const run of runs.slice(0, 5000)) {
      const look = statusLook(run.status);
      entries.push({
        id: run.runId,
        label: run.workflowId,
        hint: `${run.workflowType}, ${look.label.toLowerCase()}`,
        icon: TONES[look.tone].icon,
        run: () => navigation.go({ page: 'run', workflowId: run.workflowId, runId: run.runId }),
      });
    }
    if (id !== '')
      entries.push({
        id: 'open',
        label: `Open the workflow "${id}"`,
        hint: 'by its id',
        icon: 'arrowRight',
        run: () => navigation.go({ page: 'run', workflowId: id }),
      });
    return entries;
  }, [isRun, session, runs, navigation, preferences, onStart, onKeys, id]);
}
