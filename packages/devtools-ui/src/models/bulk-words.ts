/** What is said of one order to many runs. */
import type { BulkAction } from '../state/bulk.ts';

export const BULK_WORDS: Readonly<Record<BulkAction, { readonly verb: string; readonly done: string; readonly consequence: string }>> = {
  cancel: { verb: 'Cancel', done: 'asked to cancel', consequence: 'Their code is told, and can clean up.' },
  terminate: { verb: 'Terminate', done: 'terminated', consequence: 'They end at once. Their code is not told, and cleans nothing up.' },
  delete: { verb: 'Delete', done: 'deleted', consequence: 'Nothing is left of them. Those that run are terminated first.' },
  signal: { verb: 'Signal', done: 'signalled', consequence: 'Each gets the signal once.' },
};
