/** All workflows of the playground, for its one worker script. */
export * from './guide/approval.ts';
export * from './guide/dice.ts';
export * from './guide/household.ts';
export * from './guide/quote.ts';
export * from './guide/report.ts';
export * from './guide/trip.ts';
export * from './guide/workflows.ts';
export * from './upload/workflows.ts';
