/** What a run has under way, each with its clock and what can be done about it: activities, timers, children, its workflow task. */

import { type ReactElement, useState } from 'react';
import type { PendingActivity, PendingChild, PendingTimer, PendingWorkflowTask } from '../../backend/shapes.ts';
import { parseArguments } from '../../models/arguments.ts';
import { formatClock, formatDuration } from '../../models/duration.ts';
import { failureText } from '../../models/event-summary.ts';
import type { RunGroups } from '../../models/groups.ts';
import { pendingCount } from '../../models/run-counts.ts';
import { visibleText } from '../../models/visible-text.ts';
import type { RunPage } from '../../state/run-page.ts';
import { useValue } from '../../state/use-value.ts';
import { ArgumentsEditor } from '../../ui/arguments-editor.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { useDevtools, useNow, useSession } from '../context.ts';
import { CountDown, Since } from '../words-view.tsx';
import { EventLink } from './event-link.tsx';
import { PayloadsView } from './payloads-view.tsx';

export { runStyles } from './run.styles.ts';

export function PendingTab({ page }: { readonly page: RunPage }): ReactElement {
  return (
    <div className="pd-scroll pd-padded">
      <PendingCards page={page} />
    </div>
  );
}

/** More than these are not drawn: nobody reads them one by one. */
const MOST_CARDS = 100;

export function PendingCards({ page }: { readonly page: RunPage }): ReactElement {
  const { described, groups } = useValue(page.store, (state) => state);
  if (!described) return <p className="pd-muted">…</p>;
  if (pendingCount(described) === 0)
    return (
      <p className="pd-muted">
        {described.summary.status === 'RUNNING'
          ? 'Nothing is pending: the code waits for a signal, an update or a condition.'
          : 'Nothing is pending: the run has closed.'}
      </p>
    );
  const { pendingActivities, pendingTimers, pendingChildren, pendingWorkflowTask, summary } = described;
  const timers = [...pendingTimers].sort((a, b) => a.fireTime - b.fireTime);
  return (
    <ul className="pd-cards">
      {pendingWorkflowTask && <TaskCard task={pendingWorkflowTask} />}
      {pendingActivities.slice(0, MOST_CARDS).map((activity) => (
        <ActivityCard
          key={activity.scheduledEventId}
          activity={activity}
          run={{ namespace: summary.namespace, workflowId: summary.workflowId, runId: summary.runId }}
          groups={groups}
        />
      ))}
      {timers.slice(0, MOST_CARDS).map((timer) => (
        <TimerCard key={timer.startedEventId} timer={timer} />
      ))}
      {pendingChildren.slice(0, MOST_CARDS).map((child) => (
        <ChildCard key={child.initiatedEventId} child={child} />
      ))}
      {[pendingActivities, pendingTimers, pendingChildren].some((list) => list.length > MOST_CARDS) && (
        <li className="pd-muted">The first {MOST_CARDS} of each kind are shown; the list of events has them all.</li>
      )}
    </ul>
  );
}

function ActivityCard({
  activity,
  run,
  groups,
}: {
  readonly activity: PendingActivity;
  readonly run: { readonly namespace: string; readonly workflowId: string; readonly runId: string };
  readonly groups: RunGroups;
}): ReactElement {
  const { activityType, state, attempt, maximumAttempts, lastFailure, nextAttemptScheduleTime, lastHeartbeatTime, heartbeatDetails, lastStartedTime } =
    activity;
  const scheduled = groups.event(activity.scheduledEventId);
  const options = scheduled?.type === 'ActivityTaskScheduled' ? scheduled.attributes : undefined;
  const of = maximumAttempts === 0 ? '∞' : maximumAttempts;
  const tone = state === 'BACKING_OFF' ? 'backing off' : state === 'STARTED' ? 'running' : state === 'CANCEL_REQUESTED' ? 'cancelled' : 'queued';
  return (
    <li className="pd-card">
      <div className="pd-card-line">
        <EventLink eventId={activity.scheduledEventId} label={activityType} />
        <StatusBadge tone={tone} label={`attempt ${attempt} of ${of}`} isOpen />
      </div>
      <p className="pd-muted">
        {state === 'BACKING_OFF' && nextAttemptScheduleTime !== undefined ? (
          <>
            next attempt <CountDown until={nextAttemptScheduleTime} /> · at {formatClock(nextAttemptScheduleTime).slice(0, 8)}
          </>
        ) : state === 'SCHEDULED' ? (
          <>
            in line on {activity.taskQueue} for <Since at={activity.scheduledTime} />
          </>
        ) : (
          <>
            {state === 'CANCEL_REQUESTED' ? 'asked to cancel, ' : ''}running for <Since at={lastStartedTime ?? activity.scheduledTime} />
            {activity.lastWorkerIdentity && visibleText(` by ${activity.lastWorkerIdentity}`)}
          </>
        )}
      </p>
      {lastHeartbeatTime !== undefined && (
        <div className="pd-card-line pd-muted">
          <span>
            heartbeat <Since at={lastHeartbeatTime} suffix=" ago" />{' '}
            {heartbeatDetails && <PayloadsView payloads={heartbeatDetails} label={`Heartbeat of ${activityType}`} isInline />}
          </span>
        </div>
      )}
      {state === 'STARTED' && options?.heartbeatTimeout ? (
        <Drain label="Heartbeat timeout" start={lastHeartbeatTime ?? lastStartedTime ?? 0} length={options.heartbeatTimeout} />
      ) : state === 'STARTED' && options?.startToCloseTimeout && lastStartedTime ? (
        <Drain label="Start-to-close timeout" start={lastStartedTime} length={options.startToCloseTimeout} />
      ) : null}
      {lastFailure && <p className="pd-last-failure">after: {failureText(lastFailure)}</p>}
      <ActivityActions activity={activity} run={run} />
    </li>
  );
}

