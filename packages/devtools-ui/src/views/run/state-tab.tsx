/** What a run's code held at a moment: its variables, the answers of its queries, where it waited, what it asked for, and what changed since the step before. */
import type { Moment } from '@perdure/core/client';
import { type FormEvent, type ReactElement, useEffect, useId, useMemo, useState } from 'react';
import { parseArguments } from '../../models/arguments.ts';
import { changedPaths } from '../../models/changed-paths.ts';
import { formatClock, formatDuration } from '../../models/duration.ts';
import { commandInWords } from '../../models/moments.ts';
import { readable, Unquoted } from '../../models/payload-value.ts';
import type { RunPage } from '../../state/run-page.ts';
import type { TimeTravel } from '../../state/time-travel.ts';
import { useValue } from '../../state/use-value.ts';
import { Button } from '../../ui/button.tsx';
import { JsonTree } from '../../ui/json-tree.tsx';
import { useViewState } from '../context.ts';
import { Skeleton } from '../states.tsx';
import { PayloadsView, useShowPayload } from './payloads-view.tsx';
import { PlaceWords, useOwnFrames } from './places.tsx';
import { ReplayFailureView } from './replay-failure.tsx';
import { runStyles } from './run.styles.ts';
import { stateStyles } from './state.styles.ts';
import { usePast } from './time-strip.tsx';

export const styles: string = runStyles + stateStyles;

/** In the address: the step that is compared with, where it is not the one before. */
const OTHER = 'vs';

export function StateTab({ page }: { readonly page: RunPage }): ReactElement {
  const { timeTravel } = page;
  const state = useValue(timeTravel.store, (each) => each);
  const events = useValue(page.store, ({ events: all }) => all);
  const past = usePast();
  const [other, setOther] = useViewState(OTHER);
  useEffect(() => timeTravel.watch(), [timeTravel]);

  const { moments, isReplaying, failure, until } = state;
  const last = events.at(-1)?.eventId ?? 0;
  const index = timeTravel.indexAt(past);
  const moment = moments[index];
  const otherIndex = other === '' ? index - 1 : timeTravel.indexAt(Number(other));
  const before = otherIndex === index ? undefined : moments[otherIndex];
  return (
    <div className="pd-scroll pd-padded pd-state">
      {failure && <ReplayFailureView failure={failure} />}
      {until > 0 && last > until && !isReplaying && (
        <p className="pd-state-more">
          <span className="pd-muted">{(last - until).toLocaleString('en')} events have happened since this was replayed.</span>
          <Button onClick={() => timeTravel.replay()}>Replay them</Button>
        </p>
      )}
      {moment ? (
        <>
          <p className="pd-state-head">
            <b>
              After step {index + 1} of {moments.length}
              {isReplaying && '…'}
            </b>
            <span className="pd-muted">
              event {moment.eventId} · {formatClock(moment.time)}
              {before && ` · changes since step ${otherIndex + 1} are marked`}
            </span>
            {other === '' ? (
              <Button look="quiet" title="Later steps are compared with this one" onClick={() => setOther(String(moment.eventId))}>
                Compare with this
              </Button>
            ) : (
              <Button look="quiet" onClick={() => setOther('')}>
                Compare with the step before
              </Button>
            )}
          </p>
          <MomentView moment={moment} before={before} timeTravel={timeTravel} />
        </>
      ) : failure ? null : isReplaying || until === 0 ? (
        <Skeleton rows={6} />
      ) : (
        <p className="pd-muted">No workflow task of this run has been completed: its code has not come to a moment yet.</p>
      )}
    </div>
  );
}

function MomentView({
  moment,
  before,
  timeTravel,
}: {
  readonly moment: Moment;
  readonly before: Moment | undefined;
  readonly timeTravel: TimeTravel;
}): ReactElement {
  return (
    <div className="pd-state-parts">
      <Variables moment={moment} before={before} />
      <Queries moment={moment} before={before} />
      <section className="pd-state-part">
        <h3>Waits at</h3>
        {moment.stacks.length === 0 ? (
          <p className="pd-muted">Nowhere: the code had come to its end.</p>
        ) : (
          <ul className="pd-cards">
            {moment.stacks.map(({ locations }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the list of a moment does not change
              <li key={index} className="pd-card">
                <Calls locations={locations} />
              </li>
            ))}
          </ul>
        )}
      </section>
      <section className="pd-state-part">
        <h3>In this step the code</h3>
        {moment.commands.length === 0 ? <p className="pd-muted">asked for nothing</p> : null}
        <ul className="pd-state-commands">
          {moment.commands.map((command, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the list of a moment does not change
            <li key={index}>{commandInWords(command, formatDuration)}</li>
          ))}
          {moment.logs.map(({ level, message }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the list of a moment does not change
            <li key={`log-${index}`} className="pd-muted">
              logged ({level}): <span className="pd-mono">{message}</span>
            </li>
          ))}
        </ul>
      </section>
      <AskHere moment={moment} timeTravel={timeTravel} />
    </div>
  );
}

function Calls({ locations }: { readonly locations: Moment['stacks'][number]['locations'] }): ReactElement {
  const frames = useOwnFrames(locations);
  return (
    <>
      {frames?.map((frame, depth) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the list of a moment does not change
        <div key={depth} className={depth === 0 ? 'pd-card-line' : 'pd-card-line pd-muted'}>
          <span className="pd-mono">{frame.name ?? 'anonymous'}</span>
          <PlaceWords frame={frame} />
        </div>
      ))}
    </>
  );
}

