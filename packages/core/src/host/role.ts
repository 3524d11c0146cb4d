/** The roles that one worker script plays, told by the name it is started with, and how a worker starts another one in a role. */
import { ServiceError } from '../common/service-error.ts';
import type { Endpoint } from '../transport/endpoint.ts';

export type Role = 'engine' | 'sandbox' | 'activities';

const PREFIX = 'perdure:';

/** Any name that is not one of ours, also none, is the engine: the user names it. */
export function roleOf(name: string): Role {
  if (name === `${PREFIX}sandbox`) return 'sandbox';
  return name === `${PREFIX}activities` ? 'activities' : 'engine';
}

/** What is used of a `DedicatedWorkerGlobalScope`. */
export interface WorkerScope extends Endpoint {
  readonly name: string;
  readonly location: { readonly href: string };
}

/** @throws {ServiceError} `FailedPrecondition` outside of a dedicated worker */
export function workerScope(scope: unknown = globalThis): WorkerScope {
  const { document, postMessage, name } = scope as { document?: unknown; postMessage?: unknown; name?: unknown };
  if (document === undefined && typeof postMessage === 'function' && typeof name === 'string') return scope as WorkerScope;
  throw new ServiceError(
    'FailedPrecondition',
    "serve() belongs into a dedicated worker. Give its file to connect() in the page: connect({ worker: () => new Worker(new URL('./perdure.worker.ts', import.meta.url), { type: 'module', name: 'perdure' }) })",
  );
}

/** Starts this same script in another role: from its own URL, so that neither blob nor eval is needed. */
export function spawnRole(role: Exclude<Role, 'engine'>, scope: WorkerScope = workerScope()): Worker {
  return new Worker(trusted(scope.location.href) as string, { type: 'module', name: PREFIX + role });
}

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): unknown };
}

/** Where the page demands Trusted Types, a worker's URL must come from a policy: ours is named `perdure` and lets only this script through. */
function trusted(url: string): unknown {
  const types = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
  if (!types) return url;
  policy ??= types.createPolicy('perdure', { createScriptURL: ownScript });
  return policy.createScriptURL(url);
}
let policy: ReturnType<TrustedTypes['createPolicy']> | undefined;

function ownScript(url: string): string {
  if (url !== globalThis.location.href) throw new TypeError(`only the script of this worker may be started, not ${url}`);
  return url;
}
