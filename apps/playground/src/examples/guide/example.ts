/** What an example is: data from which its card, its start and its buttons are made. */

/** The activity that is completed from the page. */
export const DECISION = 'decision';

export interface ExampleStep {
  /** What happens, for the button: "Add two apples". */
  readonly label: string;
  readonly do:
    | { readonly signal: string; readonly args?: readonly unknown[] /** Added to the workflow id: a child's. */; readonly of?: string }
    | { readonly update: string; readonly args: readonly unknown[] }
    | { readonly request: 'cancel' }
    | { readonly activityId: string; readonly result: unknown }
    | { readonly activityId: string; readonly failure: string };
}

export interface ExampleStart {
  readonly label: string;
  readonly args: (id: string) => readonly unknown[];
  readonly cronSchedule?: string;
}

export interface Example {
  /** In the address, and at the head of workflow ids. */
  readonly id: string;
  readonly title: string;
  /** Two sentences at most. */
  readonly about: string;
  /** What of the guide it shows. */
  readonly shows: readonly string[];
  readonly workflowType: string;
  readonly starts: readonly ExampleStart[];
  readonly steps: readonly ExampleStep[];
  /** What to look at in the devtools. */
  readonly look: string;
}