function Variables({ moment, before }: { readonly moment: Moment; readonly before: Moment | undefined }): ReactElement | null {
  const { scopes } = moment;
  const [isLong, setIsLong] = useState(false);
  if (scopes.length === 0)
    return moment.stacks.length === 0 ? null : (
      <section className="pd-state-part">
        <h3>Variables</h3>
        <p className="pd-muted">
          This build does not tell them. Vite in development does; in a build, give the plugin <code>perdure({'{ variables: true }'})</code>.
        </p>
      </section>
    );
  return (
    <section className="pd-state-part">
      <h3>Variables</h3>
      <ul className="pd-cards">
        {scopes.slice(0, isLong ? scopes.length : FEW).map(({ functionName, variables }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list of a moment does not change
          <li key={index} className="pd-card">
            <b className="pd-mono">{functionName || 'anonymous function'}</b>
            <ChangedTree
              value={variables}
              before={before && sameScope(before, functionName, index)?.variables}
              label={`Variables of ${functionName || 'an anonymous function'}`}
            />
          </li>
        ))}
      </ul>
      {!isLong && scopes.length > FEW && <Button onClick={() => setIsLong(true)}>Show {(scopes.length - FEW).toLocaleString('en')} more functions</Button>}
    </section>
  );
}

/** So many functions are shown at first. */
const FEW = 8;

/** The same function at another moment: at the same place of the list, or else the first of the name. */
function sameScope({ scopes }: Moment, functionName: string, index: number): Moment['scopes'][number] | undefined {
  const there = scopes[index];
  return there?.functionName === functionName ? there : scopes.find((scope) => scope.functionName === functionName);
}

/** What JSON has no form for comes as its words. */
function withWords(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withWords);
  if (typeof value !== 'object' || value === null) return value;
  const words = (value as { readonly '@text'?: unknown })['@text'];
  if (typeof words === 'string') return new Unquoted(words);
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, withWords(each)]));
}

function ChangedTree({ value, before, label }: { readonly value: unknown; readonly before: unknown; readonly label: string }): ReactElement {
  const changed = useMemo(() => (before === undefined ? undefined : changedPaths(before, value)), [before, value]);
  const shown = useMemo(() => withWords(value), [value]);
  return <JsonTree value={shown} label={label} opensBelow={2} {...(changed && { changed })} />;
}

function Queries({ moment, before }: { readonly moment: Moment; readonly before: Moment | undefined }): ReactElement | null {
  const show = useShowPayload();
  const entries = Object.entries(moment.queries);
  if (entries.length === 0) return null;
  return (
    <section className="pd-state-part">
      <h3>Queries</h3>
      <ul className="pd-cards">
        {entries.map(([name, answer]) => {
          const earlier = before?.queries[name];
          const changed =
            'result' in answer && earlier && 'result' in earlier ? changedPaths(readable(earlier.result, show), readable(answer.result, show)) : undefined;
          return (
            <li key={name} className="pd-card">
              <div className="pd-card-line">
                <b className="pd-mono">{name}</b>
                {changed && changed.size > 0 && <span className="pd-muted">changed</span>}
              </div>
              {'result' in answer ? (
                <div className="pd-query-answer" data-changed={changed?.has('') ? '' : undefined}>
                  <PayloadsView payloads={answer.result} label={`Answer of ${name}`} {...(changed && { changed })} />
                </div>
              ) : (
                <p className="pd-last-failure">{answer.failure.message}</p>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** Queries with arguments cost a replay, so they are asked for by hand. */
function AskHere({ moment, timeTravel }: { readonly moment: Moment; readonly timeTravel: TimeTravel }): ReactElement | null {
  const id = useId();
  const asked = useValue(timeTravel.store, (state) => state.asked);
  const names = moment.handlers.queries.map(({ name }) => name);
  const withArguments = moment.handlers.queries.filter(({ parameters }) => parameters > 0);
  const [queryType, setQueryType] = useState(withArguments[0]?.name ?? names[0] ?? '');
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string>();
  const [isAsking, setIsAsking] = useState(false);
  if (names.length === 0) return null;
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const parsed = parseArguments(splitArguments(text));
    if ('problem' in parsed) return setProblem(parsed.problem);
    setProblem(undefined);
    setIsAsking(true);
    await timeTravel.ask(moment.eventId, queryType, parsed.payloads);
    setIsAsking(false);
  };
  return (
    <section className="pd-state-part">
      <h3 id={id}>Ask at this moment</h3>
      <form className="pd-inline-form" aria-labelledby={id} onSubmit={(event) => void submit(event)}>
        <select className="pd-input" aria-label="Query" value={queryType} onChange={(event) => setQueryType(event.target.value)}>
          {names.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
        <input
          className="pd-input pd-mono"
          aria-label="Arguments, as JSON"
          placeholder='Arguments: "a", 1'
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <Button type="submit" disabled={isAsking}>
          {isAsking ? 'Replaying…' : 'Ask'}
        </Button>
      </form>
      {problem !== undefined && (
        <p className="pd-last-failure" role="alert">
          {problem}
        </p>
      )}
      <ul className="pd-cards">
        {asked.map(({ queryType: name, eventId, result, failure }) => (
          <li key={`${name}-${eventId}`} className="pd-card">
            <div className="pd-card-line">
              <b className="pd-mono">{name}</b>
              <span className="pd-muted">at event {eventId}</span>
            </div>
            {failure === undefined ? (
              <PayloadsView payloads={result} label={`Answer of ${name} at event ${eventId}`} />
            ) : (
              <p className="pd-last-failure">{failure}</p>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function splitArguments(text: string): readonly string[] {
  if (text.trim() === '') return [];
  try {
    return (JSON.parse(`[${text}]`) as unknown[]).map((each) => JSON.stringify(each));
  } catch {
    return [text]; // it is said below what is wrong with it
  }
}
