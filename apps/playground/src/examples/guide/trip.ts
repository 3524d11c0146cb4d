/** A trip that can be cancelled: what must be undone is undone in a scope that no cancellation reaches. */
import { CancellationScope, condition, defineQuery, defineSignal, isCancellation, proxyActivities, setHandler } from '@perdure/core/workflow';
import type * as activities from './activities.ts';

const { book, unbook } = proxyActivities<typeof activities>({ startToCloseTimeout: '1 minute', heartbeatTimeout: '10 seconds' });

export const depart = defineSignal('depart');
export const tripState = defineQuery<{ booked: readonly string[] }>('trip');

export async function trip(parts: string[]): Promise<string> {
  const booked: string[] = [];
  let hasDeparted = false;
  setHandler(tripState, () => ({ booked }));
  setHandler(depart, () => {
    hasDeparted = true;
  });
  try {
    for (const part of parts) {
      await book(part);
      booked.push(part);
    }
    await condition(() => hasDeparted);
    return 'travelled';
  } catch (error) {
    if (!isCancellation(error)) throw error;
    await CancellationScope.nonCancellable(async () => {
      for (const part of booked.splice(0).reverse()) await unbook(part);
    });
    throw error;
  }
}
