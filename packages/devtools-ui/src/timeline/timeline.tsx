/** A run over time: what it did, what it does, and what it waits for, one row for each. */
import { type ReactElement, useEffect, useRef, useState } from 'react';
import type { Backend, RunRef } from '../backend/backend.ts';
import type { RunGroups } from '../models/groups.ts';
import type { Ticker } from '../state/ticker.ts';
import { useValue } from '../state/use-value.ts';
import { Controls } from './controls.tsx';
import { TimelineTable } from './parts.ts';
import { Plot } from './plot.tsx';
import { useTimeline } from './use-timeline.ts';

export interface TimelineSelection {
  readonly eventId: number;
  /** Show it in the inspector, and not only as selected. */
  readonly opens: boolean;
  /** Of a child that was opened in place; absent for the run itself. */
  readonly run?: RunRef;
}

export interface TimelineProps {
  readonly groups: RunGroups;
  /** `groups.version`: what changes in place is drawn anew when it differs. */
  readonly version: number;
  readonly run: RunRef;
  /** Names the timeline for those who do not see it: "Timeline of order-1001". */
  readonly label: string;
  /** The clock that the run goes by. It is watched while the run is open. */
  readonly ticker: Ticker;
  /** Whether time goes on for the run: it has not closed, and is no file. */
  readonly isLive: boolean;
  /** Whether all events that there are have come. */
  readonly isCaughtUp?: boolean;
  /** For children that are opened in place; without it they cannot be. */
  readonly backend?: Backend;
  readonly isVirtualTime?: boolean;
  readonly selectedEventId?: number | undefined;
  readonly onSelect: (selection: TimelineSelection | undefined) => void;
  readonly density?: 'compact' | 'cosy';
  /** Whether single letters act while the focus is in it. */
  readonly hasLetterKeys?: boolean;
  /** The folds that are open, by when something last happened before them, in ms since the epoch: for the address of the page. */
  readonly openedFolds?: readonly number[];
  readonly onOpenedFolds?: (opened: readonly number[]) => void;
}

export function Timeline(props: TimelineProps): ReactElement {
  const { label, ticker, isLive, density = 'compact', openedFolds, onOpenedFolds } = props;
  const [isTable, setIsTable] = useState(false);
  const now = useValue(ticker.store, (state) => state.now);
  const timeline = useTimeline(props, now);
  const { store, state } = timeline;

  useEffect(() => (isLive ? ticker.watch() : undefined), [isLive, ticker]);

  const told = useRef(state.opened);
  useEffect(() => {
    if (told.current !== state.opened) onOpenedFolds?.([...state.opened]);
    told.current = state.opened;
  }, [state.opened, onOpenedFolds]);
  // A link that is followed while the timeline is shown brings its folds along.
  const wanted = openedFolds?.join();
  useEffect(() => {
    if (wanted !== undefined) store.openFolds(wanted === '' ? [] : wanted.split(',').map(Number));
  }, [wanted, store]);

  return (
    <section className="pd-timeline" data-density={density} aria-label={label}>
      {isTable ? <TimelineTable timeline={timeline} {...props} /> : <Plot timeline={timeline} {...props} />}
      <Controls timeline={timeline} isTable={isTable} onTable={setIsTable} />
    </section>
  );
}
