import { begin, execute, type Harness, scenario, settle, start } from '../harness.ts';
import * as w from './versions.workflows.ts';

const code = (changedWorkflow: AnyVersion) => ({ changedWorkflow });
type AnyVersion = Extract<keyof typeof w, `changedWorkflow${string}`>;

/** Ends a run with later versions of the code than the one that it started with. */
async function changed(h: Harness, ...later: AnyVersion[]): Promise<unknown> {
  const handle = await begin(h, w.changedWorkflow);
  const [next, last] = later.map(code);
  await h.replay(next);
  await handle.signal('go', true);
  if (last) {
    await h.until(handle.workflowId, 'WorkflowTaskFailed');
    await h.replay(last);
  }
  return settle(handle.result());
}

export default [
  scenario('go-versions/get-version', 'a patch records a marker and upserts TemporalChangeVersion; a second call records nothing', async (h) => {
    const handle = await start(h, w.versionInLoop);
    const result = await settle(handle.result());
    const { searchAttributes } = await handle.describe();
    return { result, TemporalChangeVersion: JSON.stringify(searchAttributes['TemporalChangeVersion']) };
  }),
  scenario('go-versions/two-changes', 'two changes: the second upsert lists both', (h) => execute(h, w.versionedTwice)),
  scenario('go-versions/default-version', 'the code changed under a running workflow: in replay it takes the old way, without a marker', (h) =>
    changed(h, 'changedWorkflow1'),
  ),
  scenario('go-versions/recorded-version', 'the code has a newer version: replay keeps the recorded one', (h) => changed(h, 'changedWorkflow2'), {
    code: code('changedWorkflow1'),
  }),
  scenario(
    'go-versions/unsupported-version',
    'the code no longer has the recorded version: the workflow task fails until it does',
    (h) => changed(h, 'changedWorkflow3', 'changedWorkflow1'),
    { code: code('changedWorkflow1') },
  ),
];
