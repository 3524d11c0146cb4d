import { Client, QueryRejectCondition, QueryRejectedError } from '@perdure/core/client';
import { begin, errorOf, type Harness, scenario, settle } from '../harness.ts';
import * as w from './queries.workflows.ts';

/** An answer, or with which status the query was rejected. */
async function ask(h: Harness, workflowId: string, queryRejectCondition: QueryRejectCondition): Promise<unknown> {
  const client = new Client({ connection: h.client.connection, queryRejectCondition });
  try {
    return { answer: await client.workflow.getHandle(workflowId).query(w.decoratedState, '<', '>') };
  } catch (error) {
    if (!(error instanceof QueryRejectedError)) throw error;
    return { rejected: `${error.statusName.charAt(0)}${error.statusName.slice(1).toLowerCase()}` };
  }
}

export default [
  scenario('go-queries/current-state', "the guide's query handler, asked while a timer runs and after the close; queries leave no event", async (h) => {
    const handle = await begin(h, w.queriedWorkflow, ['your_input']);
    const states = [await handle.query(w.currentState)];
    const result = await settle(handle.result());
    return { states: [...states, await handle.query(w.currentState)], result };
  }),
  scenario('go-queries/arguments', 'a query handler with two parameters', async (h) => {
    const handle = await begin(h, w.queriedWorkflow, ['your_input']);
    const answer = await handle.query(w.decoratedState, 'foo ', ' baz');
    return { answer, result: await settle(handle.result()) };
  }),
  scenario('go-queries/with-options', 'reject conditions on an open and on a closed run', async (h) => {
    const handle = await begin(h, w.queriedWorkflow, ['your_input']);
    const asked = (condition: QueryRejectCondition) => ask(h, handle.workflowId, condition);
    const open = await asked(QueryRejectCondition.NOT_OPEN);
    const result = await settle(handle.result());
    return {
      open,
      result,
      closed: await asked(QueryRejectCondition.NONE),
      notOpen: await asked(QueryRejectCondition.NOT_OPEN),
      notCleanly: await asked(QueryRejectCondition.NOT_COMPLETED_CLEANLY),
    };
  }),
  scenario('go-queries/unknown', 'an unregistered query type, and an unknown workflow', async (h) => {
    const handle = await begin(h, w.queriedWorkflow, ['your_input']);
    const unregistered = await errorOf(handle.query('no_such_query'));
    const unknown = await errorOf(h.client.workflow.getHandle('no-such-workflow').query(w.currentState));
    return { unregistered, unknown, result: await settle(handle.result()) };
  }),
];
