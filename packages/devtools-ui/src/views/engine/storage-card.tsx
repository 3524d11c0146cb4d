/** How much is kept, how much could be, and whether the browser has promised to keep it. */
import type { ReactElement } from 'react';
import type { EngineInfo, StorageInfo } from '../../backend/shapes.ts';
import { formatBytes } from '../../models/duration.ts';
import { Button } from '../../ui/button.tsx';
import { useDevtools, useSession } from '../context.ts';
import { Card, FactList } from './card.tsx';

export function StorageCard({ info, onAsked }: { readonly info: EngineInfo; readonly onAsked: () => void }): ReactElement {
  const { order } = useDevtools();
  const session = useSession();
  const { storage, status } = info;
  const { fault, faults, damage, emptied } = status.store;
  const ask = async (): Promise<void> => {
    await order({ type: 'persistStorage' }, 'The browser promises to keep the storage');
    onAsked();
  };
  return (
    <Card title="Storage">
      {storage ? <Usage {...storage} /> : <p className="pd-muted">The browser does not tell how much is kept.</p>}
      <FactList
        facts={[
          [
            'Kept',
            storage && (storage.isPersisted ? 'until it is deleted by hand: the browser has promised it' : 'as long as the browser has room: it may evict it'),
          ],
          ['Databases', storage?.databases === undefined ? undefined : formatBytes(storage.databases)],
          ['Fault', fault],
          ['Made good', faults && `${faults.repeated} repeated, ${faults.reopened} reopened, ${faults.full} times full`],
          ['Damage', damage && `${damage.count}, the last: ${damage.last}`],
          ['Emptied', emptied],
        ]}
      />
      {storage && !storage.isPersisted && session.can('persistStorage') && (
        <p className="pd-actions">
          <Button onClick={() => void ask()}>Ask for persistence</Button>
        </p>
      )}
    </Card>
  );
}

function Usage({ usage, quota }: StorageInfo): ReactElement {
  const part = quota > 0 ? usage / quota : 0;
  return (
    <p className="pd-usage">
      <meter min={0} max={1} low={0.7} high={0.9} optimum={0} value={part} aria-label="Storage in use" />
      <span>
        {formatBytes(usage)} of {formatBytes(quota)}, {part < 0.001 ? 'less than 0.1' : (part * 100).toFixed(1)} %
      </span>
    </p>
  );
}
