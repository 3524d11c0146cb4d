/** The devtools as a React component that fills its parent. Mounted it listens, unmounted nothing of it is left. */
import {
  Component,
  type DragEvent,
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { BackendError } from '../backend/backend.ts';
import type { Devtools } from '../state/devtools.ts';
import { setPane } from '../state/preferences.ts';
import { useValue } from '../state/use-value.ts';
import { adoptDevtoolsStyles } from '../styles.ts';
import { Button } from '../ui/button.tsx';
import { copyText } from '../ui/copy.ts';
import { isRoot, SheetsContext } from '../ui/sheets.ts';
import { Split } from '../ui/split.tsx';
import { ToastList } from '../ui/toasts.tsx';
import { useWidth } from '../ui/use-width.ts';
import { DevtoolsContext, type PanelSize, SessionContext, SizeContext, useDevtools, useRoute, useSession, useSize } from './context.ts';
import { KeySheet, Palette, StartDialog } from './dialogs.ts';
import { actionOf } from './keys.ts';
import { WorkflowsView } from './list/workflows-view.tsx';
import { LogView } from './log-view.tsx';
import { ReachNotice } from './notice.tsx';
import { RUN_TABS } from './run/run-tabs.ts';
import { RunView } from './run/run-view.tsx';
import { ErrorPane } from './states.tsx';
import { TopStrip } from './top-strip.tsx';

export interface PanelProps {
  readonly devtools: Devtools;
  /** Buttons of the host at the end of its first line: dock, window, close. */
  readonly toolbar?: ReactNode;
}

const WIDE_PX = 900;
const MEDIUM_PX = 600;
const sizeOf = (width: number): PanelSize => (width >= WIDE_PX ? 'wide' : width >= MEDIUM_PX ? 'medium' : 'narrow');

export function Panel({ devtools, toolbar }: PanelProps): ReactElement {
  const root = useRef<HTMLElement>(null);
  const size = sizeOf(useWidth(root, 1200));
  const session = useValue(devtools.store, (state) => state.session);
  const { theme, density } = useValue(devtools.preferences, (state) => state);

  useLayoutEffect(() => {
    const document = root.current?.getRootNode();
    if (isRoot(document)) adoptDevtoolsStyles(document);
  }, []);
  useEffect(() => {
    // Of the window that shows it: not always that of the page.
    const document = root.current?.ownerDocument ?? globalThis.document;
    const look = (): void => devtools.ticker.setHidden(document.hidden);
    document.addEventListener('visibilitychange', look);
    look();
    const close = devtools.open();
    return () => {
      document.removeEventListener('visibilitychange', look);
      close();
    };
  }, [devtools]);

  return (
    <section ref={root} className="pd pd-panel" data-theme={theme} data-density={density} data-size={size} tabIndex={-1} aria-label="Perdure devtools">
      <Boundary toolbar={toolbar}>
        <DevtoolsContext value={devtools}>
          <SheetsContext value={root}>
            <SizeContext value={size}>
              {session ? (
                <SessionContext value={session}>
                  <Frame toolbar={toolbar} />
                </SessionContext>
              ) : (
                <NoSession />
              )}
              <ToastList toasts={devtools.toasts} />
            </SizeContext>
          </SheetsContext>
        </DevtoolsContext>
      </Boundary>
    </section>
  );
}

type Open = 'palette' | 'keys' | 'start';

function Frame({ toolbar }: { readonly toolbar: ReactNode }): ReactElement {
  const devtools = useDevtools();
  const session = useSession();
  const frame = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState<Open>();
  const close = useCallback(() => setOpen(undefined), []);
  const showKeys = useCallback(() => setOpen('keys'), []);
  const showStart = useCallback(() => setOpen('start'), []);
  const drop = useFileDrop();

  const onKeyDown = (event: KeyboardEvent): void => {
    const target = event.target as HTMLElement;
    const isTyping = /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.isContentEditable;
    const { hasLetterKeys } = devtools.preferences.getState();
    if (event.defaultPrevented || target.closest('dialog')) return;
    const action = actionOf(
      { key: event.key, ctrlKey: event.ctrlKey, metaKey: event.metaKey, altKey: event.altKey, isComposing: event.nativeEvent.isComposing },
      { isTyping, hasLetterKeys },
    );
    if (action === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    if (action === 'palette' || action === 'keys') setOpen(action);
    else if (action === 'search') frame.current?.querySelector<HTMLElement>('.pd-tab-panel [data-search], .pd-tab-panel [type=search], [data-search]')?.focus();
    else if (action === 'list') devtools.navigation.go({ page: 'workflows' });
    else if (action === 'log') devtools.navigation.go({ page: 'log' });
    else turnTab(devtools, session.can, action === 'next tab' ? 1 : -1);
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys and files that are dropped anywhere in the panel
    <div className="pd-frame" ref={frame} onKeyDown={onKeyDown} {...drop.handlers}>
      <TopStrip onPalette={() => setOpen('palette')} onKeys={showKeys} toolbar={toolbar} />
      <ReachNotice />
      <Main />
      {drop.isOver && <div className="pd-drop">Drop a history file to read it here</div>}
      {open === 'palette' && <Palette onClose={close} onStart={showStart} onKeys={showKeys} />}
      {open === 'keys' && <KeySheet onClose={close} />}
      {open === 'start' && <StartDialog onClose={close} />}
    </div>
  );
}

function turnTab({ navigation }: Devtools, can: (capability: NonNullable<(typeof RUN_TABS)[number]['capability']>) => boolean, step: 1 | -1): void {
  const { page, tab } = navigation.store.getState();
  if (page !== 'run') return;
  const tabs = RUN_TABS.filter(({ capability }) => capability === undefined || can(capability));
  const at = Math.max(
    0,
    tabs.findIndex(({ id }) => id === tab),
  );
  navigation.adjust({ tab: tabs[(at + step + tabs.length) % tabs.length]?.id });
}

function Main(): ReactElement {
  const { preferences } = useDevtools();
  const page = useRoute((route) => route.page);
  const run = useValue(useSession().store, (state) => state.page);
  const panes = useValue(preferences, (state) => state.panes);
  const size = useSize();
  if (page === 'log') return <LogView />;
  if (page !== 'run' || !run) return <WorkflowsView />;
  if (size !== 'wide') return <RunView key={keyOf(run)} page={run} />;
  return (
    <Split
      label="List and run"
      direction="row"
      sized="first"
      size={panes['list']}
      initialSize={292}
      minSize={200}
      minOther={560}
      onSize={(next) => setPane(preferences, 'list', next)}
      first={<WorkflowsView />}
      second={<RunView key={keyOf(run)} page={run} />}
    />
  );
}

const keyOf = (page: { readonly store: { getState(): { readonly ref: { readonly workflowId: string; readonly runId?: string } } } }): string =>
  page.store.getState().ref.workflowId;

/** The file that the address names is not here any more: a page that was loaded anew has none. */
function NoSession(): ReactElement {
  const { navigation } = useDevtools();
  const file = useRoute((route) => route.file);
  if (file === undefined) return <p className="pd-empty" />;
  return (
    <div className="pd-padded">
      <ErrorPane error={new BackendError('notFound', `The file "${file}" is not open: open it again to read it`)} />
      <Button onClick={() => navigation.go({ file: undefined })}>Back to the engine</Button>
    </div>
  );
}

/** Files that are dropped on the panel are opened for reading. */
function useFileDrop() {
  const { importFile } = useDevtools();
  const [isOver, setIsOver] = useState(false);
  const depth = useRef(0);
  const hasFiles = (event: DragEvent): boolean => event.dataTransfer.types.includes('Files');
  return {
    isOver,
    handlers: {
      onDragEnter: (event: DragEvent) => {
        if (!hasFiles(event)) return;
        depth.current += 1;
        setIsOver(true);
      },
      onDragOver: (event: DragEvent) => {
        if (hasFiles(event)) event.preventDefault();
      },
      onDragLeave: (event: DragEvent) => {
        if (!hasFiles(event)) return;
        depth.current -= 1;
        if (depth.current <= 0) setIsOver(false);
      },
      onDrop: async (event: DragEvent) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        event.stopPropagation();
        depth.current = 0;
        setIsOver(false);
        for (const file of [...event.dataTransfer.files]) await importFile(file.name, await file.text());
      },
    },
  };
}

/** A fault of the panel stays in the panel. */
class Boundary extends Component<{ readonly children: ReactNode; readonly toolbar: ReactNode }, { readonly error: Error | undefined }> {
  override state: { readonly error: Error | undefined } = { error: undefined };

  static getDerivedStateFromError(error: Error): { readonly error: Error } {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <div className="pd-crash" role="alert">
        <p>The devtools have crashed: {error.message}</p>
        <Button onClick={() => this.setState({ error: undefined })}>Reopen</Button>
        <Button icon="copy" onClick={() => void copyText(`${error.message}\n${error.stack ?? ''}`)}>
          Copy report
        </Button>
        {this.props.toolbar}
      </div>
    );
  }
}
