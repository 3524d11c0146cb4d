/**
 * `@perdure/devtools-ui`: the devtools while an application is developed. A production build has nothing of them: bundlers that set the condition
 * `production` take `production.ts` instead, and for those that do not the constant below is false, and so leaves out what would be loaded.
 */
import { PerdureDevtools as Component, type PerdureDevtoolsProps } from './embed/devtools-component.ts';
import { mount as mountAlways } from './embed/mount.ts';
import { mount as mountNothing, PerdureDevtools as NoComponent } from './embed/nothing.ts';
import type { DevtoolsMountOptions, Mounted } from './embed/options.ts';

export type { DevtoolsMountOptions, Mounted, PerdureDevtoolsProps };

declare const process: { readonly env: { readonly NODE_ENV?: string } };

/** Puts the devtools into the page, without React. In a production build it does nothing. */
export const mount: (element: Element, options: DevtoolsMountOptions) => Mounted = process.env.NODE_ENV === 'production' ? mountNothing : mountAlways;

/** The devtools, anywhere in an application of React. In a production build it is nothing. */
export const PerdureDevtools: (props: PerdureDevtoolsProps) => null = process.env.NODE_ENV === 'production' ? NoComponent : Component;
