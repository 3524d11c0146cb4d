/**
 * The groups of a run, kept up to date while its history grows: appending costs what is appended, however long the history is. What is pending
 * is told apart from it, by descriptions, and what they show of attempts is kept: the history forgets all but the last.
 */
import { type HistoryEvent, isCloseEvent } from '@perdure/core/history';
import type { DescribedRun, PendingActivity, PendingTimer } from '../backend/shapes.ts';
import type { Group } from './group.ts';
import { activityCourse, type SeenAttempts, seeActivity } from './group-activity.ts';
import {
  type Course,
  childCourse,
  externalCourse,
  localActivityCourse,
  momentCourse,
  timerCourse,
  updateCourse,
  workflowCourse,
  workflowTaskCourse,
} from './group-course.ts';
import { belongingOf, CATEGORY_OF, type GroupKind, updateIdOf } from './group-rules.ts';

interface Entry {
  readonly kind: GroupKind;
  readonly events: HistoryEvent[];
  seen?: SeenAttempts;
  activation?: number;
}

export class RunGroups {
  readonly #entries: Entry[] = [];
  readonly #groups: Group[] = [];
  /** By event id: the index of its group. */
  readonly #ownerOf = new Map<number, number>();
  readonly #events = new Map<number, HistoryEvent>();
  readonly #admitted = new Map<string, number>();
  /** Groups that have no end yet. */
  readonly #open = new Set<number>();
  /** Groups whose derived form is out of date. */
  readonly #stale = new Set<number>();
  readonly #pendingActivities = new Map<number, PendingActivity>();
  readonly #pendingTimers = new Map<number, PendingTimer>();
  #described: DescribedRun | undefined;
  #runEnd: number | undefined;
  #activations = 0;
  #lastTaskFailure: number | undefined;
  #version = 0;

  /** Grows with each change: what is derived from groups is derived anew when it differs. */
  get version(): number {
    return this.#version;
  }

  /** When the run closed, in ms since the epoch. */
  get runEnd(): number | undefined {
    return this.#runEnd;
  }

  get eventCount(): number {
    return this.#events.size;
  }

