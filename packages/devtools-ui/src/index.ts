/**
 * `@perdure/devtools-ui`: the devtools while an application is developed. A production build has nothing of them: bundlers that set the condition
 * `production` take `production.ts` instead, and for those that do not the constant below is false, and so leaves out what would be loaded.
 */
import { componentOf, type DevtoolsComponent } from './embed/devtools-component.ts';
import { type Mount, mountBy } from './embed/mount.ts';
import { mount as mountNothing, PerdureDevtools as NoComponent } from './embed/nothing.ts';

export type { DevtoolsComponent, PerdureDevtoolsProps } from './embed/devtools-component.ts';
export type { Mount } from './embed/mount.ts';
export type { DevtoolsMountOptions, Mounted } from './embed/options.ts';

declare const process: { readonly env: { readonly NODE_ENV?: string } };

/** Puts the devtools into the page, without React. In a production build it does nothing. */
export const mount: Mount =
  process.env.NODE_ENV === 'production' ? mountNothing : mountBy({ floating: () => import('./embed/shell.ts'), inline: () => import('./embed/inline.ts') });

/** The devtools, anywhere in an application of React. In a production build it is nothing. */
export const PerdureDevtools: DevtoolsComponent = process.env.NODE_ENV === 'production' ? NoComponent : componentOf(mount);
