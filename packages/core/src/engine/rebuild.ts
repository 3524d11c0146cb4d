/** A run's state from its stored inputs. */
import { openDraft } from './draft.ts';
import { evolve } from './evolve.ts';
import type { Input } from './input.ts';
import { EMPTY_RUN, type RunState } from './run-state.ts';

/** Folds `inputs`, in their order, onto `state`. The key of the run is not among the inputs and is given beside them. */
export function rebuild(
  key: { readonly namespace: string; readonly workflowId: string; readonly runId: string },
  inputs: Iterable<Input>,
  state: RunState = EMPTY_RUN,
): RunState {
  const draft = openDraft({ ...state, namespace: key.namespace, workflowId: key.workflowId, runId: key.runId }, 0);
  for (const input of inputs) evolve(draft, input);
  return draft.state;
}
