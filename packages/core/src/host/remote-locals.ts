/**
 * Local activities run where the others do, in the worker for activities; the worker for workflows, which is in the engine's, asks for them over a
 * port. What an activities worker had in hand when it failed is asked of the next one again: a local activity runs at least once.
 */
import type { Millis } from '../common/brand.ts';
import type { LocalActivityOwner, LocalActivityRunner } from '../worker/local-activities.ts';
import type { LocalActivityCommand, LocalActivityResult } from '../worker/local-activity-machine.ts';

type Reason = 'CANCELLED' | 'WORKER_SHUTDOWN';

interface Run {
  readonly kind: 'run';
  readonly id: number;
  readonly owner: LocalActivityOwner;
  readonly command: LocalActivityCommand;
  /** By the engine's clock. */
  readonly now: Millis;
}
type Asked = Run | { readonly kind: 'cancel'; readonly id: number; readonly reason: Reason };
interface Ended {
  readonly id: number;
  readonly result: LocalActivityResult;
}

interface Open {
  readonly run: Run;
  readonly onEnd: (result: LocalActivityResult) => void;
  cancelledBy: Reason | undefined;
}

/** The end that asks. */
export class RemoteLocals implements LocalActivityRunner {
  readonly #open = new Map<number, Open>();
  #port: MessagePort | undefined;
  #lastId = 0;

  /** Asks at `port` from now on, and for all that is open still. */
  attach(port: MessagePort): void {
    this.#port = port;
    port.addEventListener('message', ({ data }: MessageEvent<Ended>) => this.#ended(data));
    port.start();
    for (const open of this.#open.values()) this.#ask(open);
  }

  run(owner: LocalActivityOwner, command: LocalActivityCommand, now: Millis, onEnd: (result: LocalActivityResult) => void): (reason: Reason) => void {
    const id = ++this.#lastId;
    const open: Open = { run: { kind: 'run', id, owner, command, now }, onEnd, cancelledBy: undefined };
    this.#open.set(id, open);
    this.#ask(open);
    return (reason) => {
      if (!this.#open.has(id) || open.cancelledBy) return;
      open.cancelledBy = reason;
      this.#say({ kind: 'cancel', id, reason });
    };
  }

  #ask({ run, cancelledBy }: Open): void {
    this.#say(run);
    if (cancelledBy) this.#say({ kind: 'cancel', id: run.id, reason: cancelledBy });
  }

  #say(asked: Asked): void {
    this.#port?.postMessage(asked);
  }

  /** One that was asked for twice may end twice. */
  #ended({ id, result }: Ended): void {
    const open = this.#open.get(id);
    this.#open.delete(id);
    open?.onEnd(result);
  }
}

/** The end that runs them. */
export function serveLocals(port: MessagePort, runner: LocalActivityRunner): void {
  const cancels = new Map<number, (reason: Reason) => void>();
  port.addEventListener('message', ({ data: asked }: MessageEvent<Asked>) => {
    if (asked.kind === 'cancel') return cancels.get(asked.id)?.(asked.reason);
    const { id, owner, command, now } = asked;
    const cancel = runner.run(owner, command, now, (result) => {
      cancels.delete(id);
      port.postMessage({ id, result } satisfies Ended);
    });
    cancels.set(id, cancel);
  });
  port.start();
}