/** What is left of a timeout, as a bar. */
function Drain({ label, start, length }: { readonly label: string; readonly start: number; readonly length: number }): ReactElement {
  const now = useNow(start + length);
  const left = Math.min(1, Math.max(0, (start + length - now) / length));
  return (
    // biome-ignore lint/a11y/useSemanticElements: a meter element cannot be drawn alike in all browsers
    <div
      className="pd-drain"
      title={`${label} of ${formatDuration(length)}`}
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={1}
      aria-valuenow={Number(left.toFixed(2))}
    >
      <span style={{ inlineSize: `${left * 100}%` }} />
    </div>
  );
}

function ActivityActions({
  activity,
  run,
}: {
  readonly activity: PendingActivity;
  readonly run: { readonly namespace: string; readonly workflowId: string; readonly runId: string };
}): ReactElement | null {
  const { order } = useDevtools();
  const session = useSession();
  const [isOpen, setIsOpen] = useState<'complete' | 'fail'>();
  const { activityId, activityType } = activity;
  if (!session.can('completeActivity') && !session.can('failActivity') && !session.can('retryActivity')) return null;
  return (
    <p className="pd-actions">
      {session.can('retryActivity') && activity.state === 'BACKING_OFF' && (
        <Button onClick={() => void order({ type: 'retryActivity', ...run, activityId }, `${activityType} is tried again`)}>Retry now</Button>
      )}
      {session.can('completeActivity') && (
        <Button title="The workflow goes on with a value of yours" onClick={() => setIsOpen('complete')}>
          Complete with…
        </Button>
      )}
      {session.can('failActivity') && (
        <Button title="This attempt fails" onClick={() => setIsOpen('fail')}>
          Fail…
        </Button>
      )}
      {isOpen === 'complete' && (
        <CompleteDialog
          name={activityType}
          onClose={() => setIsOpen(undefined)}
          onDone={(result) => void order({ type: 'completeActivity', ...run, activityId, result }, `${activityType} was completed`)}
        />
      )}
      {isOpen === 'fail' && (
        <FailDialog
          name={activityType}
          onClose={() => setIsOpen(undefined)}
          onDone={(message, isRetryable) => void order({ type: 'failActivity', ...run, activityId, message, isRetryable }, `${activityType} was failed`)}
        />
      )}
    </p>
  );
}

function CompleteDialog({
  name,
  onClose,
  onDone,
}: {
  readonly name: string;
  readonly onClose: () => void;
  readonly onDone: (result: { encoding: string; data?: string }[]) => void;
}): ReactElement {
  const [texts, setTexts] = useState<readonly string[]>(['']);
  const [problem, setProblem] = useState<{ readonly index: number; readonly problem: string }>();
  const done = (): void => {
    const parsed = parseArguments(texts.slice(0, 1));
    if ('problem' in parsed) return setProblem(parsed);
    onClose();
    onDone([...parsed.payloads]);
  };
  return (
    <Dialog
      title={`Complete ${name} with a value`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Keep waiting</Button>
          <Button look="primary" onClick={done}>
            Complete
          </Button>
        </>
      }
    >
      <p>The workflow goes on as if the activity had returned this. What the activity does now has no effect any more. This cannot be undone.</p>
      <ArgumentsEditor texts={texts.slice(0, 1)} onChange={setTexts} problem={problem} label={`the result of ${name}`} />
    </Dialog>
  );
}

