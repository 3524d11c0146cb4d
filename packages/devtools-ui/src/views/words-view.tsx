/** Sentences whose count-downs count, and times as the person wants them. */
import type { ReactElement } from 'react';
import { formatClock, formatCountdown, formatDuration } from '../models/duration.ts';
import { visibleText } from '../models/visible-text.ts';
import { placeText, type WordPart, type Words } from '../models/words.ts';
import { useValue } from '../state/use-value.ts';
import { useDevtools, useNow } from './context.ts';

export function WordsView({ words }: { readonly words: Words }): ReactElement {
  return (
    <>
      {words.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a sentence do not move
        <span key={index}>
          {index > 0 && !startsClose(part) && ' '}
          <Part part={part} />
        </span>
      ))}
    </>
  );
}

const startsClose = (part: WordPart): boolean => part.is === 'text' && /^[,:]/.test(part.text);

function Part({ part }: { readonly part: WordPart }): ReactElement {
  switch (part.is) {
    case 'until':
      return <CountDown until={part.at} />;
    case 'since':
      return <Since at={part.at} />;
    case 'name':
      return <b>{part.text}</b>;
    case 'failure':
      return <span className="pd-failure-text">{visibleText(part.text)}</span>;
    case 'place':
      return <code>{placeText(part.place)}</code>;
    default:
      return <>{part.text}</>;
  }
}

/** "in 3 h 12 m", live. */
export function CountDown({ until, prefix = 'in ' }: { readonly until: number; readonly prefix?: string }): ReactElement {
  const now = useNow(until);
  const left = until - now;
  return (
    <time className="pd-count" dateTime={new Date(until).toISOString()} title={formatAll(until)}>
      {left <= 0 ? 'now' : `${prefix}${left < 10_000 ? `${(left / 1000).toFixed(1)} s` : formatCountdown(left)}`}
    </time>
  );
}

/** How long it has been, live. */
export function Since({ at, suffix = '' }: { readonly at: number; readonly suffix?: string }): ReactElement {
  const now = useNow();
  const ms = Math.max(0, now - at);
  return (
    <time className="pd-count" dateTime={new Date(at).toISOString()} title={formatAll(at)}>
      {ms < 1000 ? '0 s' : formatDuration(Math.floor(ms / 1000) * 1000).replace('.0 s', ' s')}
      {suffix}
    </time>
  );
}

export interface MomentProps {
  readonly at: number;
  /** The run's start, and the event before. */
  readonly start?: number;
  readonly previous?: number;
}

/** A moment, in the format that is set. */
export function Moment({ at, start, previous }: MomentProps): ReactElement {
  const format = useValue(useDevtools().preferences, ({ timeFormat }) => timeFormat);
  return (
    <time dateTime={new Date(at).toISOString()} title={formatAll(at, start, previous)}>
      {format === 'since start' && start !== undefined
        ? `+${formatDuration(at - start)}`
        : format === 'since previous' && previous !== undefined
          ? `+${formatDuration(at - previous)}`
          : format === 'UTC'
            ? new Date(at).toISOString().slice(11, 23)
            : formatClock(at)}
    </time>
  );
}

/** A moment in every format, for those who want to know it exactly. */
export function formatAll(at: number, start?: number, previous?: number): string {
  return [
    `${new Date(at).toLocaleString('en', { dateStyle: 'medium', timeStyle: 'long' })}`,
    new Date(at).toISOString(),
    ...(start === undefined ? [] : [`${formatDuration(at - start)} after the start`]),
    ...(previous === undefined ? [] : [`${formatDuration(at - previous)} after the event before`]),
  ].join('\n');
}
