/** Passes on how the store fares when that changes by itself: the page has it in the status at once, and what the user should know is a warning, once. */
import type { EngineStatus, WorkflowService } from '../protocol/workflow-service.ts';

/**
 * @param service the engine, once there is one
 * @returns to be called whenever the store's status is another one
 */
export function storeTeller(
  service: () => Pick<WorkflowService, 'getEngineStatus'> | undefined,
  tell: (status: EngineStatus) => void,
  warn: (words: string) => void = (words) => console.warn(words),
): () => void {
  let warned: string | undefined;
  return () => {
    service()
      ?.getEngineStatus()
      .then(
        (status) => {
          const { emptied } = status.store;
          if (emptied !== undefined && emptied !== warned) warn(emptied);
          warned = emptied ?? warned;
          tell(status);
        },
        () => {}, // it has stopped, which is told on its own
      );
  };
}
