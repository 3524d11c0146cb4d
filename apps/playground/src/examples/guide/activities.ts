/** The activities of the examples. They only pretend: each takes its time, says how far it is, and may fail as it is told to. */
import { Context } from '@perdure/core/activity';

/** The context is taken before the first await: several activities run beside each other, and browsers do not tell them apart after it. */
async function work(ms: number): Promise<void> {
  const context = Context.current();
  const steps = 4;
  for (let step = 1; step <= steps; step += 1) {
    await context.sleep(ms / steps);
    context.heartbeat({ done: Math.round((step / steps) * 100) });
  }
}

export async function notify(text: string): Promise<void> {
  await work(300);
  console.info(text);
}

export async function charge(orderId: string): Promise<string> {
  await work(600);
  return `payment-of-${orderId}`;
}
export async function refund(_payment: string): Promise<void> {
  await work(500);
}
export async function reserve(orderId: string): Promise<string> {
  await work(400);
  return `reservation-of-${orderId}`;
}
export async function release(_reservation: string): Promise<void> {
  await work(400);
}

/** @param fails how many attempts fail before one succeeds */
export async function ship(orderId: string, fails: number): Promise<string> {
  const { attempt } = Context.current().info;
  await work(500);
  if (attempt <= fails) throw new Error(`the carrier does not answer (attempt ${attempt})`);
  return `parcel-of-${orderId}`;
}

export async function renderPage(number: number): Promise<number> {
  await work(400 + (number % 3) * 300);
  return 10 + number;
}

export async function priceOf(item: string): Promise<number> {
  await work(250);
  return item.length;
}
