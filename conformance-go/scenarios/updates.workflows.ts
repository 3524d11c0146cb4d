import { ApplicationFailure, defineUpdate, getSignalChannel, setHandler, sleep } from '@perdure/core/workflow';

export const addUpdate = defineUpdate<number, [amount: number]>('add');
export const addLater = defineUpdate<number, [amount: number]>('add_later');

/** Adds up what its updates bring until it is told to end. */
export async function counter(): Promise<number> {
  let total = 0;
  const validator = (amount: number): void => {
    if (amount < 0) throw ApplicationFailure.create({ message: 'amount must not be negative' });
  };
  const add = (amount: number): number => {
    if (amount === 13) throw ApplicationFailure.create({ message: 'unlucky' });
    total += amount;
    return total;
  };
  setHandler(addUpdate, add, { validator });
  setHandler(
    addLater,
    async (amount) => {
      await sleep(100);
      return add(amount);
    },
    { validator },
  );
  await getSignalChannel('end').receive();
  return total;
}
