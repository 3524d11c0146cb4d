/** The way to an event. */

import type { ReactElement } from 'react';
import { visibleText } from '../../models/visible-text.ts';
import { useDevtools } from '../context.ts';

/** Selects an event in every view. */
export function EventLink({ eventId, label }: { readonly eventId: number; readonly label: string }): ReactElement {
  const { navigation } = useDevtools();
  return (
    <button type="button" className="pd-link pd-strong" title={`Event ${eventId}`} onClick={() => navigation.adjust({ eventId })}>
      {visibleText(label)}
    </button>
  );
}
