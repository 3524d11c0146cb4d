/** The examples of the playground as a person would drive them, and what each has come to: for runs that are left alone, and for runs that are killed. */
import { expect, type Page } from '@playwright/test';

/** What the page of the playground gives to its console. */
interface Playground {
  readonly client: {
    readonly workflow: {
      start(type: string, options: object): Promise<unknown>;
      getHandle(id: string): {
        signal(name: string, ...args: unknown[]): Promise<void>;
        executeUpdate(name: string, options: object): Promise<unknown>;
        query(name: string): Promise<unknown>;
        cancel(): Promise<void>;
        result(): Promise<unknown>;
      };
    };
    readonly activity: { complete(activity: object, result: unknown): Promise<void> };
  };
  readonly service: {
    fireTimer(request: object): Promise<void>;
    describeWorkflowExecution(request: object): Promise<{
      readonly pendingTimers: readonly { readonly timerId: string }[];
      readonly pendingActivities: readonly { readonly activityId: string; readonly state: string }[];
    }>;
  };
  effects(): Promise<readonly { readonly workflowId: string; readonly what: string }[]>;
}

/** Drives one run by its steps. A step may wait, and comes once, whoever leads meanwhile. */
interface Driver {
  start(type: string, args: readonly unknown[], options?: object): Promise<void>;
  signal(name: string, ...args: unknown[]): Promise<void>;
  signalOf(workflowId: string, name: string): Promise<void>;
  update(name: string, ...args: unknown[]): Promise<unknown>;
  cancel(): Promise<void>;
  complete(activityId: string, result: unknown): Promise<void>;
  /** Lets the run's only timer fire now: the playground has no clock of its own. */
  fireTimer(): Promise<void>;
  /** Waits until a query answers so. */
  until(query: string, isSo: (answer: unknown) => boolean): Promise<void>;
  /** Waits until an activity of the run has done so. */
  untilEffect(what: string): Promise<void>;
  result(workflowId?: string): Promise<unknown>;
}

export interface DrivenExample {
  readonly name: string;
  readonly drive: (run: Driver, workflowId: string) => Promise<unknown>;
  /** Where chance or the clock is in it: what its effects have to be, by its own result, in place of those of another run. */
  readonly effectsOf?: (come: Come) => readonly string[];
}

const property = (name: string, value: unknown) => (answer: unknown) => JSON.stringify((answer as Record<string, unknown>)[name]) === JSON.stringify(value);

export const DRIVEN: readonly DrivenExample[] = [
  {
    name: 'reminder',
    async drive(run) {
      await run.start('reminder', ['plants', 3600]);
      for (const reminders of [1, 2]) {
        await run.fireTimer();
        await run.until('state', property('reminders', reminders));
      }
      await run.signal('snooze', 7200);
      await run.until('state', property('nextIn', '7200 s'));
      await run.signal('done');
      return run.result();
    },
  },
  {
    name: 'order',
    async drive(run, id) {
      await run.start('order', [{ id, shippingFails: 1, attempts: 1_000 }]); // attempts that are lost count
      return run.result();
    },
  },
  {
    name: 'book',
    async drive(run) {
      await run.start('book', [6]);
      return run.result();
    },
  },
  {
    name: 'cart',
    async drive(run) {
      await run.start('cart', []);
      for (const [item, amount] of [
        ['apple', 2],
        ['pear', 1],
        ['apple', 1],
        ['plum', 4],
        ['fig', 1],
        ['nut', 9],
      ])
        await run.update('addItem', item, amount);
      await expect(run.update('addItem', '', 1)).rejects.toThrow();
      await run.signal('checkOut');
      return run.result();
    },
  },
  {
    name: 'trial',
    async drive(run) {
      await run.start('trial', ['Ada']);
      await run.fireTimer();
      return run.result();
    },
  },
  {
    name: 'trip',
    async drive(run) {
      await run.start('trip', [['flight', 'hotel']]);
      await run.until('trip', property('booked', ['flight', 'hotel']));
      await run.cancel();
      return run.result();
    },
  },
  {
    name: 'household',
    async drive(run, id) {
      await run.start('household', ['ABANDON']);
      await run.until('light', (answer) => answer === 'ABANDON');
      await run.signal('leave');
      const left = await run.result();
      await run.signalOf(`${id}-light`, 'switchOff');
      return [left, await run.result(`${id}-light`)];
    },
  },
  {
    name: 'dice',
    effectsOf: ({ result }) => (result as number[]).map((number) => `Dice: ${number}`),
    async drive(run) {
      await run.start('dice', [3]);
      for (const count of [1, 2, 3]) {
        await run.signal('throw');
        if (count < 3) await run.until('thrown', (answer) => (answer as { thrown: number[] }).thrown.length === count);
      }
      return run.result();
    },
  },
  {
    name: 'quote',
    async drive(run) {
      await run.start('quote', [['chair', 'lamp']]);
      await run.update('askFor', 'shelf');
      await expect(run.update('askFor', 'moon')).rejects.toThrow();
      await run.signal('accept');
      return run.result();
    },
  },
  {
    name: 'report',
    effectsOf: ({ effects }) => Array.from({ length: Math.max(2, effects.length) }, (_, index) => `Report ${index + 1}`), // by the clock: any number of them, and none is left out
    async drive(run) {
      await run.start('report', [], { cronSchedule: '@every 1s' });
      await run.until('number', (number) => (number as number) > 2);
      await run.cancel();
      return run.result();
    },
  },
  {
    name: 'approval',
    async drive(run) {
      await run.start('approval', ['coffee']);
      await run.untilEffect('asked about coffee'); // nobody answers what was not asked
      await run.complete('decision', 'approved');
      return run.result();
    },
  },
];

