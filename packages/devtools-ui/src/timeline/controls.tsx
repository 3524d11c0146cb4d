/** Buttons for what wheel and keys do, the way back through zooms, and the legend. */
import type { ReactElement } from 'react';
import { formatClock } from '../models/duration.ts';
import { Button } from '../ui/button.tsx';
import { Legend } from './legend.tsx';
import type { TimelineModel } from './use-timeline.ts';

export interface ControlsProps {
  readonly timeline: TimelineModel;
  readonly isTable: boolean;
  readonly onTable: (isTable: boolean) => void;
}

const ZOOM = 1.5;

export function Controls({ timeline: { store, state }, isTable, onTable }: ControlsProps): ReactElement {
  const { crumbs, mode, isFolding, folds, domain, isFit, live } = state;
  const canFold = folds.length > 0 || live !== undefined || !isFolding;
  return (
    <fieldset className="pd-tl-controls" aria-label="View of the timeline">
      {!isTable && (
        <>
          <Button look="quiet" aria-label="Zoom out" title="Zoom out (S)" onClick={() => store.zoom(1 / ZOOM)}>
            −
          </Button>
          <Button look="quiet" aria-label="Zoom in" title="Zoom in (W)" onClick={() => store.zoom(ZOOM)}>
            +
          </Button>
          <Button look="quiet" aria-pressed={isFit} title="Show the whole run (0)" onClick={store.fit}>
            Fit
          </Button>
          {domain.isOpen && (
            <Button look="quiet" aria-pressed={mode === 'live'} title="Follow the run (L)" onClick={store.goLive}>
              Live
            </Button>
          )}
          {canFold && (
            <Button look="quiet" aria-pressed={isFolding} title="Draw stretches without events at a fixed width" onClick={store.toggleFolding}>
              Fold idle time
            </Button>
          )}
          {crumbs.length > 0 && (
            <nav className="pd-tl-crumbs" aria-label="Zooms">
              {crumbs.map((crumb, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a crumb is its place in the way back
                <Button key={index} look="quiet" onClick={() => store.backTo(index)}>
                  {index === 0 ? 'All' : formatClock(crumb.start).slice(0, 8)}
                </Button>
              ))}
              <span>zoomed</span>
            </nav>
          )}
        </>
      )}
      <span className="pd-tl-spring" />
      <Button look="quiet" aria-pressed={isTable} onClick={() => onTable(!isTable)}>
        Table
      </Button>
      <Legend />
    </fieldset>
  );
}
