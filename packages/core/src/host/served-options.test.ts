import { expect, test } from 'vitest';
import { servedOptions } from './served-options.ts';

const workflows = async () => ({});

test('what serve() is told reaches the service in its words', () => {
  const limits = { pendingActivities: 3 };
  const namespaceLimits = { openRuns: 100 };
  const served = servedOptions({ workflows, limits, namespaceLimits, workflowIdReuse: { burst: 1, interval: '1 hour' }, queryDeadline: '3s', idleBytes: 5 });
  expect(served).toEqual({ limits, namespaceLimits, workflowIdReuse: { burst: 1, interval: 3_600_000 }, queryDeadline: 3_000, idleBytes: 5 });
  expect(servedOptions({ workflows })).toEqual({});
});

test('a duration that is none is refused in words, for good', () => {
  const wrong = { workflows, workflowIdReuse: { burst: 1, interval: 'soon' as never } };
  expect(() => servedOptions(wrong)).toThrow(
    expect.objectContaining({ code: 'InvalidArgument', message: expect.stringContaining("'soon' for workflowIdReuse.interval; give milliseconds") }),
  );
});
