/** What the plugin of `vite-config.mjs` makes of a folder of scenarios. */
declare module 'virtual:conformance/suite' {
  export const scenarios: readonly import('../../conformance-go/harness.ts').Scenario[];
  export const activities: Readonly<Record<string, unknown>>;
  export const activityNames: readonly string[];
}
declare module 'virtual:conformance/data-converters' {
  export const dataConverters: Readonly<Record<string, import('@perdure/core/common').DataConverter>>;
}
declare module 'virtual:conformance/workflows';
