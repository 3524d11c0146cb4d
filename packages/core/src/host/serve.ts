/**
 * The one worker script of an application. It plays each role by the name it is started with: the engine, which the page starts, and the
 * workers in it for workflow code and for activities. Only what a role needs is loaded.
 */
import type { DataConverter } from '../common/data-converter.ts';
import type { Durability } from '../common/durability.ts';
import type { Duration } from '../common/duration.ts';
import type { SearchAttributeTypes } from '../common/search-attribute-types.ts';
import type { Limits } from '../engine/limits.ts';
import type { NamespaceLimits } from '../service/namespace-totals.ts';
import type { FailedMessage } from '../transport/boot-message.ts';
import { collectPorts } from './ports.ts';
import { roleOf, type WorkerScope, workerScope } from './role.ts';
import { serveSandboxRole } from './sandbox-role.ts';

export interface ServeOptions {
  /** The workflows by name, as a thunk: `() => import('./workflows')`. It is called after time and chance have been replaced, never before. */
  readonly workflows: () => Promise<object>;
  /** Activities that run in a worker of their own. Those that need the page are given to `connect` instead. */
  readonly activities?: () => Promise<object>;
  /** The name of the IndexedDB database, and of the lock that elects one engine among the tabs. @default 'perdure' */
  readonly database?: string;
  /** @default 'strict' */
  readonly durability?: Exclude<Durability, 'none'>;
  /** @default 'default' */
  readonly taskQueue?: string;
  /** @default 'default' */
  readonly namespace?: string;
  readonly dataConverter?: DataConverter;
  /** The search attributes that workflows may set, with their types. @default those of a Temporal development server: CustomKeywordField and so on */
  readonly searchAttributes?: SearchAttributeTypes;
  /** What runs may have at most, where it is not what Temporal's server has. All tabs of an application should say the same. */
  readonly limits?: Partial<Limits>;
  /**
   * What the clients of each namespace may take: open runs, starts and signals a second. What goes beyond is refused with `ResourceExhausted`.
   * @default no such limits
   */
  readonly namespaceLimits?: Partial<NamespaceLimits>;
  /** How often clients may start a workflow id again. @default twenty times at once, and then once a second */
  readonly workflowIdReuse?: {
    /** So many times at once; `Infinity`: always. */
    readonly burst: number;
    /** So often after that. */
    readonly interval: Duration;
  };
  /** How long a query waits for its answer. @default '10 seconds' */
  readonly queryDeadline?: Duration;
  /** How much heap may be taken by runs that wait for nothing but time or a signal, in bytes. @default 1 MiB */
  readonly idleBytes?: number;
}

/** To be called once, at the top level of a module worker's script. Returns at once; what fails later shows in the page's `status()`. */
export function serve(options: ServeOptions): void {
  if (!isFirstCopy()) return;
  const scope = workerScope();
  switch (roleOf(scope.name)) {
    case 'sandbox':
      return serveSandboxRole(scope, options); // synchronous: the globals are replaced before anything else can run
    case 'activities':
      return load(scope, serveActivities(scope, options));
    case 'engine':
      return load(scope, serveEngine(scope, options));
  }
}

const SERVED = Symbol.for('perdure.served');

/**
 * WebKit evaluates a worker's script once more when a chunk of the bundle imports it, at a time at which the globals may be replaced already. The second
 * copy plays no role; what workflow code and engine share is kept by the realm, so it does no harm.
 */
function isFirstCopy(): boolean {
  if (Object.hasOwn(globalThis, SERVED)) return false;
  Object.defineProperty(globalThis, SERVED, { value: true });
  return true;
}

async function serveEngine(scope: WorkerScope, options: ServeOptions): Promise<void> {
  const ports = collectPorts(scope);
  const role = await import('./engine-role.ts');
  await role.serveEngineRole(scope, ports, options);
}

async function serveActivities(scope: WorkerScope, options: ServeOptions): Promise<void> {
  const ports = collectPorts(scope);
  const role = await import('./activities-role.ts');
  await role.serveActivitiesRole(ports, options);
}

/** Whoever started this worker is told when its role cannot be played. */
function load(scope: WorkerScope, role: Promise<void>): void {
  const post = scope.postMessage.bind(scope); // by then the globals may be replaced
  role.catch((error) => {
    const message: FailedMessage = {
      perdure: 'failed',
      reason: `the worker "${scope.name}" does not run: ${error instanceof Error ? error.message : String(error)}`,
    };
    post(message);
  });
}
