/**
 * Asks the browser to keep the storage of the origin, and not to evict it when space is short. It is asked once, with the first start of a workflow that a
 * user's action causes: some browsers ask the user, and none may be bothered without a reason. Only a page can ask.
 */
import type { Millis } from '../common/brand.ts';
import type { Clock } from '../common/clock.ts';
import type { Persistence } from '../common/durability.ts';
import type { WorkflowService } from '../protocol/workflow-service.ts';

export interface PersistenceOptions {
  readonly clock: Clock;
  readonly onAnswer: () => void;
  /** @default that of this page; some browsers have none, or none that can be asked */
  readonly storage?: { persist?(): Promise<boolean> } | undefined;
  /** @default that of this page */
  readonly activation?: { readonly isActive: boolean } | undefined;
}

export interface PersistenceRequest {
  /** `undefined` as long as nothing was asked. */
  readonly answer: Persistence | undefined;
  /** The service, whose starts ask. */
  watch(service: WorkflowService): WorkflowService;
}

/** A browser that has asked the user says nothing until there is an answer, and perhaps never. */
const DEADLINE: Millis = 10_000;

export function createPersistence({ clock, onAnswer, ...page }: PersistenceOptions): PersistenceRequest {
  const { navigator } = globalThis as { navigator?: Navigator };
  const storage = 'storage' in page ? page.storage : navigator?.storage;
  const activation = 'activation' in page ? page.activation : navigator?.userActivation;
  let answer: Persistence | undefined;

  function settle(next: Persistence): void {
    if (answer === next) return;
    answer = next;
    onAnswer();
  }

  function ask(): void {
    if (answer !== undefined || activation?.isActive === false) return;
    if (typeof storage?.persist !== 'function') return settle('unavailable');
    answer = 'unanswered';
    const cancel = clock.setTimer(DEADLINE, onAnswer);
    const end = (next: Persistence): void => {
      cancel();
      settle(next);
    };
    // An answer that comes late is one too.
    storage.persist().then(
      (isGranted) => end(isGranted ? 'granted' : 'denied'),
      () => end('unavailable'),
    );
  }

  return {
    get answer() {
      return answer;
    },
    watch(service) {
      const asking =
        <R, A>(method: (request: R) => Promise<A>) =>
        (request: R): Promise<A> => {
          ask(); // before anything is awaited: the user's action counts for a moment only
          return method(request);
        };
      return {
        ...service,
        startWorkflowExecution: asking(service.startWorkflowExecution),
        signalWithStartWorkflowExecution: asking(service.signalWithStartWorkflowExecution),
        updateWithStartWorkflowExecution: asking(service.updateWithStartWorkflowExecution),
      };
    },
  };
}
