/** `@perdure/devtools-ui/force`: the devtools in any build, for applications that want them in production. */
export { PerdureDevtools, type PerdureDevtoolsProps } from './embed/devtools-component.ts';
export { mount } from './embed/mount.ts';
export type { DevtoolsMountOptions, Mounted } from './embed/options.ts';
