/** Every workflow of every ported scenario: what a worker registers. */
export * from './activities.workflows.ts';
export * from './children.workflows.ts';
export * from './converters.workflows.ts';
export * from './cron.workflows.ts';
export * from './lifecycle.workflows.ts';
export * from './queries.workflows.ts';
export * from './side-effects.workflows.ts';
export * from './signals.workflows.ts';
export * from './timers.workflows.ts';
export * from './updates.workflows.ts';
export * from './versions.workflows.ts';
