/** What the plugin of `vite-config.mjs` makes of a folder of scenarios. */
declare module 'virtual:conformance/suite' {
  export const scenarios: readonly import('../../conformance/harness.ts').Scenario[];
  export const activities: Readonly<Record<string, unknown>>;
  export const activityNames: readonly string[];
}
declare module 'virtual:conformance/workflows';
