/** All workflows of the playground, for its one worker script. */
export * from './guide/workflows.ts';
export * from './upload/workflows.ts';