  /** In the order of their first events. The same array for ever: it changes in place, and `version` says when. */
  get groups(): readonly Group[] {
    for (const index of this.#stale) this.#derive(index);
    this.#stale.clear();
    return this.#groups;
  }

  /** How many activations the code has had. */
  get activations(): number {
    return this.#activations;
  }

  /** @param events that follow those that it has, in the order of their ids; what it has already is passed over */
  append(events: readonly HistoryEvent[]): void {
    for (const event of events) {
      if (this.#events.has(event.eventId)) continue;
      this.#events.set(event.eventId, event);
      this.#place(event);
      if (isCloseEvent(event)) this.#close(event.eventTime);
    }
    if (events.length > 0) this.#version += 1;
  }

  /** Takes in what is pending. What closed in the meantime by its events stays closed. */
  observe(run: DescribedRun): void {
    this.#described = run;
    this.#pendingActivities.clear();
    this.#pendingTimers.clear();
    for (const each of run.pendingActivities) {
      this.#pendingActivities.set(each.scheduledEventId, each);
      this.#see(each);
    }
    for (const each of run.pendingTimers) this.#pendingTimers.set(each.startedEventId, each);
    for (const index of this.#open) this.#stale.add(index);
    this.#version += 1;
  }

  event(eventId: number): HistoryEvent | undefined {
    return this.#events.get(eventId);
  }

  /** The group that an event belongs to. */
  groupOf(eventId: number): Group | undefined {
    const index = this.#ownerOf.get(eventId);
    return index === undefined ? undefined : this.groups[index];
  }

  /** Groups that have not ended, in the order of their first events. */
  openGroups(): Group[] {
    const all = this.groups;
    return [...this.#open].sort((a, b) => a - b).flatMap((index) => all[index] ?? []);
  }

  /** The last workflow task that failed or timed out, if no later one was completed. */
  failingTask(): Group | undefined {
    return this.#lastTaskFailure === undefined ? undefined : this.groups[this.#lastTaskFailure];
  }

  #place(event: HistoryEvent): void {
    const belonging = belongingOf(event);
    const updateId = updateIdOf(event);
    const joined = event.type === 'WorkflowExecutionUpdateAccepted' && updateId !== undefined ? this.#admitted.get(updateId) : undefined;
    const known = joined ?? ('joins' in belonging && belonging.joins !== undefined ? this.#ownerOf.get(belonging.joins) : undefined);
    const index = known ?? this.#entries.push({ kind: 'joins' in belonging ? belonging.kind : belonging.opens, events: [] }) - 1;
    const entry = this.#entries[index] as Entry;
    entry.events.push(event);
    this.#ownerOf.set(event.eventId, index);
    if (event.type === 'WorkflowExecutionUpdateAdmitted' && updateId !== undefined) this.#admitted.set(updateId, index);
    if (event.type === 'WorkflowTaskCompleted') {
      entry.activation = this.#activations += 1;
      this.#lastTaskFailure = undefined;
    } else if (event.type === 'WorkflowTaskFailed' || event.type === 'WorkflowTaskTimedOut') this.#lastTaskFailure = index;
    else if (event.type === 'ActivityTaskScheduled') {
      const pending = this.#pendingActivities.get(event.eventId);
      if (pending) this.#see(pending);
    }
    this.#open.add(index);
    this.#stale.add(index);
  }

  #see(pending: PendingActivity): void {
    const index = this.#ownerOf.get(pending.scheduledEventId);
    const entry = index === undefined ? undefined : this.#entries[index];
    const [scheduled] = entry?.events ?? [];
    if (!entry || scheduled?.type !== 'ActivityTaskScheduled') return;
    entry.seen ??= new Map();
    seeActivity(entry.seen, pending, scheduled.attributes.retryPolicy);
  }

  #close(at: number): void {
    this.#runEnd = at;
    for (const index of this.#open) this.#stale.add(index);
  }

  #derive(index: number): void {
    const entry = this.#entries[index] as Entry;
    const { kind, events, activation } = entry;
    const [first] = events as [HistoryEvent];
    const course = this.#course(entry);
    const isEndedByRun = kind !== 'workflow' && this.#runEnd !== undefined && course.end === this.#runEnd && !hasEnded(entry);
    this.#groups[index] = {
      attempts: [],
      ...course,
      id: first.eventId,
      kind,
      category: CATEGORY_OF[kind],
      events: [...events],
      start: course.start ?? first.eventTime,
      isLeft: isEndedByRun,
      ...(activation === undefined ? {} : { activation }),
    };
    if (course.end === undefined) this.#open.add(index);
    else this.#open.delete(index);
  }

  #course(entry: Entry): Course & { readonly attempts?: Group['attempts']; readonly retry?: NonNullable<Group['retry']> } {
    const { kind, events, seen } = entry;
    const id = events[0]?.eventId ?? 0;
    switch (kind) {
      case 'workflow':
        return workflowCourse(events);
      case 'workflow task':
        return workflowTaskCourse(events, this.#described?.pendingWorkflowTask, this.#runEnd);
      case 'activity': {
        const course = activityCourse(events, seen, this.#pendingActivities.get(id), this.#runEnd);
        const next = course.retry.nextAttemptAt;
        return { ...course, ...activitySubject(events), ...(next === undefined ? {} : { expectedEnd: next }) };
      }
      case 'timer':
        return timerCourse(events, this.#pendingTimers.get(id), this.#runEnd);
      case 'child':
        return childCourse(events, this.#runEnd);
      case 'external signal':
      case 'external cancel':
        return externalCourse(events, this.#runEnd);
      case 'update':
        return updateCourse(events, this.#runEnd);
      case 'local activity':
        return localActivityCourse(events);
      default:
        return momentCourse(events);
    }
  }
}

function activitySubject(events: readonly HistoryEvent[]): Pick<Course, 'subject' | 'result'> {
  const [first] = events;
  const last = events.at(-1);
  const subject = first?.type === 'ActivityTaskScheduled' ? first.attributes.activityType : '';
  return last?.type === 'ActivityTaskCompleted' && last.attributes.result ? { subject, result: last.attributes.result } : { subject };
}

const ENDS: ReadonlySet<string> = new Set<HistoryEvent['type']>([
  'WorkflowTaskCompleted',
  'WorkflowTaskFailed',
  'WorkflowTaskTimedOut',
  'ActivityTaskCompleted',
  'ActivityTaskFailed',
  'ActivityTaskTimedOut',
  'ActivityTaskCanceled',
  'TimerFired',
  'TimerCanceled',
  'StartChildWorkflowExecutionFailed',
  'ChildWorkflowExecutionCompleted',
  'ChildWorkflowExecutionFailed',
  'ChildWorkflowExecutionCanceled',
  'ChildWorkflowExecutionTimedOut',
  'ChildWorkflowExecutionTerminated',
  'SignalExternalWorkflowExecutionFailed',
  'ExternalWorkflowExecutionSignaled',
  'RequestCancelExternalWorkflowExecutionFailed',
  'ExternalWorkflowExecutionCancelRequested',
  'WorkflowExecutionUpdateCompleted',
  'WorkflowExecutionSignaled',
  'WorkflowExecutionCancelRequested',
  'MarkerRecorded',
  'UpsertWorkflowSearchAttributes',
  'WorkflowPropertiesModified',
]);

const hasEnded = ({ events }: Entry): boolean => ENDS.has(events.at(-1)?.type ?? '');
