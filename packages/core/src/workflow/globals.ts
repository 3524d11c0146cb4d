/**
 * The globals that workflow code meets. Time and chance are the run's; what a replay could not repeat is refused in words. In a shared
 * realm this holds for workflow code alone: other code that runs here sees the host's.
 */
import type { Activator } from './activator.ts';
import { ambient, mayUseHost, prepareRealm, type Realm } from './ambient.ts';
import { currentFrame } from './context.ts';
import { installPlace, inZone } from './globals-place.ts';
import { installIntl, installTemporal } from './globals-time.ts';
import { HostDate, hostNow, hostRandom } from './host.ts';
import { fillFrom, uuid4From } from './random.ts';
import { refusal, refuseGlobals, removeTheRest } from './refused-globals.ts';
import { replaceGlobal } from './replace-global.ts';
import { clearWorkflowTimeout, setWorkflowTimeout } from './timers.ts';

/** Once for a realm. */
export function installGlobals(realm: Realm): void {
  const { isNew, becomesDedicated } = prepareRealm(realm);
  if (isNew) {
    installTime();
    installChance();
    installConsole();
    refuseGlobals();
  }
  if (becomesDedicated) removeTheRest();
}

// --- time and chance ------------------------------------------------------------------------------------------------------------------

function installTime(): void {
  Object.defineProperty(HostDate, 'now', { configurable: true, writable: true, value: () => ambient('Date.now()')?.now ?? hostNow() });
  const VirtualDate: DateConstructor = new Proxy(HostDate, {
    construct(target, args, newTarget): object {
      const time = args.length === 0 ? ambient('new Date()') : undefined;
      return Reflect.construct(target, time ? [time.now] : inPlace(args), newTarget === VirtualDate ? target : newTarget);
    },
    // As Temporal has it: in a workflow, Date() gives an object too.
    apply(target, self, args) {
      const time = ambient('Date()');
      return time ? Reflect.construct(target, args.length === 0 ? [time.now] : inZone(args)) : Reflect.apply(target, self, args);
    },
  });
  Object.defineProperty(HostDate.prototype, 'constructor', { configurable: true, writable: true, value: VirtualDate });
  replaceGlobal('Date', VirtualDate);
  installTemporal(ambient);
  installIntl(ambient);
  installPlace(() => !mayUseHost());
  replacePerformance();
  const { setTimeout: hostSet, clearTimeout: hostClear } = globalThis;
  replaceGlobal('setTimeout', Object.assign(inRunOr('setTimeout', setWorkflowTimeout as AnyFunction, hostSet as AnyFunction), promisified(hostSet)));
  replaceGlobal('clearTimeout', inRunOr('clearTimeout', clearWorkflowTimeout as AnyFunction, hostClear as AnyFunction));
}

const inPlace = (args: unknown[]): unknown[] => (mayUseHost() ? args : inZone(args));

type AnyFunction = (...args: unknown[]) => unknown;

/** Node's `util.promisify(setTimeout)` goes by symbols on it. */
const promisified = (fn: object): object => Object.fromEntries(Object.getOwnPropertySymbols(fn).map((key) => [key, (fn as Record<symbol, unknown>)[key]]));

function inRunOr(name: string, inRun: AnyFunction, otherwise: AnyFunction): AnyFunction {
  return (...args) => {
    const frame = currentFrame();
    if (frame?.owner) return inRun(...args);
    if (mayUseHost()) return Reflect.apply(otherwise, globalThis, args);
    throw refusal(name, 'No workflow is running here.');
  };
}

/** Milliseconds since the run started, by the workflow's clock. Marks and measures are dropped. */
function replacePerformance(): void {
  const real = globalThis.performance;
  if (!real) return;
  const realNow = real.now.bind(real);
  const now = (): number => {
    const time = ambient('performance.now()');
    return time ? time.now - startOf() : realNow();
  };
  Object.defineProperty(real, 'now', { configurable: true, writable: true, value: now });
  Object.defineProperty(real, 'timeOrigin', { configurable: true, get: () => (ambient('performance.timeOrigin') ? startOf() : hostTimeOrigin) });
}
const hostTimeOrigin = globalThis.performance?.timeOrigin;
const startOf = (): number => (currentFrame()?.owner as Activator | undefined)?.info.runStartTime.getTime() ?? 0;

function installChance(): void {
  Math.random = () => {
    const chance = ambient('Math.random()');
    return chance ? chance.random() : hostRandom();
  };
  const { crypto } = globalThis;
  if (!crypto) return;
  const randomUUID = crypto.randomUUID?.bind(crypto);
  const getRandomValues = crypto.getRandomValues.bind(crypto);
  const define = (name: string, value: unknown): void => void Object.defineProperty(crypto, name, { configurable: true, writable: true, value });
  if (randomUUID) {
    define('randomUUID', () => {
      const chance = ambient('crypto.randomUUID()');
      return chance ? uuid4From(() => chance.random()) : randomUUID();
    });
  }
  define('getRandomValues', (array: Uint8Array) => {
    const chance = ambient('crypto.getRandomValues()');
    if (!chance) return getRandomValues(array as Uint8Array<ArrayBuffer>);
    fillFrom(() => chance.random(), new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
    return array;
  });
  const { subtle } = crypto;
  Object.defineProperty(crypto, 'subtle', {
    configurable: true,
    get() {
      if (mayUseHost()) return subtle;
      throw refusal('crypto.subtle', 'It answers outside of the activation.');
    },
  });
}

// --- the log --------------------------------------------------------------------------------------------------------------------------

/** Lines of a workflow name it, and are not written again in a replay. */
function installConsole(): void {
  const target = globalThis.console as unknown as Record<string, AnyFunction>;
  for (const level of ['log', 'info', 'warn', 'error', 'debug', 'trace']) {
    const real = target[level];
    if (!real) continue;
    target[level] = (...args) => {
      const owner = currentFrame()?.owner as Activator | undefined;
      if (!owner) return Reflect.apply(real, target, args);
      const { isReplayingHistoryEvents } = owner.info.unsafe;
      if (!isReplayingHistoryEvents) Reflect.apply(real, target, [`[${owner.info.workflowType}(${owner.info.workflowId})]`, ...args]);
      return undefined;
    };
  }
}
