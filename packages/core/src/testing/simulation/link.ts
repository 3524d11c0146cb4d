/**
 * The way from clients and workers to whichever engine is the leader. Messages are steps of the scheduler: late, lost, doubled and out of
 * order as the faults want it. Like the real transport, a call that gets no answer is sent again, as it was.
 */
import { isServiceError, ServiceError } from '../../common/service-error.ts';
import { SERVICE_METHODS, type WorkflowService } from '../../protocol/workflow-service.ts';
import type { Faults } from './faults.ts';
import type { Process, Scheduler } from './scheduler.ts';

/** An engine that can be called, and the process it lives in. */
export interface Leader {
  readonly process: Process;
  readonly service: WorkflowService;
}

export interface LinkOptions {
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly owner: Process;
  readonly leader: () => Leader | undefined;
  /** Calls back whenever the leader is another one, or none; or with a process that answers no more. @returns a function that ends that */
  readonly onLeaderChange: (listener: (gone?: Process) => void) => () => void;
  /** Also a call that was told that it took too long is sent again: it may have been carried out, and its id makes that safe. */
  readonly isPersistent?: boolean;
}

/** Calls that wait on purpose: they are sent again only when the engine changes. */
const LONG_POLLS: ReadonlySet<string> = new Set([
  'pollWorkflowTaskQueue',
  'pollActivityTaskQueue',
  'pollWorkerCommands',
  'getWorkflowExecutionHistory',
  'watchChanges',
]);
/** How long a caller waits for the answer to a call that should be quick. */
const PATIENCE = 20_000;
const PAUSE_BEFORE_RESENDING = 200;

export function createLink(options: LinkOptions): WorkflowService {
  const methods = SERVICE_METHODS.map((method) => [method, (request: unknown) => call(options, method, request)] as const);
  return Object.fromEntries(methods) as unknown as WorkflowService;
}

/** Sends until there is an answer. */
async function call(options: LinkOptions, method: string, request: unknown): Promise<unknown> {
  for (;;) {
    try {
      return await send(options, method, request);
    } catch (error) {
      if (!isPassing(error) && !(options.isPersistent && method !== 'queryWorkflow' && isServiceError(error, 'DeadlineExceeded'))) throw error;
      await new Promise<void>((resolve) => options.owner.clock.setTimer(PAUSE_BEFORE_RESENDING, resolve));
    }
  }
}

const isPassing = (error: unknown): boolean =>
  isServiceError(error, 'Unavailable') || isServiceError(error, 'StorageUnavailable') || isServiceError(error, 'Fenced');

/** One message and its answer. Rejects with `Unavailable` when there is no engine, when it dies meanwhile, or when patience ends. */
function send(options: LinkOptions, method: string, request: unknown): Promise<unknown> {
  const { scheduler, faults, owner, leader, onLeaderChange } = options;
  const message = JSON.stringify(request ?? {});
  return new Promise((resolve, reject) => {
    let isOver = false;
    const isPatient = LONG_POLLS.has(method);
    const giveUp = isPatient ? () => {} : owner.clock.setTimer(PATIENCE, () => lose());
    let to: Process | undefined;
    const forget = isPatient ? onLeaderChange((gone) => owner.isAlive && (gone === undefined || gone === to) && lose()) : () => {};
    const settle = (finish: () => void) => {
      if (isOver) return;
      isOver = true;
      giveUp();
      forget();
      finish();
    };
    const lose = () => settle(() => reject(new ServiceError('Unavailable', `${method}: no answer`, { details: { retryable: true } })));
    /** A message that got lost is missed after a while, also one that may wait. */
    const miss = () => void owner.clock.setTimer(PATIENCE, lose);
    const deliver = (isCopy: boolean) => {
      if (isOver && isPatient) return; // who waits by a port takes the question back with it
      const target = leader();
      if (!target?.process.isAlive) return lose();
      if (!isCopy) to = target.process;
      callMethod(target.service, method, JSON.parse(message)).then(
        (answer) => reply(target.process, isCopy, JSON.stringify(answer ?? null), (text) => settle(() => resolve(JSON.parse(text)))),
        (error: unknown) => reply(target.process, isCopy, '', () => settle(() => reject(error))),
      );
    };
    const reply = (from: Process, isCopy: boolean, text: string, finish: (text: string) => void) => {
      if (isCopy || !from.isAlive) return;
      if (faults.strikes('answer is lost')) return miss();
      scheduler.post(`${owner.name} gets ${method}`, owner, faults.strikes('answer is late') ? scheduler.pick(5_000) : 0, () => finish(text));
    };
    if (!method.startsWith('poll') && faults.strikes('request is doubled'))
      scheduler.post(`${owner.name} calls ${method} twice`, owner, scheduler.pick(5_000), () => deliver(true));
    if (faults.strikes('request is lost')) return miss();
    scheduler.post(`${owner.name} calls ${method}`, owner, faults.strikes('request is late') ? scheduler.pick(5_000) : 0, () => deliver(false));
  });
}

const callMethod = async (service: WorkflowService, method: string, request: unknown): Promise<unknown> =>
  await (service as unknown as Record<string, (request: unknown) => Promise<unknown>>)[method]?.(request);
