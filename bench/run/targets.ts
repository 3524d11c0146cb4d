/** The page and its workers as the developer tools see them: their heaps, and profiles of their processor time. */
import type { CDPSession, Page } from '@playwright/test';

/** `page`, or a worker by its name. */
export interface Target {
  readonly name: string;
  send<T>(method: string, params?: object): Promise<T>;
}

interface Outgoing {
  readonly id: number;
  readonly method: string;
  readonly params: object;
}

interface Incoming {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
  readonly method?: string;
  readonly params?: { readonly sessionId: string; readonly message: string; readonly targetInfo: { readonly title: string } };
}

interface Node {
  receive(message: Incoming): void;
  attach(): Promise<unknown>;
}

/** How long a nested worker may take to show, in ms. */
const ATTACH_TIME = 300;
const EVENTS = ['Target.attachedToTarget', 'Target.receivedMessageFromTarget'] as const;

/** Attaches to the page and to the workers in it, nested ones too. Playwright has no sessions for workers, so messages are passed on by hand. */
export async function attachTargets(page: Page): Promise<readonly Target[]> {
  const session = await page.context().newCDPSession(page);
  const targets: Target[] = [];
  const root = createTarget('page', targets, (message) => void ask(session, message).then(root.receive));
  for (const method of EVENTS) session.on(method, (params) => root.receive({ method, params: params as unknown as NonNullable<Incoming['params']> }));
  await root.attach();
  await new Promise((resolve) => setTimeout(resolve, ATTACH_TIME));
  return targets;
}

async function ask(session: CDPSession, { id, method, params }: Outgoing): Promise<Incoming> {
  try {
    return { id, result: await (session.send as (method: string, params: object) => Promise<unknown>).call(session, method, params) };
  } catch (error) {
    return { id, error: { message: (error as Error).message } };
  }
}

function createTarget(name: string, targets: Target[], post: (message: Outgoing) => void): Node {
  let lastId = 0;
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  const children = new Map<string, Node>();

  function send<T>(method: string, params: object = {}): Promise<T> {
    const id = ++lastId;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      post({ id, method, params });
    });
  }

  function addChild({ sessionId, targetInfo }: NonNullable<Incoming['params']>): void {
    const child = createTarget(targetInfo.title, targets, (message) => {
      send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify(message) }).catch(() => {}); // it has gone, and answers no more
    });
    children.set(sessionId, child);
    child.attach().catch(() => {}); // it cannot have workers
  }

  function settle({ id, result, error }: Incoming): void {
    const call = waiting.get(id as number);
    waiting.delete(id as number);
    if (error) call?.reject(new Error(`${name}: ${error.message}`));
    else call?.resolve(result);
  }

  targets.push({ name, send });
  return {
    attach: () => send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false }),
    receive(message) {
      const { id, method, params } = message;
      if (id !== undefined) settle(message);
      else if (params && method === 'Target.attachedToTarget') addChild(params);
      else if (params && method === 'Target.receivedMessageFromTarget') children.get(params.sessionId)?.receive(JSON.parse(params.message) as Incoming);
    },
  };
}

/** @returns bytes of live objects in the heap of a worker, after a collection */
export async function heapOf(page: Page, workerName: string): Promise<number> {
  const target = (await attachTargets(page)).find(({ name }) => name === workerName);
  if (!target) throw new Error(`there is no worker "${workerName}" in the page`);
  await target.send('HeapProfiler.enable');
  await target.send('HeapProfiler.collectGarbage');
  const { usedSize } = await target.send<{ usedSize: number }>('Runtime.getHeapUsage');
  await target.send('HeapProfiler.disable');
  return usedSize;
}
