/** Beside the tab: what is selected, else what the run has under way, what its queries say, and the last failure that was retried. */
import type { ReactElement } from 'react';
import type { RunPage } from '../../state/run-page.ts';
import { useValue } from '../../state/use-value.ts';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { useRoute, useSession } from '../context.ts';
import { FailureView } from '../failure-view.tsx';
import { EventDetails } from './event-details.tsx';
import { EventLink } from './event-link.tsx';
import { PendingCards } from './pending-tab.tsx';
import { QueryCards } from './query-cards.tsx';

export { runStyles } from './run.styles.ts';

export interface InspectorProps {
  readonly page: RunPage;
}

export function Inspector({ page }: InspectorProps): ReactElement {
  const eventId = useRoute((route) => route.eventId);
  return (
    <aside className="pd-inspector pd-scroll" aria-label={eventId === undefined ? 'Under way' : 'Details'}>
      {eventId === undefined ? <Overview page={page} /> : <EventDetails page={page} eventId={eventId} />}
    </aside>
  );
}

function Overview({ page }: { readonly page: RunPage }): ReactElement {
  const session = useSession();
  const { described } = useValue(page.store, (state) => state);
  const failing = described?.pendingActivities.find(({ lastFailure }) => lastFailure);
  const closed = useValue(page.store, ({ events }) => events.at(-1));
  return (
    <div className="pd-overview">
      {closed?.type === 'WorkflowExecutionFailed' && (
        <section>
          <h3>Why it failed</h3>
          <FailureView failure={closed.attributes.failure} />
        </section>
      )}
      <section>
        <h3>Pending</h3>
        <PendingCards page={page} />
      </section>
      {session.can('query') && (
        <section>
          <h3>Queries, after every step</h3>
          <QueryCards page={page} />
        </section>
      )}
      {failing?.lastFailure && (
        <section>
          <h3>Last failure, to be retried</h3>
          <div className="pd-card">
            <p>
              <StatusBadge tone="backing off" label={<EventLink eventId={failing.scheduledEventId} label={failing.activityType} />} />
            </p>
            <FailureView failure={failing.lastFailure} next="It is tried again." />
          </div>
        </section>
      )}
    </div>
  );
}
