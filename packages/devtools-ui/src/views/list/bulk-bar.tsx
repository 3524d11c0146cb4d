/** What can be done to the runs that are picked in the list. */
import { type ReactElement, useState } from 'react';
import { BULK_WORDS } from '../../models/bulk-words.ts';
import { BULK_ACTIONS, type BulkAction } from '../../state/bulk.ts';
import type { Session } from '../../state/session.ts';
import { useValue } from '../../state/use-value.ts';
import { Button } from '../../ui/button.tsx';
import { useRoute, useSession } from '../context.ts';
import { BulkDialog } from '../dialogs.ts';

/** Whether there is anything that can be done to many runs. */
export const canBulk = (session: Session): boolean => BULK_ACTIONS.some((action) => session.can(action));

export function BulkBar(): ReactElement | null {
  const session = useSession();
  const { picked, isAll } = useValue(session.selection.store, (state) => state);
  const query = useRoute((route) => route.query);
  const [action, setAction] = useState<BulkAction>();
  if (picked.size === 0 && !isAll) return null;
  return (
    <>
      <div className="pd-bulk" role="toolbar" aria-label="What to do to the runs that are picked">
        <span role="status">{isAll ? (query === '' ? 'All runs' : 'All that match') : `${picked.size.toLocaleString('en')} picked`}</span>
        {!isAll && (
          <Button look="quiet" onClick={() => session.selection.pickAll()}>
            {query === '' ? 'Pick all runs' : 'Pick all that match'}
          </Button>
        )}
        {BULK_ACTIONS.filter((each) => session.can(each)).map((each) => (
          <Button key={each} onClick={() => setAction(each)}>
            {BULK_WORDS[each].verb}…
          </Button>
        ))}
        <Button look="quiet" onClick={() => session.selection.clear()}>
          Pick none
        </Button>
      </div>
      {action && <BulkDialog action={action} targets={isAll ? { query } : { runs: [...picked.values()] }} onClose={() => setAction(undefined)} />}
    </>
  );
}
