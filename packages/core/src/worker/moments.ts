/**
 * A history told moment by moment: a replay in a sandbox of its own stops after each workflow task and asks the code what it would tell then.
 * Nothing is carried out, nothing is stored.
 */
import type { RunId } from '../common/brand.ts';
import type { PayloadCodec } from '../common/data-converter.ts';
import type { WirePayload, WirePayloads } from '../common/payload.ts';
import type { PayloadConverter } from '../common/payload-converter.ts';
import { LOOK_QUERY_NAME } from '../common/reserved.ts';
import type { HistoryEvent } from '../history/events.ts';
import type { ActivationJob, Sandbox, SinkCall, WorkflowActivation, WorkflowCommand } from '../protocol/activation.ts';
import type { HandlerDefinition, Moment, MomentCommand, MomentLog, QueryAnswer } from '../protocol/moments.ts';
import { RunMachines } from './activations.ts';
import { ReplayError } from './errors.ts';
import { LOGGER_SINK } from './sinks.ts';
import { decodeEvents } from './task-codec.ts';
import { WorkflowTaskFailure } from './task-failure.ts';

export interface MomentOptions {
  /** Made for this replay, and not closed by it. */
  readonly sandbox: Pick<Sandbox, 'activate' | 'ready'>;
  readonly codecs: readonly PayloadCodec[];
  readonly payloadConverter: PayloadConverter;
  readonly namespace: string;
  readonly workflowId: string;
  readonly events: readonly HistoryEvent[];
  /** Whether the queries are answered at each moment. A handler that changes state makes the code go another way than it did. */
  readonly answersQueries: boolean;
}

/** The answer of the look: see `workflow/look.ts`. */
type Look = Pick<Moment, 'handlers' | 'stacks' | 'scopes'>;
type QueryJob = ActivationJob & { readonly type: 'queryWorkflow' };

/**
 * The moments from the first on.
 *
 * @throws {ReplayError} the history is of no workflow that the code has, or does not begin as one
 * @throws {NonDeterminismError} code and history disagree
 * @throws {WorkflowTaskFailure} the code failed a task that the history has as completed
 */
export async function* momentsOf(options: MomentOptions): AsyncGenerator<Moment, void> {
  const replay = await startReplay(options);
  for (let moment = await replay.next(); moment; moment = await replay.next()) yield moment;
}

/**
 * The answer of a query at the last moment that is not after `eventId`.
 *
 * @throws as `momentsOf`; {ReplayError} when there is no such moment
 */
export async function queryAt(
  options: MomentOptions,
  { eventId, queryType, queryArgs }: { readonly eventId: number; readonly queryType: string; readonly queryArgs: WirePayloads },
): Promise<QueryAnswer> {
  const events = options.events.filter((event) => event.eventId <= eventId);
  const replay = await startReplay({ ...options, events, answersQueries: false });
  let isBegun = false;
  while (await replay.next()) isBegun = true;
  if (!isBegun) throw new ReplayError(`No workflow task had been completed at event ${eventId}: there was nothing that could answer a query`);
  return replay.ask(queryType, queryArgs);
}

interface MomentReplay {
  /** Runs the next task of the history. @returns `undefined` when there is none */
  next(): Promise<Moment | undefined>;
  ask(queryType: string, queryArgs: WirePayloads): Promise<QueryAnswer>;
}

async function startReplay({ sandbox, codecs, payloadConverter, namespace, workflowId, events, answersQueries }: MomentOptions): Promise<MomentReplay> {
  const runId = await expectKnownRun(sandbox, events);
  const machines = new RunMachines({ namespace, workflowId, runId, payloadConverter }, true);
  machines.feed(await decodeEvents(codecs, events, { type: 'workflow', namespace, workflowId }));
  let known: readonly string[] = [];

  async function step(activation: WorkflowActivation, into: { commands: MomentCommand[]; logs: MomentLog[] }): Promise<void> {
    const completion = await sandbox.activate(activation);
    into.logs.push(...logsOf(completion.sinkCalls ?? []));
    if (completion.status === 'failed') throw new WorkflowTaskFailure(completion.failure, completion.cause);
    into.commands.push(...completion.commands.map(summarize));
    machines.apply(completion.commands, completion.usedInternalFlags);
  }

  async function answersOf(jobs: readonly QueryJob[]): Promise<Map<string, QueryAnswer>> {
    const completion = await sandbox.activate(machines.queryActivation(...jobs));
    if (completion.status === 'failed') throw new WorkflowTaskFailure(completion.failure, completion.cause);
    const answers = new Map<string, QueryAnswer>();
    for (const command of completion.commands)
      if (command.type === 'respondToQuery')
        answers.set(command.queryId, 'succeeded' in command.result ? { result: [command.result.succeeded] } : { failure: command.result.failed });
    return answers;
  }

  /** One round trip, and another where the code has registered a query since the last moment. */
  async function look(): Promise<Look & { readonly queries: Record<string, QueryAnswer> }> {
    const answers = await answersOf([query(LOOK_QUERY_NAME), ...known.map((name) => query(name))]);
    const seen = readLook(answers.get(LOOK_QUERY_NAME));
    const asked = answersQueries ? seen.handlers.queries.filter(takesNothing).map(({ name }) => name) : [];
    const fresh = asked.filter((name) => !answers.has(name));
    if (fresh.length > 0) for (const [name, answer] of await answersOf(fresh.map((name) => query(name)))) answers.set(name, answer);
    known = asked;
    return { ...seen, queries: Object.fromEntries(asked.flatMap((name) => (answers.has(name) ? [[name, answers.get(name) as QueryAnswer]] : []))) };
  }

  return {
    async next() {
      const start = machines.advance();
      if (!start) return undefined;
      const into = { commands: [] as MomentCommand[], logs: [] as MomentLog[] };
      const startedEventId = machines.lastEventId;
      if (start.activation) await step(start.activation, into);
      for (let activation = machines.onward(); activation; activation = machines.onward()) await step(activation, into);
      machines.settle();
      return { eventId: startedEventId + 1, startedEventId, time: machines.time, ...into, ...(await look()) };
    },
    async ask(queryType, queryArgs) {
      const answers = await answersOf([query(queryType, queryArgs)]);
      return answers.get(queryType) ?? { failure: { message: `the sandbox gave no answer to query "${queryType}"` } };
    },
  };
}

