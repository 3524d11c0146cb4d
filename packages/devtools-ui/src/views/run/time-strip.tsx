/** The time of a run as one line, for all of its views: each step of its code is a place on it, and the last one is now. */

import type { HistoryEvent } from '@perdure/core/history';
import { type KeyboardEvent, type ReactElement, useEffect, useMemo, useState } from 'react';
import { formatClock, formatDuration } from '../../models/duration.ts';
import type { RunPage, RunPageState } from '../../state/run-page.ts';
import { useValue } from '../../state/use-value.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { useDevtools, useRoute, useViewState } from '../context.ts';

/** In the address: the completion of the workflow task that is shown; without it the run is shown as it is. */
const CURSOR = 'at';
const PLAY_MS = 1000;

/** The moment of the past that is shown, by its event; absent while the run is shown as it is. */
export function usePast(): number | undefined {
  const eventId = Number(useRoute(({ view }) => view[CURSOR] ?? ''));
  return eventId > 0 ? eventId : undefined;
}

/** The steps of the code, which are all the moments that there are. */
export function useSteps(page: RunPage): readonly HistoryEvent[] {
  const events = useValue(page.store, (state) => state.events);
  return useMemo(() => events.filter(({ type }) => type === 'WorkflowTaskCompleted'), [events]);
}

export function TimeStrip({ page }: { readonly page: RunPage }): ReactElement | null {
  const { navigation } = useDevtools();
  const [, setCursor] = useViewState(CURSOR);
  const past = usePast();
  const steps = useSteps(page);
  const { described } = useValue(page.store, (state: RunPageState) => state);
  const [isPlaying, setIsPlaying] = useState(false);
  const last = steps.length - 1;
  const index =
    past === undefined
      ? last
      : Math.max(
          0,
          steps.findLastIndex(({ eventId }) => eventId <= past),
        );
  const step = steps[index];
  const started = described?.summary.startTime ?? step?.eventTime ?? 0;

  const show = (next: number): void => {
    const event = steps[Math.min(Math.max(0, next), last)];
    setCursor(event === undefined || next >= last ? '' : String(event.eventId));
  };

  useEffect(() => {
    if (!isPlaying) return undefined;
    const timer = setTimeout(() => {
      const next = steps[index + 1];
      if (next === undefined || index + 1 >= last) setIsPlaying(false);
      navigation.setView(CURSOR, next === undefined || index + 1 >= last ? '' : String(next.eventId));
    }, PLAY_MS);
    return () => clearTimeout(timer);
  }, [isPlaying, index, last, steps, navigation]);

  if (!step || last < 1) return null;
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || past === undefined) return;
    event.stopPropagation();
    show(last);
  };
  const words = `step ${index + 1} of ${steps.length}, event ${step.eventId}, ${formatDuration(Math.max(0, step.eventTime - started))} after the start`;
  return (
    <section className="pd-time" data-past={past === undefined ? undefined : ''} aria-label="Time of the run" onKeyDown={onKeyDown}>
      <span className="pd-time-label">Time</span>
      <IconButton icon="chevronLeft" name="Step back" disabled={index === 0} onClick={() => show(index - 1)} />
      <input
        type="range"
        className="pd-time-range"
        aria-label="Step of the code"
        aria-valuetext={words}
        min={0}
        max={last}
        step={1}
        value={index}
        onChange={({ currentTarget }) => show(Number(currentTarget.value))}
      />
      <IconButton icon="chevronRight" name="Step on" disabled={index >= last} onClick={() => show(index + 1)} />
      <Button
        look="quiet"
        aria-pressed={isPlaying}
        onClick={() => {
          if (!isPlaying && index >= last) show(0);
          setIsPlaying(!isPlaying);
        }}
      >
        {isPlaying ? 'Stop' : 'Play'}
      </Button>
      <span className="pd-time-words">
        {past === undefined
          ? `${steps.length.toLocaleString('en')} steps`
          : `step ${index + 1} of ${steps.length} · event ${step.eventId} · ${formatClock(step.eventTime)}`}
      </span>
      {past === undefined ? (
        <span className="pd-time-live">{described?.summary.status === 'RUNNING' ? 'live' : 'the end'}</span>
      ) : (
        <Button look="primary" onClick={() => show(last)}>
          Return to {described?.summary.status === 'RUNNING' ? 'live' : 'the end'}
        </Button>
      )}
    </section>
  );
}
