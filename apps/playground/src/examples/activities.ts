/** All activities of the playground, for its one worker script. */
export * from './guide/activities.ts';
export * from './upload/activities.ts';