async function expectKnownRun(sandbox: MomentOptions['sandbox'], events: readonly HistoryEvent[]): Promise<RunId> {
  const [first] = events;
  if (first?.type !== 'WorkflowExecutionStarted')
    throw new ReplayError(`A history starts with WorkflowExecutionStarted; this one starts with ${first?.type ?? 'nothing'}`);
  const { workflowType, originalExecutionRunId } = first.attributes;
  const known = await sandbox.ready();
  if (known.length > 0 && !known.includes(workflowType) && !known.includes('default')) throw new MissingCodeError(workflowType, known);
  return originalExecutionRunId;
}

/** The workflow code exports no such workflow. */
export class MissingCodeError extends ReplayError {
  constructor(workflowType: string, known: readonly string[]) {
    super(`The history is of workflow type '${workflowType}', which the workflow code does not export; it exports ${[...known].sort().join(', ')}`);
  }
}

const takesNothing = ({ parameters }: HandlerDefinition): boolean => parameters === 0;

const query = (queryType: string, args: WirePayloads = []): QueryJob => ({
  type: 'queryWorkflow',
  queryId: queryType,
  queryType,
  arguments: args,
  headers: {},
});

function readLook(answer: QueryAnswer | undefined): Look {
  const payload: WirePayload | undefined = answer && 'result' in answer ? answer.result[0] : undefined;
  if (!payload?.data)
    throw new ReplayError(`The sandbox tells nothing of the run: ${answer && 'failure' in answer ? answer.failure.message : 'it gave no answer'}`);
  return JSON.parse(payload.data) as Look;
}

function logsOf(calls: readonly SinkCall[]): MomentLog[] {
  return calls
    .filter(({ ifaceName }) => ifaceName === LOGGER_SINK)
    .filter(({ args: [, attributes] }) => (attributes as { sdkComponent?: unknown } | undefined)?.sdkComponent !== 'worker')
    .map(({ fnName, args: [message] }) => ({ level: fnName, message: String(message) }));
}

function summarize(command: WorkflowCommand): MomentCommand {
  return { type: command.type, subject: subjectOf(command) };
}

function subjectOf(command: WorkflowCommand): string {
  switch (command.type) {
    case 'startTimer':
      return String(command.startToFireTimeout);
    case 'scheduleActivity':
    case 'scheduleLocalActivity':
      return command.activityType;
    case 'startChildWorkflowExecution':
      return `${command.workflowType} ${command.workflowId}`;
    case 'signalExternalWorkflowExecution':
      return command.signalName;
    case 'requestCancelExternalWorkflowExecution':
      return command.workflowExecution.workflowId;
    case 'setPatchMarker':
      return command.patchId;
    case 'recordMarker':
      return command.markerName;
    case 'updateResponse':
      return command.response.status;
    case 'failWorkflowExecution':
      return command.failure.message;
    case 'continueAsNewWorkflowExecution':
      return command.workflowType ?? '';
    case 'cancelTimer':
    case 'requestCancelActivity':
    case 'requestCancelLocalActivity':
    case 'cancelSignalWorkflow':
      return String(command.seq);
    case 'upsertWorkflowSearchAttributes':
      return Object.keys(command.searchAttributes).join(', ');
    case 'modifyWorkflowProperties':
      return Object.keys(command.upsertedMemo).join(', ');
    default:
      return '';
  }
}
