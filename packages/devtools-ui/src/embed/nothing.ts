/** What a production build has in place of the devtools. */
import type { PerdureDevtoolsProps } from './devtools-component.ts';
import type { DevtoolsMountOptions, Mounted } from './options.ts';

const nothing = (): void => undefined;

export const mount: (element: Element, options: DevtoolsMountOptions) => Mounted = () => ({ open: nothing, close: nothing, unmount: nothing });

export const PerdureDevtools: (props: PerdureDevtoolsProps) => null = () => null;
