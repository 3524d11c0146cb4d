/** The list's query: as text, as chips, as counts by status. All of them are the one query, which the address keeps. */
import { type FormEvent, type ReactElement, useEffect, useId, useRef, useState } from 'react';
import type { BackendError } from '../../backend/backend.ts';
import type { RunStatus } from '../../backend/shapes.ts';
import { chipLabel, meant, partsOf, statusesOf, statusesOfQuery, toggleStatus, withoutPart } from '../../models/filter.ts';
import { QUERY_STATUSES, statusLook } from '../../models/status.ts';
import { useValue } from '../../state/use-value.ts';
import { Icon } from '../../ui/icon.tsx';
import { StatusIcon } from '../../ui/status-badge.tsx';
import { useDevtools, useSession } from '../context.ts';
import { ViewsMenu } from './views-menu.tsx';

export function FilterBar(): ReactElement | null {
  const { navigation } = useDevtools();
  const session = useSession();
  const query = useValue(session.runs.store, (state) => state.query);
  const error = useValue(session.runs.store, (state) => state.error);
  if (!session.can('filter')) return null;
  const apply = (next: string): void => navigation.adjust({ query: next.trim() });
  return (
    <div className="pd-filter">
      <div className="pd-filter-line">
        <ViewsMenu onApply={apply} />
        <QueryField query={query} error={error?.kind === 'refused' ? error : undefined} onApply={apply} />
      </div>
      <Chips query={query} onApply={apply} />
    </div>
  );
}

interface QueryFieldProps {
  readonly query: string;
  readonly error: BackendError | undefined;
  readonly onApply: (query: string) => void;
}

function QueryField({ query, error, onApply }: QueryFieldProps): ReactElement {
  const [text, setText] = useState(query);
  const errorId = useId();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => setText(query), [query]);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const next = meant(text);
    setText(next);
    onApply(next);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: `search` is not known to all browsers yet
    <form className="pd-query" onSubmit={submit} role="search">
      <span className="pd-query-icon">
        <Icon name="search" />
      </span>
      <input
        ref={field}
        className="pd-input pd-mono"
        data-search=""
        aria-label="Filter of the list, in Temporal's query language"
        aria-invalid={error !== undefined}
        aria-describedby={error ? errorId : undefined}
        placeholder='Id, or WorkflowType = "order"'
        spellCheck={false}
        autoComplete="off"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') setText(query);
        }}
      />
      {error && <QueryError id={errorId} query={query} error={error} />}
    </form>
  );
}

/** Says what is wrong, and where. */
function QueryError({ id, query, error }: { readonly id: string; readonly query: string; readonly error: BackendError }): ReactElement {
  const { place } = error;
  const word = place && /^\s*(?:"[^"]*"?|'[^']*'?|\w+|\S)/.exec(query.slice(place.at))?.[0];
  return (
    <p className="pd-query-error" id={id} role="alert">
      {place ? (
        <>
          <code>
            {query.slice(0, place.at)}
            <mark>{word ?? '␣'}</mark>
            {query.slice(place.at + (word?.length ?? 0))}
          </code>
          <span>Expected {place.expected}.</span>
        </>
      ) : (
        error.message
      )}
    </p>
  );
}

function Chips({ query, onApply }: { readonly query: string; readonly onApply: (query: string) => void }): ReactElement {
  const counts = useValue(useSession().runs.store, (state) => state.counts);
  const wanted = statusesOfQuery(query);
  const statuses = (Object.keys(QUERY_STATUSES) as RunStatus[]).filter((status) => counts[status] || wanted.includes(QUERY_STATUSES[status]));
  const others = partsOf(query).filter(({ text }) => statusesOf(text) === undefined);
  return (
    <div className="pd-chips">
      {others.map(({ text }) => (
        <button
          type="button"
          key={text}
          className="pd-chip"
          data-part=""
          onClick={() => onApply(withoutPart(query, text))}
          aria-label={`Remove ${chipLabel(text)}`}
        >
          {chipLabel(text)}
          <Icon name="cross" />
        </button>
      ))}
      {statuses.map((status) => (
        <button
          type="button"
          key={status}
          className="pd-chip"
          aria-pressed={wanted.includes(QUERY_STATUSES[status])}
          onClick={() => onApply(toggleStatus(query, status))}
        >
          <StatusIcon tone={statusLook(status).tone} />
          {statusLook(status).label} <span className="pd-chip-count">{(counts[status] ?? 0).toLocaleString('en')}</span>
        </button>
      ))}
    </div>
  );
}
