/** What went between the run and the world: messages that came, and forms for more; queries, asked as the run goes on. */

import type { WirePayloads } from '@perdure/core/common';
import type { HistoryEvent } from '@perdure/core/history';
import { type ReactElement, useMemo, useState } from 'react';
import { argumentTexts } from '../../models/arguments.ts';
import { formatDuration } from '../../models/duration.ts';
import type { Group } from '../../models/group.ts';
import { messagesOf } from '../../models/run-counts.ts';
import { visibleText } from '../../models/visible-text.ts';
import type { RunPage } from '../../state/run-page.ts';
import { useValue } from '../../state/use-value.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { StatusIcon } from '../../ui/status-badge.tsx';
import { useSession } from '../context.ts';
import { toneOf } from '../tone.ts';
import { Moment } from '../words-view.tsx';
import { EventLink } from './event-link.tsx';
import { MessageForm } from './message-dialog.tsx';
import { PayloadsView } from './payloads-view.tsx';
import { QueryCards } from './query-cards.tsx';

export { runStyles } from './run.styles.ts';

/** More than these are in the list of events. */
const MOST_MESSAGES = 200;

export function MessagesTab({ page }: { readonly page: RunPage }): ReactElement {
  const session = useSession();
  const { described, ref } = useValue(page.store, (state) => state);
  const run = { ...ref, ...(described && { runId: described.summary.runId }) };
  const isOpen = described?.summary.status === 'RUNNING';
  return (
    <div className="pd-scroll pd-padded pd-messages">
      <section aria-label="Messages">
        <h3>Messages</h3>
        <Conversation page={page} />
      </section>
      {isOpen && (session.can('signal') || session.can('update')) && (
        <section aria-label="Send">
          {session.can('signal') && (
            <>
              <h3>Send a signal</h3>
              <MessageForm page={page} kind="signal" run={run} />
            </>
          )}
          {session.can('update') && (
            <>
              <h3>Send an update</h3>
              <MessageForm page={page} kind="update" run={run} />
            </>
          )}
        </section>
      )}
      {session.can('query') && (
        <section aria-label="Queries">
          <h3>Queries, after every step</h3>
          <QueryCards page={page} />
        </section>
      )}
    </div>
  );
}

function Conversation({ page }: { readonly page: RunPage }): ReactElement {
  const state = useValue(page.store, (each) => each);
  const { groups, version, events } = state;
  // biome-ignore lint/correctness/useExhaustiveDependencies: groups change in place, which the version says
  const messages = useMemo(() => messagesOf({ groups }), [groups, version]);
  if (messages.length === 0) return <p className="pd-muted">No message has come or gone.</p>;
  const shown = messages.slice(-MOST_MESSAGES).reverse();
  return (
    <>
      <ul className="pd-cards">
        {shown.map((group) => (
          <Message key={group.id} group={group} page={page} start={events[0]?.eventTime ?? 0} />
        ))}
      </ul>
      {messages.length > MOST_MESSAGES && (
        <p className="pd-muted">
          The last {MOST_MESSAGES} of {messages.length.toLocaleString('en')}; the list of events has them all.
        </p>
      )}
    </>
  );
}

function Message({ group, page, start }: { readonly group: Group; readonly page: RunPage; readonly start: number }): ReactElement {
  const session = useSession();
  const { described, ref } = useValue(page.store, (state) => state);
  const [isResending, setIsResending] = useState(false);
  const { what, from, payloads } = partsOf(group.events[0]);
  const kind = group.kind === 'signal' || group.kind === 'update' ? group.kind : undefined;
  const canResend = kind !== undefined && described?.summary.status === 'RUNNING' && session.can(kind);
  const outcome = group.kind === 'update' ? outcomeOf(group.events.at(-1)) : undefined;
  return (
    <li className="pd-card">
      <div className="pd-card-line">
        <span>
          <StatusIcon tone={toneOf(group.status)} /> {what} <EventLink eventId={group.id} label={group.subject} />{' '}
          <span className="pd-muted">{visibleText(from)}</span>
        </span>
        <span className="pd-muted">
          <Moment at={group.start} start={start} />
        </span>
      </div>
      {payloads && <PayloadsView payloads={payloads} label={`Arguments of ${group.subject}`} isInline />}
      {outcome}
      {group.kind === 'update' && group.end !== undefined && <p className="pd-muted">answered after {formatDuration(group.end - group.start)}</p>}
      {canResend && (
        <p className="pd-actions">
          <Button look="quiet" onClick={() => setIsResending(true)}>
            Send again…
          </Button>
        </p>
      )}
      {isResending && kind && (
        <Dialog title={`Send ${group.subject} again`} onClose={() => setIsResending(false)}>
          <MessageForm
            page={page}
            kind={kind}
            run={{ ...ref }}
            like={{ name: group.subject, args: argumentTexts(payloads) }}
            onSent={() => setIsResending(false)}
          />
        </Dialog>
      )}
    </li>
  );
}

interface MessageParts {
  readonly what: string;
  readonly from: string;
  readonly payloads?: WirePayloads | undefined;
}

function partsOf(event: HistoryEvent | undefined): MessageParts {
  switch (event?.type) {
    case 'WorkflowExecutionSignaled': {
      const { externalWorkflowExecution: workflow, identity, input } = event.attributes;
      return { what: 'in: signal', from: workflow ? `from ${workflow.workflowId}` : identity ? `from ${identity}` : '', payloads: input };
    }
    case 'WorkflowExecutionCancelRequested':
      return { what: 'in: cancel', from: event.attributes.identity ? `from ${event.attributes.identity}` : '' };
    case 'SignalExternalWorkflowExecutionInitiated':
      return { what: 'out: signal', from: `to ${event.attributes.workflowExecution.workflowId}`, payloads: event.attributes.input };
    case 'RequestCancelExternalWorkflowExecutionInitiated':
      return { what: 'out: cancel', from: `to ${event.attributes.workflowExecution.workflowId}` };
    case 'WorkflowExecutionUpdateAdmitted':
      return { what: 'in: update', from: fromWhom(event.attributes.request.meta.identity), payloads: event.attributes.request.input.args };
    case 'WorkflowExecutionUpdateAccepted': {
      const request = event.attributes.acceptedRequest;
      return { what: 'in: update', from: fromWhom(request?.meta.identity), payloads: request?.input.args };
    }
    default:
      return { what: 'message', from: '' };
  }
}

const fromWhom = (identity: string | undefined): string => (identity ? `from ${identity}` : '');

function outcomeOf(event: HistoryEvent | undefined): ReactElement | undefined {
  if (event?.type !== 'WorkflowExecutionUpdateCompleted') return undefined;
  const { outcome } = event.attributes;
  if ('failure' in outcome) return <p className="pd-last-failure">{outcome.failure.message}</p>;
  return (
    <p>
      answer <PayloadsView payloads={outcome.success} label="Answer of the update" isInline />
    </p>
  );
}
