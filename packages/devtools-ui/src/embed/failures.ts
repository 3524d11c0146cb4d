/** How many runs have failed since the panel was last looked at. Nobody listens for it: it is asked when a person is there who may look. */
import type { DevtoolsMountOptions } from './options.ts';

/** Asked again no sooner. */
const REST_MS = 2_000;

export interface Failures {
  look(): void;
  end(): void;
}

/** @param since when the panel was last looked at; absent while it is */
export function watchFailures(
  { client, namespace = 'default' }: DevtoolsMountOptions,
  since: () => number | undefined,
  tell: (count: number) => void,
): Failures {
  let lastLook = Number.NEGATIVE_INFINITY;
  let isEnded = false;
  const look = (): void => {
    const now = performance.now();
    const from = since();
    if (from === undefined || document.hidden || now - lastLook < REST_MS) return;
    lastLook = now;
    const query = `ExecutionStatus IN ("Failed", "TimedOut") AND CloseTime > "${new Date(from).toISOString()}"`;
    client.service.countWorkflowExecutions({ namespace, query }).then(
      ({ count }) => isEnded || tell(count),
      () => undefined, // an engine that does not answer has failed nothing; the panel says how it is
    );
  };
  const places = [
    [document, 'visibilitychange'],
    [window, 'focus'],
    [window, 'pointerup'],
    [window, 'keyup'],
  ] as const;
  for (const [target, type] of places) target.addEventListener(type, look, { capture: true, passive: true });
  look();
  return {
    look,
    end() {
      isEnded = true;
      for (const [target, type] of places) target.removeEventListener(type, look, { capture: true });
    },
  };
}
