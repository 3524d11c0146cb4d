/** The workflows of the examples: each shows one thing of the guide, and waits long enough for one to look at it. */
import {
  allHandlersFinished,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  defineUpdate,
  executeChild,
  proxyActivities,
  setHandler,
  sleep,
  workflowInfo,
} from '@perdure/core/workflow';
import type * as activities from './activities.ts';

const options = { startToCloseTimeout: '1 minute', heartbeatTimeout: '10 seconds', retry: { initialInterval: '2 seconds', backoffCoefficient: 2 } };
const { notify, charge, refund, reserve, release, renderPage, priceOf } = proxyActivities<typeof activities>(options);

// --- Reminder: a timer that a person can stop or put off -----------------------------------------------------------------------------------

export const done = defineSignal('done');
export const snooze = defineSignal<[seconds: number]>('snooze');
export const reminderState = defineQuery<{ text: string; reminders: number; nextIn: string }>('state');

/** Reminds again and again, until somebody says that it is done. */
export async function reminder(text: string, everySeconds: number): Promise<string> {
  let isDone = false;
  let wait = everySeconds;
  let reminders = 0;
  setHandler(done, () => {
    isDone = true;
  });
  setHandler(snooze, (seconds) => {
    wait = seconds;
  });
  setHandler(reminderState, () => ({ text, reminders, nextIn: `${wait} s` }));
  for (;;) {
    const before = wait;
    if (await condition(() => isDone || wait !== before, `${wait} seconds`)) {
      if (isDone) return `done after ${reminders} reminders`;
      continue; // put off: it waits anew
    }
    reminders += 1;
    wait = everySeconds;
    await notify(`Reminder ${reminders}: ${text}`);
  }
}

// --- Order: steps that are taken back when a later one fails --------------------------------------------------------------------------------

export interface Order {
  readonly id: string;
  /** How often shipping fails before it succeeds; more than it is tried, and the order is taken back. */
  readonly shippingFails: number;
  /** How often shipping is tried. An attempt whose worker is killed counts: it may have done its work. @default 4 */
  readonly attempts?: number;
}
export const orderStep = defineQuery<{ step: string; undone: readonly string[] }>('progress');

/** A saga: what was done is undone in the opposite order when a step fails for good. */
export async function order({ id, shippingFails, attempts = 4 }: Order): Promise<string> {
  const { ship } = proxyActivities<typeof activities>({ ...options, retry: { ...options.retry, maximumAttempts: attempts } });
  let step = 'charging';
  const undone: string[] = [];
  const undo: (() => Promise<void>)[] = [];
  setHandler(orderStep, () => ({ step, undone }));
  try {
    const payment = await charge(id);
    undo.push(async () => {
      await refund(payment);
      undone.push('charge');
    });
    step = 'reserving';
    const reservation = await reserve(id);
    undo.push(async () => {
      await release(reservation);
      undone.push('reservation');
    });
    step = 'shipping';
    const parcel = await ship(id, shippingFails);
    step = 'shipped';
    return parcel;
  } catch (error) {
    step = 'taking back';
    for (const each of undo.reverse()) await each();
    step = 'taken back';
    throw error;
  }
}

// --- Book: many children at once -----------------------------------------------------------------------------------------------------------

export const pagesDone = defineQuery<{ pages: number; done: number }>('pages');

/** Renders all pages of a book, each in a child of its own. */
export async function book(pages: number): Promise<string> {
  let count = 0;
  setHandler(pagesDone, () => ({ pages, done: count }));
  const { workflowId } = workflowInfo();
  const sizes = await Promise.all(
    Array.from({ length: pages }, async (_, index) => {
      const size = await executeChild(page, { args: [index + 1], workflowId: `${workflowId}-page-${index + 1}` });
      count += 1;
      return size;
    }),
  );
  return `${pages} pages, ${sizes.reduce((sum, size) => sum + size, 0)} kB`;
}

/** One page of a book. */
export async function page(number: number): Promise<number> {
  await sleep((number % 5) * 1000 + 500);
  return await renderPage(number);
}

// --- Cart: an entity that lives on, run after run --------------------------------------------------------------------------------------------

export const addItem = defineUpdate<{ items: number; total: number }, [item: string, amount: number]>('addItem');
export const contents = defineQuery<Readonly<Record<string, number>>>('contents');
export const checkOut = defineSignal('checkOut');

const ITEMS_PER_RUN = 5;

/** A cart. After some items it goes on as a new run, so that its history stays short. */
export async function cart(items: Record<string, number> = {}, total = 0): Promise<string> {
  let isOpen = true;
  let added = 0;
  setHandler(
    addItem,
    async (item, amount) => {
      const price = await priceOf(item);
      items[item] = (items[item] ?? 0) + amount;
      total += price * amount;
      added += 1;
      return { items: Object.keys(items).length, total };
    },
    {
      validator: (item, amount) => {
        if (!item) throw new Error('an item needs a name');
        if (!(amount > 0)) throw new Error(`the amount of ${item} has to be more than 0, not ${amount}`);
      },
    },
  );
  setHandler(contents, () => items);
  setHandler(checkOut, () => {
    isOpen = false;
  });
  await condition(() => !isOpen || added >= ITEMS_PER_RUN);
  await condition(allHandlersFinished);
  if (isOpen) await continueAsNew<typeof cart>(items, total);
  return `sold for ${total}`;
}

// --- Trial: a sleep that outlives the browser ------------------------------------------------------------------------------------------------

export const convert = defineSignal<[plan: string]>('convert');
export const trialState = defineQuery<{ customer: string; plan: string }>('plan');

/** Thirty days of trial, of which nobody has to keep a page open. */
export async function trial(customer: string): Promise<string> {
  let plan = 'trial';
  setHandler(convert, (chosen) => {
    plan = chosen;
  });
  setHandler(trialState, () => ({ customer, plan }));
  await notify(`Welcome, ${customer}`);
  if (await condition(() => plan !== 'trial', '30 days')) return `${customer} is on the ${plan} plan`;
  await notify(`Your trial is over, ${customer}`);
  return 'the trial has ended';
}
