/** The playground's frame: its name, how the engine fares, and one example. */
import { StatusBadge } from '@perdure/devtools-ui';
import type { ReactElement, ReactNode } from 'react';
import { useStore } from 'zustand';
import type { EngineStore } from './engine.ts';
import { engineOutlook } from './engine-words.ts';

export interface ShellProps {
  readonly engine: EngineStore;
  /** Boots an engine that has failed once more. */
  readonly onRestart: () => void;
  readonly children: (isEngineReady: boolean) => ReactNode;
}

export function Shell({ engine, onRestart, children }: ShellProps): ReactElement {
  const status = useStore(engine, (state) => state.status);
  const { tone, label, notice, isReady } = engineOutlook(status);
  return (
    <div className="pd page">
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
      {children(isReady)}
    </div>
  );
}
