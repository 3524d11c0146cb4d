/** `@perdure/core/vite`: the plugin that prepares workflow code for browsers. */
export type { PerdurePluginOptions } from '../vite/plugin.ts';
export { perdure } from '../vite/plugin.ts';
