/** The comparison of what workflow code asks for with what the history holds: both directions, command by command. */
import type { EventType, HistoryEvent } from '../history/events.ts';
import type { Command, CommandAttributes, CommandType } from '../protocol/commands.ts';

/** The event that a command leaves behind. A rejected update leaves none. */
const EVENT_OF: Readonly<Record<CommandType, EventType | undefined>> = {
  ScheduleActivityTask: 'ActivityTaskScheduled',
  RequestCancelActivityTask: 'ActivityTaskCancelRequested',
  StartTimer: 'TimerStarted',
  CancelTimer: 'TimerCanceled',
  CompleteWorkflowExecution: 'WorkflowExecutionCompleted',
  FailWorkflowExecution: 'WorkflowExecutionFailed',
  CancelWorkflowExecution: 'WorkflowExecutionCanceled',
  ContinueAsNewWorkflowExecution: 'WorkflowExecutionContinuedAsNew',
  RecordMarker: 'MarkerRecorded',
  UpsertWorkflowSearchAttributes: 'UpsertWorkflowSearchAttributes',
  ModifyWorkflowProperties: 'WorkflowPropertiesModified',
  StartChildWorkflowExecution: 'StartChildWorkflowExecutionInitiated',
  RequestCancelExternalWorkflowExecution: 'RequestCancelExternalWorkflowExecutionInitiated',
  SignalExternalWorkflowExecution: 'SignalExternalWorkflowExecutionInitiated',
  AcceptUpdate: 'WorkflowExecutionUpdateAccepted',
  RejectUpdate: undefined,
  CompleteUpdate: 'WorkflowExecutionUpdateCompleted',
};

const commandEvents: ReadonlySet<string | undefined> = new Set(Object.values(EVENT_OF));

/** True for events that a command of workflow code left: they follow the completion of its task. */
export const isCommandEvent = (event: HistoryEvent): boolean => commandEvents.has(event.type);

/** What names a command or its event, in the order in which a message tells it. Only these are compared. */
type Names = Readonly<Record<string, string | number | undefined>>;

/**
 * The workflow code and the history disagree. The workflow task fails with the cause `NON_DETERMINISTIC_ERROR`, the run stays as it is
 * and goes on with code that agrees.
 */
export class NonDeterminismError extends Error {
  override readonly name = 'NonDeterminismError';
  /** The event of the history at which they part. */
  readonly eventId: number;
  /** What the history holds there, in words. */
  readonly expected: string;
  /** What the workflow code did, in words. */
  readonly got: string;

  constructor(eventId: number, expected: string, got: string) {
    super(
      `[TMPRL1100] Nondeterminism error: at event ${eventId} the history has ${expected}, but the workflow code gave ${got}. ` +
        'The code was changed in a way that runs in progress cannot follow, or it is not deterministic; guard the change with patched()',
    );
    this.eventId = eventId;
    this.expected = expected;
    this.got = got;
  }
}

/** @throws {NonDeterminismError} if the event is not the one that the command leaves */
export function checkCommand(command: Command, event: HistoryEvent, withNames: boolean): void {
  if (EVENT_OF[command.type] === event.type && (!withNames || sameNames(namesOfCommand(command), namesOfEvent(event)))) return;
  throw new NonDeterminismError(event.eventId, describeEvent(event), describeCommand(command));
}

export const describeCommand = (command: Command): string => withNames(command.type, namesOfCommand(command));
export const describeEvent = (event: HistoryEvent): string => withNames(event.type, namesOfEvent(event));

function withNames(type: string, names: Names): string {
  const told = Object.entries(names).filter(([, value]) => value !== undefined);
  return told.length === 0 ? type : `${type} (${told.map(([name, value]) => `${name} ${JSON.stringify(value)}`).join(', ')})`;
}

function sameNames(a: Names, b: Names): boolean {
  for (const name in a) if (a[name] !== b[name]) return false;
  return true;
}

function namesOfCommand({ type, attributes }: Command): Names {
  switch (type) {
    case 'ScheduleActivityTask': {
      const { activityId, activityType } = attributes as CommandAttributes['ScheduleActivityTask'];
      return { activityId, activityType };
    }
    case 'RequestCancelActivityTask':
      return { scheduledEventId: attributes.scheduledEventId };
    case 'StartTimer':
    case 'CancelTimer':
      return { timerId: attributes.timerId };
    case 'RecordMarker':
      return { markerName: attributes.markerName, ...detailNames(attributes) };
    case 'StartChildWorkflowExecution': {
      const { workflowId, workflowType } = attributes as CommandAttributes['StartChildWorkflowExecution'];
      return { workflowId, workflowType };
    }
    case 'RequestCancelExternalWorkflowExecution':
      return { workflowId: attributes.workflowExecution.workflowId };
    case 'SignalExternalWorkflowExecution':
      return { workflowId: attributes.workflowExecution.workflowId, signalName: attributes.signalName };
    case 'AcceptUpdate':
      return { updateId: attributes.request.meta.updateId };
    default:
      return {};
  }
}

function namesOfEvent({ type, attributes }: HistoryEvent): Names {
  switch (type) {
    case 'ActivityTaskScheduled':
      return { activityId: attributes.activityId, activityType: attributes.activityType };
    case 'ActivityTaskCancelRequested':
      return { scheduledEventId: attributes.scheduledEventId };
    case 'TimerStarted':
    case 'TimerCanceled':
    case 'TimerFired':
      return { timerId: attributes.timerId };
    case 'MarkerRecorded':
      return { markerName: attributes.markerName, ...detailNames(attributes) };
    case 'StartChildWorkflowExecutionInitiated':
      return { workflowId: attributes.workflowId, workflowType: attributes.workflowType };
    case 'RequestCancelExternalWorkflowExecutionInitiated':
      return { workflowId: attributes.workflowExecution.workflowId };
    case 'SignalExternalWorkflowExecutionInitiated':
      return { workflowId: attributes.workflowExecution.workflowId, signalName: attributes.signalName };
    case 'WorkflowExecutionUpdateAccepted':
      return { updateId: attributes.acceptedRequest?.meta.updateId ?? attributes.protocolInstanceId };
    default:
      return {};
  }
}

/** Markers that carry an id are compared by it: patches, and values that the code names. */
function detailNames({ markerName, details }: CommandAttributes['RecordMarker']): Names {
  if (markerName === 'core_patch') return { patchId: patchIdOf(details) };
  const id = details?.['id']?.[0]?.data;
  return id === undefined ? {} : { id };
}

/** The patch id in the details of a `core_patch` marker. */
export const patchIdOf = (details: CommandAttributes['RecordMarker']['details']): string => patchDataOf(details).id;

export function patchDataOf(details: CommandAttributes['RecordMarker']['details']): { readonly id: string; readonly deprecated: boolean } {
  const { id, deprecated } = JSON.parse(details?.['patch-data']?.[0]?.data ?? '{}') as { id?: string; deprecated?: boolean };
  return { id: id ?? '', deprecated: deprecated === true };
}
