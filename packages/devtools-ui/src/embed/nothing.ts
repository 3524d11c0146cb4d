/** What a production build has in place of the devtools. */
import type { DevtoolsComponent } from './devtools-component.ts';
import type { Mount } from './mount.ts';

const nothing = (): void => undefined;

export const mount: Mount = () => ({ open: nothing, close: nothing, unmount: nothing });

export const PerdureDevtools: DevtoolsComponent = () => null;
