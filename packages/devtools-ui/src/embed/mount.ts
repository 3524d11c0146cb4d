/** Puts the devtools into a page. What they are made of is loaded when it is needed: at first the button alone. */
import type { DevtoolsMountOptions, Mounted } from './options.ts';
import type { Shell } from './shell.ts';

/** @param element where the devtools stand in the document: mostly its body. It has to stay while they are mounted */
export type Mount = (element: Element, options: DevtoolsMountOptions) => Mounted;

type Load = () => Promise<{ readonly openShell: (element: Element, options: DevtoolsMountOptions) => Shell }>;

/**
 * @param loads imports, written out by each entry point: where they stand in a condition that is false in a production build, a bundler leaves out what
 *   they lead to, and nowhere else do all of them
 */
export function mountBy({ floating, inline }: { readonly floating: Load; readonly inline: Load }): Mount {
  return (element, options) => {
    let shell: Shell | undefined;
    let isWanted: boolean | undefined;
    let isGone = false;

    const load = options.isInline ? inline : floating;
    load().then(
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
  };
}
