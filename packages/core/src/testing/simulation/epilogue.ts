/** Questions that are asked when all is over: of lists, and of closed runs, twice. */
import { searchAttributeValues } from '../../common/search-attribute-types.ts';
import { isServiceError } from '../../common/service-error.ts';
import type { WorkflowService } from '../../protocol/workflow-service.ts';
import type { Checker, StoredRun } from './checker.ts';
import { NAMESPACE } from './client-calls.ts';

export interface EpilogueOptions {
  readonly service: WorkflowService;
  readonly checker: Checker;
  readonly violate: (statement: string) => void;
}

/** INDEX-AGREES: what lists find and count is what the histories say. */
export async function checkLists({ service, checker, violate }: EpilogueOptions): Promise<void> {
  const runs = [...checker.runs.values()];
  const { count } = await service.countWorkflowExecutions({ namespace: NAMESPACE });
  if (count !== runs.length) violate(`INDEX-AGREES: ${runs.length} runs are there and ${count} are counted`);
  const markOf = ({ described: { searchAttributes } }: StoredRun) =>
    searchAttributeValues(searchAttributes['CustomIntField'] ?? { encoding: 'binary/null' })[0];
  for (const mark of new Set(runs.map(markOf))) {
    const marked = runs.filter((run) => markOf(run) === mark);
    const query = `CustomIntField ${mark === undefined ? 'IS NULL' : `= ${String(mark)}`}`;
    const { executions } = await service.listWorkflowExecutions({ namespace: NAMESPACE, query, pageSize: 1_000 });
    const [found, expected] = [executions.map(({ runId }) => runId), marked.map(({ key }) => key.runId)];
    if (JSON.stringify(found.sort()) !== JSON.stringify(expected.sort()))
      violate(`INDEX-AGREES: ${query} finds ${found.length} runs in place of ${expected.length}`);
  }
}

/** What each of these runs has heard, by run id; nothing where it cannot tell. */
export async function askAll({ service, violate }: EpilogueOptions, runs: readonly StoredRun[]): Promise<ReadonlyMap<string, string | undefined>> {
  const answers = new Map<string, string | undefined>();
  for (const { key, events } of runs) {
    try {
      const { result } = await service.queryWorkflow({ namespace: NAMESPACE, workflowExecution: key, queryType: 'heard' });
      answers.set(key.runId, result[0]?.data);
    } catch (error) {
      if (!isServiceError(error)) throw error; // it was closed before its first task
      if (isServiceError(error, 'FailedPrecondition') && events.some(({ type }) => type === 'WorkflowTaskCompleted'))
        violate(`R65: the closed run ${key.runId} of ${key.workflowId} is not asked: ${error.message}`);
    }
  }
  return answers;
}

/** REPLAY-EQUAL: a worker that has to replay the run answers as the one that has run it. */
export function checkAnswers(
  first: ReadonlyMap<string, string | undefined>,
  second: ReadonlyMap<string, string | undefined>,
  { checker, violate }: EpilogueOptions,
): void {
  for (const [runId, answer] of first)
    if (second.get(runId) !== answer)
      violate(`REPLAY-EQUAL: ${checker.runs.get(runId)?.key.workflowId} answers ${answer}, and ${second.get(runId)} after a replay`);
}
