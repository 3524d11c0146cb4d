/** Unhandled rejections of workflow code: found, attributed to their run, and kept from the host, whose process they would end. */
import type { Activator } from './activator.ts';
import { currentFrame, useContext } from './context.ts';
import { UnhandledRejectionError } from './errors.ts';
import { hostProcess } from './host.ts';
import { turns } from './turns.ts';

/** Node reports rejections before the next macrotask; browsers in a macrotask of their own, for which a turn must wait. */
export const reportsBeforeMacrotask: boolean = hostProcess?.versions?.node !== undefined && typeof hostProcess.emit === 'function';

const INSTALLED = Symbol.for('perdure.rejections');

export function installRejectionHandler(): void {
  const realm = globalThis as unknown as { [INSTALLED]?: true };
  if (realm[INSTALLED]) return;
  Object.defineProperty(realm, INSTALLED, { value: true });
  if (reportsBeforeMacrotask) watchProcess(hostProcess as NonNullable<typeof hostProcess>);
  else if (typeof globalThis.addEventListener === 'function') {
    globalThis.addEventListener('unhandledrejection', (event: PromiseRejectionEvent) => {
      if (attribute(event.reason)) event.preventDefault();
    });
  }
}

/** Listeners of the host (a test runner's, say) end what they watch over; and a listener cannot keep an event from the others. */
function watchProcess(host: NonNullable<typeof hostProcess>): void {
  const emit = host.emit as (event: string | symbol, ...args: unknown[]) => boolean;
  host.emit = function (this: unknown, event, ...args) {
    if (event === 'unhandledRejection' && attribute(args[0])) return true;
    return Reflect.apply(emit, this, [event, ...args]);
  };
}

/** @returns whether the rejection is a run's */
function attribute(reason: unknown): boolean {
  // With a host's context the rejected promise's own is current here. Without, the turn tells: only one run has it.
  const owner = (useContext().kind === 'host' && reportsBeforeMacrotask ? currentFrame()?.owner : turns.current) as Activator | undefined;
  if (!owner) return false;
  owner.outcome.recordTaskError(new UnhandledRejectionError(reason));
  return true;
}
