/** A failure taken apart for people: its causes, of what kind each is, where it happened, and what commonly leads to it. */
import type { Failure } from '@perdure/core/common';

/** From the failure itself to its root. */
export function failureChain(failure: Failure): readonly Failure[] {
  const chain: Failure[] = [];
  for (let each: Failure | undefined = failure; each && chain.length < 100; each = each.cause) chain.push(each);
  return chain;
}

export function kindOf(failure: Failure): string {
  if (failure.applicationFailureInfo) return failure.applicationFailureInfo.type || 'Error';
  if (failure.timeoutFailureInfo) return `${inWords(failure.timeoutFailureInfo.timeoutType)} timeout`;
  if (failure.canceledFailureInfo) return 'Cancelled';
  if (failure.terminatedFailureInfo) return 'Terminated';
  if (failure.activityFailureInfo) return `Activity ${failure.activityFailureInfo.activityType}`;
  if (failure.childWorkflowExecutionFailureInfo) return `Child ${failure.childWorkflowExecutionFailureInfo.workflowType}`;
  if (failure.serverFailureInfo) return 'Engine';
  if (failure.resetWorkflowFailureInfo) return 'Reset';
  return 'Failure';
}

const inWords = (name: string): string => name.charAt(0) + name.slice(1).toLowerCase().replaceAll('_', '-');

/** "in activity `charge`, of child `order-1`", as far as it is known. */
export function whereOf(chain: readonly Failure[]): string {
  const places = chain.flatMap(({ activityFailureInfo: activity, childWorkflowExecutionFailureInfo: child }) => {
    if (activity) return [`activity ${activity.activityType} (id ${activity.activityId}), ${RETRY_WORDS[activity.retryState] ?? ''}`.replace(/, $/, '')];
    return child ? [`child ${child.workflowExecution.workflowId}`] : [];
  });
  return places.length === 0 ? '' : `in ${places.join(', in ')}`;
}

const RETRY_WORDS: Readonly<Record<string, string>> = {
  NON_RETRYABLE_FAILURE: 'which is not retried after such a failure',
  MAXIMUM_ATTEMPTS_REACHED: 'after its last attempt',
  TIMEOUT: 'for whose next attempt no time was left',
  CANCEL_REQUESTED: 'which was asked to cancel',
};

const HINTS: readonly (readonly [RegExp, string])[] = [
  [/nondeterminism|non-determin/i, 'The code does not do what the history says. Has it changed since the run began? Keep old behaviour behind patched().'],
  [
    /not registered|no such (workflow|activity)|is not a function|unknown (workflow|activity)/i,
    'The worker does not export it under this name. Names are those of the exports.',
  ],
  [/quota|storage is full/i, 'The browser has no room left for this site. Remove closed runs, or ask for persistent storage.'],
  [/serializ|serialis|cannot be converted|circular|BigInt/i, 'An argument or result has to be JSON, or needs a payload converter.'],
];
const TIMEOUT_HINTS: Readonly<Record<string, string>> = {
  START_TO_CLOSE: 'One attempt took longer than startToCloseTimeout.',
  SCHEDULE_TO_START: 'No worker took it in time: is one running for this task queue?',
  SCHEDULE_TO_CLOSE: 'All attempts together took longer than scheduleToCloseTimeout.',
  HEARTBEAT: 'The activity did not call heartbeat() in time: its page may have been closed, or it hangs.',
};

/** What commonly leads to it, and what to do. */
export function hintFor({ message, timeoutFailureInfo }: Failure): string | undefined {
  if (timeoutFailureInfo) return TIMEOUT_HINTS[timeoutFailureInfo.timeoutType];
  return HINTS.find(([pattern]) => pattern.test(message))?.[1];
}

const ENGINE_FRAME = /node_modules|packages\/core\/|@perdure\/core|\/chunks?\/|<anonymous>|node:internal/;

/** Frames of the user's code, and those of the engine. */
export function splitStack(text: string): { readonly user: readonly string[]; readonly engine: readonly string[] } {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return { user: lines.filter((line) => !ENGINE_FRAME.test(line)), engine: lines.filter((line) => ENGINE_FRAME.test(line)) };
}
