/**
 * What an engine tells: changes of runs, and events as they are recorded. There is one long poll for each namespace, whatever the number of
 * listeners; events are read when a change says that there are some. A poll cannot be taken back: when the last listener has gone, its answer is
 * dropped, and nothing follows it.
 */
import type { WorkflowService } from '@perdure/core/client';
import type { Clock } from '@perdure/core/common';
import type { HistoryEvent } from '@perdure/core/history';
import type { ChangesDelta, EventsDelta, RunRef } from './backend.ts';
import { toBackendError } from './errors.ts';

const RETRY_MS = 1000;
/** As large as the service gives. */
const PAGE = 1000;
/** An engine keeps about so many notices for those who are slow. */
const KEPT_NOTICES = 1000;

type ChangesListener = (delta: ChangesDelta) => void;

/** Changes of one namespace. */
export class ChangesFeed {
  readonly #service: WorkflowService;
  readonly #namespace: string;
  readonly #clock: Clock;
  readonly #listeners = new Set<ChangesListener>();
  #isRunning = false;

  constructor(service: WorkflowService, namespace: string, clock: Clock) {
    this.#service = service;
    this.#namespace = namespace;
    this.#clock = clock;
  }

  listen(listener: ChangesListener): () => void {
    this.#listeners.add(listener);
    if (!this.#isRunning) void this.#run();
    return () => void this.#listeners.delete(listener);
  }

  clear(): void {
    this.#listeners.clear();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    let cursor: number | undefined;
    while (this.#listeners.size > 0) {
      try {
        const { cursor: next, changes } = await this.#service.watchChanges({ namespace: this.#namespace, ...(cursor !== undefined && { cursor }) });
        // What happened between a listener's first look and the first answer is in no notice; an engine that was started since counts anew.
        const mayBeMissing = cursor === undefined || next < cursor || next - cursor >= KEPT_NOTICES || changes.length === 0;
        cursor = next;
        if (changes.length > 0 || mayBeMissing) this.#tell({ changes, mayBeMissing });
      } catch {
        // The topic `reach` says that the engine does not answer; here it is only asked again.
        cursor = undefined;
        await new Promise<void>((resolve) => void this.#clock.setTimer(RETRY_MS, resolve));
      }
    }
    this.#isRunning = false;
  }

  #tell(delta: ChangesDelta): void {
    for (const listener of [...this.#listeners]) listener(delta);
  }
}

/** Reads the events of one run, and goes on reading as changes come. @returns a function that ends it */
export function followEvents(
  { service, changes, clock }: { readonly service: WorkflowService; readonly changes: ChangesFeed; readonly clock: Clock },
  { namespace, workflowId, runId: wanted, afterEventId }: RunRef & { readonly afterEventId: number },
  listener: (delta: EventsDelta) => void,
): () => void {
  let runId = wanted;
  let last = afterEventId;
  let isReading = false;
  let isStale = false;
  let isEnded = false;
  let cancelRetry: (() => void) | undefined;

  const read = async (): Promise<void> => {
    if (isReading) {
      isStale = true;
      return;
    }
    isReading = true;
    try {
      do {
        isStale = false;
        await readPages();
      } while (isStale && !isEnded);
    } catch (error) {
      const { kind, message } = toBackendError(error);
      if (kind !== 'gone') end({ failure: { kind, message } });
      else cancelRetry = clock.setTimer(RETRY_MS, () => void read());
    } finally {
      isReading = false;
    }
  };

  async function readPages(): Promise<void> {
    for (let more = true; more && !isEnded; ) {
      const page = await service.getWorkflowExecutionHistory({
        namespace,
        workflowExecution: { workflowId, ...(runId !== undefined && { runId }) },
        afterEventId: last,
        maximumPageSize: PAGE,
        readable: true,
      });
      if (isEnded) return;
      ({ runId, more } = page);
      last = page.events.at(-1)?.eventId ?? last;
      listener({ runId, events: page.events, isCaughtUp: !more, ...(page.damage !== undefined && { damage: page.damage }) });
      if (page.damage !== undefined) return;
    }
  }

  const unlisten = changes.listen(({ changes: told, mayBeMissing }) => {
    if (mayBeMissing || told.some((change) => change.runId === runId && change.historyLength > last)) void read();
  });

  function end(delta?: EventsDelta): void {
    if (isEnded) return;
    isEnded = true;
    unlisten();
    cancelRetry?.();
    if (delta) listener(delta);
  }

  void read();
  return () => end();
}

/** All events of a run that there are by now, up to one of them; of a damaged history those before the damage. */
export async function readHistory(
  service: WorkflowService,
  { namespace, workflowId, runId }: RunRef,
  untilEventId: number = Number.POSITIVE_INFINITY,
): Promise<readonly HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  for (let more = true; more && events.length < untilEventId; ) {
    const page = await service.getWorkflowExecutionHistory({
      namespace,
      workflowExecution: { workflowId, ...(runId !== undefined && { runId }) },
      afterEventId: events.at(-1)?.eventId ?? 0,
      maximumPageSize: PAGE,
      readable: true,
    });
    for (const event of page.events) if (event.eventId <= untilEventId) events.push(event);
    more = page.more && page.events.length > 0 && page.damage === undefined;
  }
  return events;
}