export interface Come {
  /** What the run ended with; of one that failed or was cancelled, that. */
  readonly result: unknown;
  /** What its activities did, each once, in the order of the alphabet. */
  readonly effects: readonly string[];
}

/** Drives all examples at once from a page that is not reloaded, and reads what they came to. */
export async function driveAll(page: Page, round: string): Promise<Readonly<Record<string, Come>>> {
  const ends = await Promise.all(
    DRIVEN.map(async ({ name, drive }) => {
      const id = `${name}-${round}`;
      const result = await drive(driverOf(page, id), id);
      return [name, result] as const;
    }),
  );
  const effects = await page.evaluate(() => (globalThis as unknown as { playground: Playground }).playground.effects());
  const neutral = (text: string): string => text.replaceAll(`-${round}`, '');
  return Object.fromEntries(
    ends.map(([name, result]) => {
      const own = effects.filter(({ workflowId }) => workflowId.startsWith(`${name}-${round}`)).map(({ what }) => neutral(what));
      return [name, { result: JSON.parse(neutral(JSON.stringify(result))), effects: own.sort() }];
    }),
  );
}

type Action =
  | { readonly do: 'start'; readonly type: string; readonly args: readonly unknown[]; readonly options: object | undefined }
  | { readonly do: 'signal'; readonly name: string; readonly args: readonly unknown[] }
  | { readonly do: 'update'; readonly name: string; readonly args: readonly unknown[] }
  | { readonly do: 'query'; readonly name: string }
  | { readonly do: 'untilEffect'; readonly what: string }
  | { readonly do: 'complete'; readonly activityId: string; readonly result: unknown }
  | { readonly do: 'cancel' | 'fireTimer' | 'result' };

function driverOf(page: Page, workflowId: string): Driver {
  const act = (action: Action, id = workflowId): Promise<unknown> => page.evaluate(inPage, [id, action] as const);
  return {
    start: async (type, args, options) => void (await act({ do: 'start', type, args, options })),
    signal: async (name, ...args) => void (await act({ do: 'signal', name, args })),
    signalOf: async (id, name) => void (await act({ do: 'signal', name, args: [] }, id)),
    update: (name, ...args) => act({ do: 'update', name, args }),
    cancel: async () => void (await act({ do: 'cancel' })),
    complete: async (activityId, result) => void (await act({ do: 'complete', activityId, result })),
    fireTimer: async () => void (await act({ do: 'fireTimer' })),
    async until(name, isSo) {
      await expect.poll(async () => isSo(await act({ do: 'query', name })), { timeout: 120_000 }).toBe(true);
    },
    untilEffect: async (what) => void (await act({ do: 'untilEffect', what })),
    result: (id) => act({ do: 'result' }, id),
  };
}

/** In the page. A call that no engine took in its time is made again where that does no harm: reading, and what is refused the second time. */
async function inPage([workflowId, action]: readonly [string, Action]): Promise<unknown> {
  const { client, service, effects } = (globalThis as unknown as { playground: Playground }).playground;
  const handle = client.workflow.getHandle(workflowId);
  const again = async <T>(call: () => Promise<T | undefined>): Promise<T> => {
    const deadline = Date.now() + 120_000;
    for (;;) {
      const answer = await call().catch((error: Error & { readonly code?: string }) => {
        if (Date.now() > deadline || error.code === 'InvalidArgument') throw error;
      });
      if (answer !== undefined) return answer as T;
      if (Date.now() > deadline) throw new Error(`${action.do} of ${workflowId} waits for too long`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const described = () => service.describeWorkflowExecution({ namespace: 'default', workflowExecution: { workflowId } });
  switch (action.do) {
    case 'start':
      return void (await client.workflow.start(action.type, { workflowId, taskQueue: 'playground', args: action.args, ...action.options }));
    case 'signal':
      return handle.signal(action.name, ...action.args);
    case 'update':
      return handle.executeUpdate(action.name, { args: action.args });
    case 'query':
      return again(() => handle.query(action.name));
    case 'untilEffect':
      return again(async () => (await effects()).find((effect) => effect.workflowId === workflowId && effect.what === action.what));
    case 'cancel':
      return handle.cancel();
    case 'complete':
      await again(async () => (await described()).pendingActivities.find(({ activityId }) => activityId === action.activityId));
      return again(() => client.activity.complete({ workflowId, activityId: action.activityId }, action.result).then(() => true));
    case 'fireTimer': {
      const timer = await again(async () => (await described()).pendingTimers[0]);
      return service.fireTimer({ namespace: 'default', workflowExecution: { workflowId }, timerId: timer.timerId });
    }
    case 'result':
      return handle.result().catch((error: Error) => `${error.name}: ${error.cause instanceof Error ? error.cause.name : ''}`);
  }
}
