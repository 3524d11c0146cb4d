/** The relatives of the run that is shown, read anew when one of them has changed. */
import { useEffect, useState } from 'react';
import type { Backend, BackendError } from '../backend/backend.ts';
import { toBackendError } from '../backend/errors.ts';
import type { RunSummary } from '../backend/shapes.ts';

export interface Family {
  readonly runs: readonly RunSummary[];
  readonly isCut: boolean;
  readonly error?: BackendError;
}

const GAP_MS = 500;

/** @returns `undefined` until they are known */
export function useFamily(
  backend: Backend,
  run: { readonly namespace: string; readonly workflowId: string; readonly runId: string | undefined },
): Family | undefined {
  const [family, setFamily] = useState<Family>();
  const { namespace, workflowId, runId } = run;
  useEffect(() => {
    if (runId === undefined) return;
    let isGone = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = async (): Promise<void> => {
      try {
        const answer = await backend.fetch('family', { namespace, workflowId, runId });
        if (!isGone) setFamily(answer);
      } catch (error) {
        if (!isGone) setFamily({ runs: [], isCut: false, error: toBackendError(error) });
      }
    };
    const unsubscribe = backend.subscribe('changes', { namespace }, () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void read();
      }, GAP_MS);
    });
    void read();
    return () => {
      isGone = true;
      unsubscribe();
      clearTimeout(timer);
    };
  }, [backend, namespace, workflowId, runId]);
  return family;
}
