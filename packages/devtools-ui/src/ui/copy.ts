/** To the clipboard and to the disk. */

/** The window that a person is in: only that one may write to the clipboard. */
let shown: Window = globalThis.window;

/** Says that the panel is in another window than the page that draws it. */
export function copyWithin(window: Window): void {
  shown = window;
}

/** @returns whether the browser let it be done */
export async function copyText(text: string): Promise<boolean> {
  try {
    await shown.navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text); // a page that is not secure, or a browser that asks and is refused
  }
}

function copyBySelection(text: string): boolean {
  const { document } = shown;
  const area = document.createElement('textarea');
  area.value = text;
  document.body.append(area);
  area.select();
  const isDone = document.execCommand('copy');
  area.remove();
  return isDone;
}

export function saveFile(name: string, text: string, type = 'application/json'): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = shown.document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
