/** Why a replay of a run's history went no further: where code and history part, side by side, and what to do. */
import type { ReplayFailure } from '@perdure/core/client';
import type { ReactElement } from 'react';
import { Button } from '../../ui/button.tsx';
import { useDevtools } from '../context.ts';

const TITLES: Readonly<Record<ReplayFailure['kind'], string>> = {
  nonDeterminism: 'The code does not agree with this history',
  queryChangesState: 'A query handler changes the state of the workflow',
  missingCode: 'The code of this workflow is not in this build',
  invalidHistory: 'The history breaks a rule of histories',
  error: 'The replay could not go on',
};
const NEXT_STEPS: Readonly<Record<ReplayFailure['kind'], string>> = {
  nonDeterminism:
    'Likely causes: the workflow was changed while this run was under way (guard the change with patched()), or it reads something that is not the same at each replay, such as storage or the network.',
  queryChangesState: 'Let query handlers read only. What is shown after the first such query is not to be trusted.',
  missingCode: 'Events, timeline and raw history need no code. Open the file in the application that has the workflow, or export it from serve().',
  invalidHistory: 'It was edited, or cut: what is before the event can be read.',
  error: 'Open the run again to try it again.',
};

export function ReplayFailureView({ failure: { kind, message, eventId, expected, got } }: { readonly failure: ReplayFailure }): ReactElement {
  const { navigation } = useDevtools();
  return (
    <div className="pd-divergence" role="alert">
      <p>
        <b>{TITLES[kind]}</b>
        {eventId !== undefined && (
          <Button look="quiet" onClick={() => navigation.adjust({ tab: 'events', eventId })}>
            Event {eventId}
          </Button>
        )}
      </p>
      {expected !== undefined && got !== undefined ? (
        <div className="pd-divergence-sides">
          <div>
            <h4>The history says</h4>
            <p>{expected}</p>
          </div>
          <div>
            <h4>The code gave now</h4>
            <p>{got}</p>
          </div>
        </div>
      ) : (
        <p>{message}</p>
      )}
      <p className="pd-muted">{NEXT_STEPS[kind]}</p>
    </div>
  );
}