function FailDialog({
  name,
  onClose,
  onDone,
}: {
  readonly name: string;
  readonly onClose: () => void;
  readonly onDone: (message: string, isRetryable: boolean) => void;
}): ReactElement {
  const [message, setMessage] = useState('Failed from the devtools');
  const [isRetryable, setIsRetryable] = useState(true);
  return (
    <Dialog
      title={`Fail ${name}`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Keep waiting</Button>
          <Button
            look="danger"
            onClick={() => {
              onClose();
              onDone(message, isRetryable);
            }}
          >
            Fail it
          </Button>
        </>
      }
    >
      <div className="pd-form">
        <label>
          Message
          <input className="pd-input" value={message} onChange={(event) => setMessage(event.target.value)} />
        </label>
        <label className="pd-check">
          <input type="checkbox" checked={isRetryable} onChange={(event) => setIsRetryable(event.target.checked)} />
          It may be tried again, as its retry policy says
        </label>
      </div>
    </Dialog>
  );
}

function TimerCard({ timer }: { readonly timer: PendingTimer }): ReactElement {
  const { order } = useDevtools();
  const session = useSession();
  const now = useNow(timer.fireTime);
  const length = timer.fireTime - timer.startTime;
  const share = length <= 0 ? 1 : Math.min(1, Math.max(0, (now - timer.startTime) / length));
  const name = /^\d*$/.test(timer.timerId) ? formatDuration(length) : timer.timerId;
  const route = useDevtools().navigation.store.getState();
  const run = { namespace: session.namespace, workflowId: route.workflowId ?? '', ...(route.runId !== undefined && { runId: route.runId }) };
  return (
    <li className="pd-card">
      <div className="pd-card-line">
        <span>
          <Ring share={share} /> timer <EventLink eventId={timer.startedEventId} label={name} />
        </span>
        <b>
          <CountDown until={timer.fireTime} prefix="" />
        </b>
      </div>
      <p className="pd-muted">
        fires {formatClock(timer.fireTime).slice(0, 8)}, {new Date(timer.fireTime).toLocaleDateString('en', { dateStyle: 'medium' })}
      </p>
      {(session.can('fireTimer') || session.can('skipTime')) && (
        <p className="pd-actions">
          {session.can('fireTimer') && (
            <Button title="The clock stays as it is" onClick={() => void order({ type: 'fireTimer', ...run, timerId: timer.timerId }, 'The timer was fired')}>
              Fire now
            </Button>
          )}
          {session.can('skipTime') && (
            <Button title="All that is due on the way happens" onClick={() => void order({ type: 'skipTime', to: timer.fireTime }, 'The clock has gone on')}>
              Skip clock to here
            </Button>
          )}
        </p>
      )}
    </li>
  );
}

/** How much of a wait is over. */
function Ring({ share }: { readonly share: number }): ReactElement {
  const length = 2 * Math.PI * 5.5;
  return (
    <svg className="pd-ring" viewBox="0 0 16 16" aria-hidden="true">
      <circle cx="8" cy="8" r="5.5" />
      <circle cx="8" cy="8" r="5.5" strokeDasharray={`${share * length} ${length}`} transform="rotate(-90 8 8)" />
    </svg>
  );
}

function ChildCard({ child }: { readonly child: PendingChild }): ReactElement {
  const { navigation } = useDevtools();
  const { workflowId, runId, workflowType } = child;
  return (
    <li className="pd-card">
      <div className="pd-card-line">
        <span>
          child <EventLink eventId={child.initiatedEventId} label={workflowType} />
        </span>
        <StatusBadge tone={runId === undefined ? 'queued' : 'running'} label={runId === undefined ? 'starting' : 'running'} isOpen />
      </div>
      <p>
        <button type="button" className="pd-link pd-mono" onClick={() => navigation.go({ page: 'run', workflowId, runId })}>
          {visibleText(workflowId)}
        </button>
      </p>
    </li>
  );
}

function TaskCard({ task }: { readonly task: PendingWorkflowTask }): ReactElement {
  const { state, attempt, scheduledTime, notBefore } = task;
  return (
    <li className="pd-card">
      <div className="pd-card-line">
        <b>workflow task</b>
        <StatusBadge tone={state === 'BACKING_OFF' ? 'backing off' : state === 'STARTED' ? 'running' : 'queued'} label={`attempt ${attempt}`} isOpen />
      </div>
      <p className="pd-muted">
        {state === 'BACKING_OFF' && notBefore !== undefined ? (
          <>
            tried again <CountDown until={notBefore} />
          </>
        ) : (
          <>
            {state === 'STARTED' ? 'in the worker for' : 'in line for'} <Since at={task.startedTime ?? scheduledTime} />
          </>
        )}
      </p>
    </li>
  );
}
