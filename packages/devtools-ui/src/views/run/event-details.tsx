/** All about one event: its group's other events, what it has to do with, and every attribute with its payloads decoded. */
import type { Failure } from '@perdure/core/common';
import type { HistoryEvent } from '@perdure/core/history';
import { type ReactElement, useMemo } from 'react';
import { summarize } from '../../models/event-summary.ts';
import { statusWords, titleOf } from '../../models/group-words.ts';
import { readable } from '../../models/payload-value.ts';
import { relatedEvents } from '../../models/related.ts';
import { TONES } from '../../models/status.ts';
import type { RunPage } from '../../state/run-page.ts';
import { useValue } from '../../state/use-value.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { JsonTree } from '../../ui/json-tree.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { useDevtools, useSize } from '../context.ts';
import { FailureView } from '../failure-view.tsx';
import { toneOf } from '../tone.ts';
import { formatAll, Moment, WordsView } from '../words-view.tsx';
import { useShowPayload } from './payloads-view.tsx';

export { runStyles } from './run.styles.ts';

export interface EventDetailsProps {
  readonly page: RunPage;
  readonly eventId: number;
}

export function EventDetails({ page, eventId }: EventDetailsProps): ReactElement {
  const { navigation } = useDevtools();
  const size = useSize();
  const { groups, events, version, isCaughtUp } = useValue(page.store, (state) => state);
  const event = groups.event(eventId);
  const group = groups.groupOf(eventId);
  // biome-ignore lint/correctness/useExhaustiveDependencies: groups change in place, which the version says
  const related = useMemo(() => relatedEvents(groups, eventId), [groups, version, eventId]);
  const close = (): void => navigation.adjust({ eventId: undefined });
  const select = (id: number): void => navigation.adjust({ eventId: id });
  if (!event)
    return (
      <div className="pd-details">
        <p className="pd-muted">{isCaughtUp ? `There is no event ${eventId}.` : `Event ${eventId} is being read…`}</p>
        <Button onClick={close}>Close</Button>
      </div>
    );
  const start = events[0]?.eventTime ?? 0;
  const title = group && titleOf(group);
  return (
    <section className="pd-details" aria-label={`Event ${eventId}`}>
      <header className="pd-details-head">
        {size === 'narrow' && <IconButton icon="chevronLeft" name="Back to the events" onClick={close} />}
        <h3>
          <span className="pd-muted">{eventId}</span> {event.type}
        </h3>
        <IconButton icon="cross" name="Close details" onClick={close} />
      </header>
      <p className="pd-muted" title={formatAll(event.eventTime, start)}>
        <Moment at={event.eventTime} start={start} /> · {new Date(event.eventTime).toISOString()}
      </p>
      {group && group.kind !== 'workflow' && group.kind !== 'workflow task' && (
        <p className="pd-details-group">
          <StatusBadge tone={toneOf(group.status)} label={TONES[toneOf(group.status)].label} /> {title?.what} <b>{title?.name}</b> {title?.more} ·{' '}
          <WordsView words={statusWords(group)} />
        </p>
      )}
      {related.length > 0 && (
        <ul className="pd-related" aria-label="Related events">
          {related.map(({ relation, eventId: id }) => (
            <li key={`${relation}-${id}`}>
              <span className="pd-muted">{relation}</span>{' '}
              <button type="button" className="pd-link" onClick={() => select(id)}>
                {id} {groups.event(id) && summarize(groups.event(id) as HistoryEvent).title}
              </button>
            </li>
          ))}
        </ul>
      )}
      <Attributes event={event} />
    </section>
  );
}

function Attributes({ event }: { readonly event: HistoryEvent }): ReactElement {
  const show = useShowPayload();
  const failure = failureOf(event);
  const value = useMemo(() => {
    const { failure: _, ...rest } = readable(event.attributes, show) as Record<string, unknown>;
    return failure ? rest : (readable(event.attributes, show) as Record<string, unknown>);
  }, [event, show, failure]);
  return (
    <>
      {failure && <FailureView failure={failure} />}
      <h4>Attributes</h4>
      <JsonTree value={value} label={`Attributes of event ${event.eventId}`} opensBelow={3} />
    </>
  );
}

function failureOf({ attributes }: HistoryEvent): Failure | undefined {
  const { failure } = attributes as { readonly failure?: Failure };
  return failure;
}
