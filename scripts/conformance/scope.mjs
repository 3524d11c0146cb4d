/** Which scenarios of the suites the engine is meant to pass now. The others are shown as "later", and run when they are asked for. */

/** By area: everything but what is named. A star at the end stands for any text. */
const SCOPE = {
  lifecycle: { but: [] },
  tasks: { but: [] },
  activities: { but: [] },
  timers: { but: [] },
  signals: { but: [] },
  queries: { but: [] },
  updates: { but: [] },
  cancellation: { but: [] },
  children: { but: [] },
  markers: { but: [] },
  payloads: { but: [] },
  interceptors: { but: [] },
  'with-start': { but: [] },
  'search-attributes': { but: [] },
  visibility: { but: [] },
  namespaces: { but: [] },
  'workflow-api': { but: ['handlers'] },
  'go-signals': { but: [] },
  'go-queries': { but: [] },
  'go-lifecycle': { but: [] },
  'go-activities': { but: [] },
  'go-children': { but: [] },
  'go-timers': { but: [] },
  'go-cron': { but: [] },
  'go-side-effects': { but: [] },
  'go-versions': { but: [] },
  'go-updates': { but: [] },
  'go-namespaces': { but: [] },
  'go-converters': { but: [] },
};

/**
 * Where an engine is meant to differ from the recorded server, by scenario: the first words of each difference that is expected, and why.
 * A difference in a run hides what comes after it: `events` says what ours writes from there on; `outcome` is ours.
 * `docs/conformance.md` tells the reasons at length. A scenario passes if its differences are these and no others.
 *
 * @type {Record<string, { starts: string, why: string, events?: string, outcome?: unknown }[]>}
 */
export const KNOWN_DIFFERENCES = {
  'visibility/bool-and-datetime': [{ starts: 'outcome', why: 'a Datetime equals the moment that it is' }],
  'go-timers/sleep-zero': [
    {
      starts: 'run 1 (go-timers/sleep-zero), event 5',
      why: 'sleep(0) is a timer of 1 ms in TypeScript',
      events: 'TimerStarted TimerFired WorkflowTaskScheduled WorkflowTaskStarted WorkflowTaskCompleted WorkflowExecutionCompleted',
    },
  ],
  'go-timers/sleep-negative': [
    {
      starts: 'run 1 (go-timers/sleep-negative), event 5',
      why: 'a negative sleep is a timer of 1 ms in TypeScript',
      events: 'TimerStarted TimerFired WorkflowTaskScheduled WorkflowTaskStarted WorkflowTaskCompleted WorkflowExecutionCompleted',
    },
  ],
  'go-timers/await': [
    {
      starts: 'run 1 (go-timers/await), event 10',
      why: 'a condition that is met cancels its timer in TypeScript',
      events: 'TimerCanceled WorkflowExecutionCompleted',
    },
  ],
  'go-activities/no-timeout': [
    {
      starts: 'run 1 (go-activities/no-timeout), event 4',
      why: 'an activity without timeouts is an error in the workflow in TypeScript, not a refused command',
      events: 'WorkflowTaskFailed WorkflowExecutionTerminated',
    },
  ],
  'go-activities/schedule-to-close': [
    {
      starts: 'run 1 (go-activities/schedule-to-close), event 6',
      why: "the server's retry timer was late by more than 300 ms and the activity timed out before its second attempt; ours is on time",
      events: 'ActivityTaskStarted ActivityTaskFailed WorkflowTaskScheduled WorkflowTaskStarted WorkflowTaskCompleted WorkflowExecutionFailed',
    },
    {
      starts: 'outcome',
      why: 'as above: the second attempt is the last, since a third would come too late',
      outcome: {
        error: {
          name: 'WorkflowExecutionError',
          cause: {
            name: 'ActivityError',
            activityType: 'failsUntil',
            activityId: '1',
            retryState: 'Timeout',
            cause: { name: 'ApplicationError', message: 'not yet', type: 'TooEarly', nonRetryable: false, details: 2 },
          },
        },
      },
    },
  ],
  'go-children/id-taken': [
    {
      starts: 'run 1 (go-children/id-taken), event 15',
      why: "Go's SDK refuses an id that a child of the same run has; in TypeScript the engine does",
      events:
        'StartChildWorkflowExecutionInitiated StartChildWorkflowExecutionFailed WorkflowTaskScheduled WorkflowTaskStarted WorkflowTaskCompleted WorkflowExecutionFailed',
    },
    {
      starts: 'outcome',
      why: 'as above',
      outcome: { error: { name: 'WorkflowExecutionError', cause: { name: 'TemporalFailure', message: 'Workflow execution already started' } } },
    },
  ],
  'go-versions/unsupported-version': [
    {
      starts: 'run 1 (go-versions/unsupported-version), event 10',
      why: "other words for it, and once: a server does not count an attempt that failed on a worker's sticky queue, and ours has no such queues",
      events: 'WorkflowTaskFailed WorkflowTaskScheduled WorkflowTaskStarted WorkflowTaskCompleted WorkflowExecutionCompleted',
    },
  ],
  'go-namespaces/errors': [
    {
      starts: 'outcome',
      why: 'a retention may be shorter than an hour here',
      outcome: { none: { name: 'InvalidArgument' }, short: null, again: { name: 'AlreadyExists' }, unknown: { name: 'NamespaceNotFound' } },
    },
  ],
};

export function isInScope(scenario) {
  const [area, ...rest] = scenario.split('/');
  const name = rest.join('/');
  const scope = SCOPE[area];
  if (!scope) return false;
  return !scope.but.some((pattern) => matches(pattern, name));
}

const matches = (pattern, name) => (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern);
