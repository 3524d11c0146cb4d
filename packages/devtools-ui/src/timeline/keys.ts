/** The keys of the timeline, in one table: what acts on them, and what tells people of them. */

export type KeyAct =
  | 'row up'
  | 'row down'
  | 'bar left'
  | 'bar right'
  | 'first row'
  | 'last row'
  | 'page up'
  | 'page down'
  | 'zoom in'
  | 'zoom out'
  | 'pan left'
  | 'pan right'
  | 'zoom to selection'
  | 'fit'
  | 'live'
  | 'open'
  | 'select'
  | 'related before'
  | 'related after'
  | 'next problem'
  | 'previous problem'
  | 'back';

export interface KeyLine {
  readonly act: KeyAct;
  readonly keys: readonly string[];
  readonly words: string;
  /** A single letter: acts only where a person has not switched those off. */
  readonly isLetter?: true;
}

export const TIMELINE_KEYS: readonly KeyLine[] = [
  { act: 'row up', keys: ['ArrowUp'], words: 'The row above' },
  { act: 'row down', keys: ['ArrowDown'], words: 'The row below' },
  { act: 'bar right', keys: ['ArrowRight'], words: 'Open a child, then the next bar of the row' },
  { act: 'bar left', keys: ['ArrowLeft'], words: 'The bar before, then the row, then close a child' },
  { act: 'first row', keys: ['Home'], words: 'The first row' },
  { act: 'last row', keys: ['End'], words: 'The last row' },
  { act: 'page up', keys: ['PageUp'], words: 'A page up' },
  { act: 'page down', keys: ['PageDown'], words: 'A page down' },
  { act: 'zoom in', keys: ['w', '+'], words: 'Zoom in', isLetter: true },
  { act: 'zoom out', keys: ['s', '-'], words: 'Zoom out', isLetter: true },
  { act: 'pan left', keys: ['a'], words: 'Earlier', isLetter: true },
  { act: 'pan right', keys: ['d'], words: 'Later', isLetter: true },
  { act: 'zoom to selection', keys: ['f'], words: 'Zoom to what is selected', isLetter: true },
  { act: 'fit', keys: ['0'], words: 'Show the whole run', isLetter: true },
  { act: 'live', keys: ['l'], words: 'Follow the run', isLetter: true },
  { act: 'open', keys: ['Enter'], words: 'Open the event in the inspector' },
  { act: 'select', keys: [' '], words: 'Select' },
  { act: 'related before', keys: ['['], words: 'What led to it', isLetter: true },
  { act: 'related after', keys: [']'], words: 'What came of it', isLetter: true },
  { act: 'next problem', keys: ['n'], words: 'The next failure or retry', isLetter: true },
  { act: 'previous problem', keys: ['p'], words: 'The failure or retry before', isLetter: true },
  { act: 'back', keys: ['Escape'], words: 'Back to the zoom before, then away with the selection' },
];

const BY_KEY = new Map(TIMELINE_KEYS.flatMap((line) => line.keys.map((key) => [key, line] as const)));

interface Pressed {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

export function actOf({ key, ctrlKey, metaKey, altKey }: Pressed, hasLetterKeys: boolean): KeyAct | undefined {
  if (ctrlKey || metaKey || altKey) return undefined;
  const line = BY_KEY.get(key.length === 1 ? key.toLowerCase() : key);
  return line && (hasLetterKeys || !line.isLetter) ? line.act : undefined;
}
