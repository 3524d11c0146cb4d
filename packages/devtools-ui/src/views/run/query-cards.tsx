/** The queries of a run as cards: asked again after each step of its code, with what changed marked. */
import { type FormEvent, type ReactElement, useEffect, useMemo, useState } from 'react';
import { changedPaths } from '../../models/changed-paths.ts';
import { readable } from '../../models/payload-value.ts';
import type { RunPage } from '../../state/run-page.ts';
import type { QueryCard } from '../../state/run-queries.ts';
import { useValue } from '../../state/use-value.ts';
import { Button } from '../../ui/button.tsx';
import { useSession } from '../context.ts';
import { PayloadsView, useShowPayload } from './payloads-view.tsx';

export function QueryCards({ page }: { readonly page: RunPage }): ReactElement | null {
  const session = useSession();
  const cards = useValue(page.queries.store, (state) => state.cards);
  const code = useValue(page.store, (state) => state.code);
  const canQuery = session.can('query');
  useEffect(() => (canQuery ? page.queries.watch() : undefined), [canQuery, page]);
  if (!canQuery) return null;
  if (cards.length === 0) return <p className="pd-muted">{code ? 'The code has registered no query.' : 'Asking what the code has registered…'}</p>;
  return (
    <ul className="pd-cards">
      {cards.map((card) => (
        <Card key={card.queryType} card={card} page={page} description={code?.queries.find(({ name }) => name === card.queryType)?.description} />
      ))}
    </ul>
  );
}

function Card({ card, page, description }: { readonly card: QueryCard; readonly page: RunPage; readonly description: string | undefined }): ReactElement {
  const { queryType, result, before, changedAt, failure, args } = card;
  const show = useShowPayload();
  const changed = useMemo(() => (before && result ? changedPaths(readable(before, show), readable(result, show)) : undefined), [before, result, show]);
  return (
    <li className="pd-card" title={description}>
      <div className="pd-card-line">
        <b className="pd-mono">{queryType}</b>
        <span className="pd-muted">{changedAt === undefined ? '' : `changed by event ${changedAt}`}</span>
      </div>
      {failure === undefined ? (
        <div className="pd-query-answer" data-changed={changed?.has('') ? '' : undefined} key={changedAt}>
          <PayloadsView payloads={result} label={`Answer of ${queryType}`} {...(changed && { changed })} />
        </div>
      ) : (
        <p className="pd-last-failure">{failure}</p>
      )}
      {(failure !== undefined || args.length > 0) && <QueryArguments card={card} page={page} />}
    </li>
  );
}

/** One that fails may want arguments. */
function QueryArguments({ card: { queryType, args }, page }: { readonly card: QueryCard; readonly page: RunPage }): ReactElement {
  const [text, setText] = useState(args.join(', '));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    page.queries.setArguments(queryType, text.trim() === '' ? [] : splitArguments(text));
  };
  return (
    <form className="pd-inline-form" onSubmit={submit}>
      <input
        className="pd-input pd-mono"
        aria-label={`Arguments of ${queryType}, as JSON`}
        placeholder='Arguments: "a", 1'
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <Button type="submit">Ask</Button>
    </form>
  );
}

/** `"a", { "b": 1 }` as its parts: a list without its brackets. */
function splitArguments(text: string): readonly string[] {
  try {
    return (JSON.parse(`[${text}]`) as unknown[]).map((each) => JSON.stringify(each));
  } catch {
    return [text]; // the query says what is wrong with it
  }
}
