/** `@perdure/core/testing`: the engine in this process, with time that skips; and activities on their own. */
export type { TestEnvironmentOptions, TestWorkerOptions, TimeSkippingOptions } from '../testing/environment.ts';
export { TestWorkflowEnvironment } from '../testing/environment.ts';
export type { MockActivityEnvironmentOptions } from '../testing/mock-activity-environment.ts';
export { defaultActivityInfo, MockActivityEnvironment } from '../testing/mock-activity-environment.ts';
export type { VirtualClock, VirtualClockOptions } from '../testing/virtual-clock.ts';
export { createVirtualClock } from '../testing/virtual-clock.ts';
