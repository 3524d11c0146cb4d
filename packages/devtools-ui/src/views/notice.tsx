/** Says that the engine does not answer, since when and why, above what was last known. */
import type { ReactElement } from 'react';
import { formatClock } from '../models/duration.ts';
import { useValue } from '../state/use-value.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { useDevtools, useSession } from './context.ts';

export function ReachNotice(): ReactElement | null {
  const { order } = useDevtools();
  const session = useSession();
  const reach = useValue(session.store, (state) => state.reach);
  if (reach?.state !== 'gone') return null;
  return (
    <div className="pd-notice" role="alert">
      <Icon name="warning" />
      <p>
        The engine has not answered since {formatClock(reach.since).slice(0, 8)}: {reach.reason}. What is shown is what was last known.
      </p>
      {session.can('restartEngine') && <Button onClick={() => void order({ type: 'restartEngine' }, 'The engine is started again')}>Start it again</Button>}
    </div>
  );
}
