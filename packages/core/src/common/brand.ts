/** Brands for values that are easily confused. They are minted here or by parsing, nowhere else. */
declare const brand: unique symbol;
type Brand<T, Name extends string> = T & { readonly [brand]?: Name };

/** A run of a workflow: a UUID, ordered by time within a workflow id (version 7). */
export type RunId = Brand<string, 'RunId'>;
/** The application's name for a workflow execution; unique among the open runs of a namespace. */
export type WorkflowId = Brand<string, 'WorkflowId'>;
/** The number of an event in its history, from 1 without gaps. */
export type EventId = Brand<number, 'EventId'>;
/** A duration in milliseconds, or a moment in milliseconds since 1970 (UTC). */
export type Millis = Brand<number, 'Millis'>;
/** Grows by one with each engine that takes the database over; an older one may write nothing. */
export type Epoch = Brand<number, 'Epoch'>;

/** Names one run everywhere: in maps, in stores, in messages. */
export interface RunKey {
  readonly namespace: string;
  readonly workflowId: WorkflowId;
  readonly runId: RunId;
}
