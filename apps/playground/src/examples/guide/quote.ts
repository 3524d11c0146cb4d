/** A quote: prices come by local activities, within the workflow task; the customer asks for one item after the other by updates. */
import { allHandlersFinished, condition, defineQuery, defineSignal, defineUpdate, proxyLocalActivities, setHandler } from '@perdure/core/workflow';
import type * as activities from './activities.ts';

const { priceOf } = proxyLocalActivities<typeof activities>({ startToCloseTimeout: '5 seconds' });

export const askFor = defineUpdate<number, [item: string]>('askFor');
export const accept = defineSignal('accept');
export const quoteTotal = defineQuery<number>('total');

export async function quote(items: string[]): Promise<number> {
  let total = 0;
  let isAccepted = false;
  setHandler(quoteTotal, () => total);
  setHandler(accept, () => {
    isAccepted = true;
  });
  setHandler(
    askFor,
    async (item) => {
      total += await priceOf(item);
      return total;
    },
    {
      validator: (item) => {
        if (item === 'moon') throw new Error('the moon is not for sale');
      },
    },
  );
  for (const item of items) total += await priceOf(item);
  await condition(() => isAccepted && allHandlersFinished());
  return total;
}
