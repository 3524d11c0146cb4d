/** The activities of the examples. They only pretend: each takes its time, says how far it is, may fail as it is told to, and leaves one effect. */
import { CompleteAsyncError, Context } from '@perdure/core/activity';
import { haveEffect } from './effects.ts';

/** The context is taken before the first await: several activities run beside each other, and browsers do not tell them apart after it. */
async function work(ms: number): Promise<void> {
  const context = Context.current();
  const steps = 4;
  for (let step = 1; step <= steps; step += 1) {
    await context.sleep(ms / steps);
    if (!context.info.isLocal) context.heartbeat({ done: Math.round((step / steps) * 100) });
  }
}

/** Works, and then does what can be seen from outside; in whichever attempt, it is done once. */
async function act(ms: number, what: string): Promise<void> {
  const { workflowExecution, activityId, isLocal } = Context.current().info;
  await work(ms);
  await haveEffect(`${workflowExecution.runId} ${isLocal ? 'local ' : ''}${activityId}`, { workflowId: workflowExecution.workflowId, what });
}

export async function notify(text: string): Promise<void> {
  await act(300, text);
  console.info(text);
}

export async function charge(orderId: string): Promise<string> {
  await act(600, `charged ${orderId}`);
  return `payment-of-${orderId}`;
}
export async function refund(payment: string): Promise<void> {
  await act(500, `refunded ${payment}`);
}
export async function reserve(orderId: string): Promise<string> {
  await act(400, `reserved ${orderId}`);
  return `reservation-of-${orderId}`;
}
export async function release(reservation: string): Promise<void> {
  await act(400, `released ${reservation}`);
}

/** @param fails how many attempts fail before one succeeds */
export async function ship(orderId: string, fails: number): Promise<string> {
  const { attempt } = Context.current().info;
  if (attempt <= fails) {
    await work(500);
    throw new Error(`the carrier does not answer (attempt ${attempt})`);
  }
  await act(500, `shipped ${orderId}`);
  return `parcel-of-${orderId}`;
}

export async function renderPage(number: number): Promise<number> {
  await act(400 + (number % 3) * 300, `rendered page ${number}`);
  return 10 + number;
}

export async function priceOf(item: string): Promise<number> {
  await act(250, `looked up ${item}`);
  return item.length;
}

export async function book(what: string): Promise<void> {
  await act(500, `booked ${what}`);
}
export async function unbook(what: string): Promise<void> {
  await act(500, `took back ${what}`);
}

/** The answer comes from the page, by the ids of workflow and activity. */
export async function askSomebody(about: string): Promise<string> {
  await act(200, `asked about ${about}`);
  throw new CompleteAsyncError();
}
