import { expect, test } from 'vitest';
import { open } from './service.test-kit.ts';

const steps = { suggest: 10, warn: 20, error: 30 };

test.each([
  [{ limits: { historyEvent: steps } }, 'limits.historyEvent: expected one of historyEvents, historyBytes, '],
  [{ limits: { historyEvents: 5 } }, 'limits.historyEvents: expected an object, but found 5'],
  [{ limits: { historyEvents: { suggest: 10, warn: 20 } } }, 'limits.historyEvents.error: expected a number of 1 or more, but found undefined'],
  [{ limits: { blobBytes: { ...steps } } }, 'limits.blobBytes.suggest: expected one of warn, error'],
  [{ limits: { pendingActivities: 0 } }, 'limits.pendingActivities: expected a number of 1 or more, but found 0'],
  [{ limits: { signals: Number.NaN } }, 'limits.signals: expected a number of 1 or more'],
  [{ namespaceLimits: { openRun: 5 } }, 'namespaceLimits.openRun: expected one of openRuns, startsPerSecond, signalsPerSecond'],
  [{ namespaceLimits: { startsPerSecond: 0.5 } }, 'namespaceLimits.startsPerSecond: expected a number of 1 or more'],
  [{ limits: null }, 'limits: expected an object, but found null'],
  [{ workflowIdReuse: { burst: -1, interval: 1 } }, 'workflowIdReuse.burst: expected a number of 0 or more, but found -1'],
  [{ workflowIdReuse: { burst: 1, interval: Number.POSITIVE_INFINITY } }, 'workflowIdReuse.interval: expected a number that is not infinite'],
  [{ queryDeadline: '1 second' }, 'queryDeadline: expected a number of 1 or more, but found "1 second"'],
  [{ idleBytes: -1 }, 'idleBytes: expected a number of 0 or more, but found -1'],
])('an engine is not made with %j', async (options, message) => {
  await expect(open(options as never)).rejects.toMatchObject({ code: 'InvalidArgument', message: expect.stringContaining(message) });
});

test('no limit and no budget is a choice, too', async () => {
  const unlimited = Number.POSITIVE_INFINITY;
  const { service } = await open({
    limits: { pendingActivities: unlimited, historyEvents: { ...steps, error: unlimited } },
    workflowIdReuse: { burst: unlimited, interval: 0 },
  });
  await service.stop();
});
