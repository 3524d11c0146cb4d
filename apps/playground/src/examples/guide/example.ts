/** What an example is: data from which its card, its start and its buttons are made. */

export interface ExampleStep {
  /** What happens, for the button: "Add two apples". */
  readonly label: string;
  readonly do: { readonly signal: string; readonly args?: readonly unknown[] } | { readonly update: string; readonly args: readonly unknown[] };
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
  readonly starts: readonly { readonly label: string; readonly args: (id: string) => readonly unknown[] }[];
  readonly steps: readonly ExampleStep[];
  /** What to look at in the devtools. */
  readonly look: string;
}
