/** The chord that opens and closes the devtools from anywhere in the page, while nobody writes. */

const DEFAULT = 'Control+Shift+Period';
const MODIFIERS = ['Control', 'Shift', 'Alt', 'Meta'] as const;

/** @returns a function that ends it */
export function listenForHotkey(hotkey: string | false | undefined, toggle: () => void): () => void {
  if (hotkey === false) return () => undefined;
  const parts = (hotkey ?? DEFAULT).split('+');
  const onKeyDown = (event: KeyboardEvent): void => {
    const isChord = event.code === parts.at(-1) && MODIFIERS.every((modifier) => event.getModifierState(modifier) === parts.includes(modifier));
    if (!isChord || event.isComposing || event.repeat || isTextField(event.composedPath()[0])) return;
    event.preventDefault();
    toggle();
  };
  window.addEventListener('keydown', onKeyDown, true);
  return () => window.removeEventListener('keydown', onKeyDown, true);
}

/** Also one of another window, whose elements are of other classes. */
export function isTextField(target: EventTarget | undefined): boolean {
  if (!target || !('matches' in target)) return false;
  const element = target as HTMLElement;
  return element.isContentEditable || element.matches('input, textarea, select');
}
