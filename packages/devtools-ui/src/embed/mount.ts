/** Puts the devtools into a page. What they are made of is loaded when it is needed: at first the button alone. */
import type { DevtoolsMountOptions, Mounted } from './options.ts';
import type { Shell } from './shell.ts';

/** @param element where the devtools stand in the document: mostly its body. It has to stay while they are mounted */
export function mount(element: Element, options: DevtoolsMountOptions): Mounted {
  let shell: Shell | undefined;
  let isWanted: boolean | undefined;
  let isGone = false;

  const load = options.isInline ? import('./inline.ts') : import('./shell.ts');
  load.then(
    ({ openShell }) => {
      if (isGone) return;
      shell = openShell(element, options);
      if (isWanted !== undefined) shell.show(isWanted);
    },
    (error: Error) => console.warn(`The devtools of Perdure were not loaded: ${error.message}`),
  );

  const show = (isOpen: boolean): void => {
    isWanted = isOpen;
    shell?.show(isOpen);
  };
  return {
    open: () => show(true),
    close: () => show(false),
    unmount() {
      isGone = true;
      shell?.end();
    },
  };
}
