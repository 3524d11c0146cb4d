/** What `serve` is told about the engine, in the service's words. */
import { optionalMillis, toMillis } from '../common/duration.ts';
import { ServiceError } from '../common/service-error.ts';
import type { ServiceOptions } from '../service/service-options.ts';
import type { ServeOptions } from './serve.ts';

type Served = Pick<ServiceOptions, 'searchAttributes' | 'limits' | 'namespaceLimits' | 'workflowIdReuse' | 'queryDeadline' | 'idleBytes'>;

/** @throws {ServiceError} `InvalidArgument` for a duration that is none; the rest is checked by the service */
export function servedOptions({ searchAttributes, limits, namespaceLimits, workflowIdReuse, queryDeadline, idleBytes }: ServeOptions): Served {
  try {
    const deadline = optionalMillis(queryDeadline, 'queryDeadline');
    return {
      ...(searchAttributes ? { searchAttributes } : {}),
      ...(limits ? { limits } : {}),
      ...(namespaceLimits ? { namespaceLimits } : {}),
      ...(workflowIdReuse
        ? { workflowIdReuse: { burst: workflowIdReuse.burst, interval: toMillis(workflowIdReuse.interval, 'workflowIdReuse.interval') } }
        : {}),
      ...(deadline === undefined ? {} : { queryDeadline: deadline }),
      ...(idleBytes === undefined ? {} : { idleBytes }),
    };
  } catch (cause) {
    throw new ServiceError('InvalidArgument', `an option of serve(): ${(cause as Error).message}`, { cause });
  }
}
