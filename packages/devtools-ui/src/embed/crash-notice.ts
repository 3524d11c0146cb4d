/** What is left of a panel that has met a fault it cannot go on with. */

export function crashNotice(error: unknown, reopen: () => void): HTMLElement {
  const notice = document.createElement('div');
  notice.className = 'pd pd-embed-crash';
  notice.setAttribute('role', 'alert');
  const message = error instanceof Error ? error.message : String(error);
  const words = document.createElement('span');
  words.textContent = `The devtools have crashed: ${message}`;
  const button = (label: string, run: () => void): HTMLButtonElement => {
    const made = document.createElement('button');
    made.type = 'button';
    made.className = 'pd-button';
    made.textContent = label;
    made.addEventListener('click', run);
    return made;
  };
  const copy = (): void => void navigator.clipboard?.writeText(error instanceof Error ? `${message}\n${error.stack}` : message).catch(() => undefined);
  notice.append(words, button('Reopen', reopen), button('Copy report', copy));
  return notice;
}
