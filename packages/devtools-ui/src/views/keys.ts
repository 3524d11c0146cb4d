/** Every key of the panel that is not a control's own: the table from which keys act and the sheet of keys is made. */

export interface KeyEntry {
  /** As `KeyboardEvent.key` has it; `mod` stands for Ctrl, on a Mac for Command. */
  readonly keys: readonly string[];
  readonly where: 'anywhere' | 'list' | 'list and events' | 'events' | 'trees';
  readonly what: string;
  /** What the panel does; absent: the view does it. */
  readonly action?: 'palette' | 'search' | 'keys' | 'list' | 'engine' | 'log' | 'previous tab' | 'next tab';
}

export const KEYS: readonly KeyEntry[] = [
  { keys: ['mod+k'], where: 'anywhere', what: 'Find a run, a view or an action', action: 'palette' },
  { keys: ['/', 'mod+f'], where: 'anywhere', what: 'Go to the search field of the view', action: 'search' },
  { keys: ['?'], where: 'anywhere', what: 'Show these keys', action: 'keys' },
  { keys: ['w'], where: 'anywhere', what: 'Go to the list of workflows', action: 'list' },
  { keys: ['e'], where: 'anywhere', what: 'Go to the engine', action: 'engine' },
  { keys: ['o'], where: 'anywhere', what: 'Go to the log of orders', action: 'log' },
  { keys: ['<'], where: 'anywhere', what: 'Previous view of the run', action: 'previous tab' },
  { keys: ['>'], where: 'anywhere', what: 'Next view of the run', action: 'next tab' },
  { keys: ['ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', 'Home', 'End'], where: 'list and events', what: 'Move' },
  { keys: ['Enter'], where: 'list and events', what: 'Open' },
  { keys: [' '], where: 'list', what: 'Pick the run' },
  { keys: ['Shift+ArrowUp', 'Shift+ArrowDown'], where: 'list', what: 'Pick this run and the next' },
  { keys: ['[', ']'], where: 'events', what: 'Previous or next event that belongs to this one' },
  { keys: ['n', 'N'], where: 'events', what: 'Next or previous failure' },
  { keys: ['Escape'], where: 'events', what: 'Select nothing' },
  { keys: ['ArrowLeft', 'ArrowRight'], where: 'trees', what: 'Fold or unfold' },
];

/** What a key does, by the table. `isTyping`: the focus is in a field, where single keys are text. */
export function actionOf(
  event: { readonly key: string; readonly ctrlKey: boolean; readonly metaKey: boolean; readonly altKey: boolean; readonly isComposing?: boolean },
  { isTyping, hasLetterKeys }: { readonly isTyping: boolean; readonly hasLetterKeys: boolean },
): KeyEntry['action'] {
  if (event.altKey || event.isComposing) return undefined;
  const isMod = event.ctrlKey || event.metaKey;
  if (!isMod && (isTyping || !hasLetterKeys)) return undefined;
  const pressed = isMod ? `mod+${event.key.toLowerCase()}` : event.key;
  return KEYS.find(({ keys, action }) => action !== undefined && keys.includes(pressed))?.action;
}

export const keyLabel = (key: string): string =>
  key
    .replace(/^ $/, 'Space')
    .replace('Shift+', 'Shift ')
    .replace('mod+', 'Ctrl ')
    .replace('ArrowUp', '↑')
    .replace('ArrowDown', '↓')
    .replace('ArrowLeft', '←')
    .replace('ArrowRight', '→')
    .replace(/^Ctrl ([a-z])$/, (_, letter: string) => `Ctrl ${letter.toUpperCase()}`);
