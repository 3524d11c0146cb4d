import { type AnyWorkflow, begin, execute, type Harness, scenario, settle } from '../harness.ts';
import * as w from './side-effects.workflows.ts';

/** Runs a workflow that waits for the signal "go" and replays before it. */
async function replayed(h: Harness, workflow: AnyWorkflow): Promise<unknown> {
  const handle = await begin(h, workflow);
  await h.replay();
  await handle.signal('go', true);
  return { result: await settle(handle.result()), calls: h.effects };
}

/** Signals each next value, with or without a replay before it. */
async function mutable(h: Harness, withReplay: boolean): Promise<unknown> {
  const handle = await begin(h, w.mutableThenWait, [7]);
  for (const [i, value] of [7, 8, 8, 7].entries()) {
    if (withReplay) await h.replay();
    await handle.signal('value', value);
    await h.until(handle.workflowId, 'WorkflowTaskCompleted', i + 2);
  }
  return { result: await settle(handle.result()), calls: h.effects };
}

export default [
  scenario('go-side-effects/two', 'each side effect records a marker, whatever its value', (h) => execute(h, w.sideEffectTwice)),
  scenario('go-side-effects/replay', 'after a replay the recorded value is returned and the function is not called again', (h) =>
    replayed(h, w.sideEffectThenWait),
  ),
  scenario('go-side-effects/misused', "the guide's incorrect example: a variable set inside is lost in replay", (h) => replayed(h, w.sideEffectMisused)),
  scenario('go-side-effects/panics', 'an error in a side effect fails the workflow task, which runs again', async (h) => {
    const result = await execute(h, w.sideEffectPanics);
    return { result, calls: h.effects };
  }),
  scenario('go-side-effects/mutable-in-one-task', 'values 7 7 8 8 7 under one id and 7 under another in one task, then a replay', (h) =>
    replayed(h, w.mutableInOneTask),
  ),
  scenario('go-side-effects/mutable-over-tasks', 'values 7 | 7 | 8 | 8 | 7 in five tasks: a marker for each change', (h) => mutable(h, false)),
  scenario('go-side-effects/mutable-replay', 'the same with a replay before every task: the history is equal, the function is called once per task', (h) =>
    mutable(h, true),
  ),
  scenario('go-side-effects/mutable-nil', 'undefined is compared by its encoding, not by the equals function', (h) => execute(h, w.mutableNil)),
];
