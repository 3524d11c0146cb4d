/** The role of the sandbox: user's workflow code and nothing else, in a worker that the engine may end at any time. */
import { loadDataConverter } from '../common/data-converter.ts';
import { serveSandbox } from '../workflow/port.ts';
import type { WorkerScope } from './role.ts';
import type { ServeOptions } from './serve.ts';

/** Replaces the globals before it returns; the user's module is loaded after that, by its thunk. */
export function serveSandboxRole(scope: WorkerScope, { workflows, dataConverter }: ServeOptions): void {
  const { payloadConverter, failureConverter } = loadDataConverter(dataConverter);
  serveSandbox(scope, { workflows: workflows as () => Promise<Record<string, unknown>>, payloadConverter, failureConverter });
}
