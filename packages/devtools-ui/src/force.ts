/** `@perdure/devtools-ui/force`: the devtools in any build, for applications that want them in production. */
import { componentOf, type DevtoolsComponent } from './embed/devtools-component.ts';
import { type Mount, mountBy } from './embed/mount.ts';

export type { DevtoolsComponent, PerdureDevtoolsProps } from './embed/devtools-component.ts';
export type { Mount } from './embed/mount.ts';
export type { DevtoolsMountOptions, Mounted } from './embed/options.ts';

/** Puts the devtools into the page, without React. */
export const mount: Mount = mountBy({ floating: () => import('./embed/shell.ts'), inline: () => import('./embed/inline.ts') });

/** The devtools, anywhere in an application of React. */
export const PerdureDevtools: DevtoolsComponent = componentOf(mount);
