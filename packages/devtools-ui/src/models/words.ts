/** Sentences whose parts are apart, so that names, count-downs and places in source can be rendered each in their way, and read as plain text too. */

import type { SourcePlace } from '../backend/shapes.ts';
import { formatCountdown, formatDuration } from './duration.ts';
import { visibleText } from './visible-text.ts';

export type WordPart =
  | { readonly is: 'text'; readonly text: string }
  /** The name of a thing: a timer, a type, an id. */
  | { readonly is: 'name'; readonly text: string }
  /** Counts down to a moment, in ms since the epoch. */
  | { readonly is: 'until'; readonly at: number }
  /** How long ago a moment was. */
  | { readonly is: 'since'; readonly at: number }
  /** The message of a failure. */
  | { readonly is: 'failure'; readonly text: string }
  | { readonly is: 'place'; readonly place: SourcePlace };

export type Words = readonly WordPart[];

export const text = (words: string): WordPart => ({ is: 'text', text: visibleText(words) });
export const name = (words: string): WordPart => ({ is: 'name', text: visibleText(words) });

/** @param now in ms since the epoch, by the clock that the run goes by */
export function partText(part: WordPart, now: number): string {
  switch (part.is) {
    case 'until':
      return part.at <= now ? 'now' : `in ${formatCountdown(part.at - now)}`;
    case 'since':
      return formatDuration(Math.max(0, now - part.at));
    case 'place':
      return placeText(part.place);
    default:
      return visibleText(part.text);
  }
}

/** The sentence as plain text. Parts are separated by spaces, except before a comma or a colon. */
export const wordsText = (words: Words, now: number): string =>
  words
    .map((part) => partText(part, now))
    .filter((part) => part !== '')
    .join(' ')
    .replace(/ ([,:])/g, '$1');

/** "workflows.ts:41", or the function's name where there is no file. */
export function placeText({ file, line, functionName }: SourcePlace): string {
  if (file === undefined) return functionName;
  const short =
    file
      .split(/[\\/]/)
      .at(-1)
      ?.replace(/[?#].*$/, '') ?? file;
  return line === undefined ? short : `${short}:${line}`;
}
