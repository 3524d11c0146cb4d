import { expect, test } from 'vitest';
import { BackendError } from '../backend/backend.ts';
import { Double, ENGINE } from '../backend/double.test-kit.ts';
import { openEnginePage } from './engine-page.ts';
import { ManualClock, settle } from './manual-clock.test-kit.ts';

const asked = (backend: Double): number => backend.fetched.filter(({ what }) => what === 'engine').length;

test('the engine is read at once, soon again for what its tabs answer, then every two seconds, and no more when its page is closed', async () => {
  const clock = new ManualClock();
  const backend = new Double();
  const page = openEnginePage({ backend, clock });
  await settle();
  expect(page.store.getState()).toEqual({ info: ENGINE, namespaces: [{ name: 'default', state: 'REGISTERED', description: '', retention: 0 }] });
  await clock.advance(200);
  expect(asked(backend)).toBe(2);
  await clock.advance(4000);
  expect(asked(backend)).toBe(4);
  page.refresh();
  await settle();
  expect([asked(backend), clock.timers]).toEqual([5, 1]);
  page.close();
  expect(clock.timers).toBe(0);
});

test('what was known stays while the engine does not answer, and the reason is told until it does', async () => {
  const clock = new ManualClock();
  const backend = new Double();
  const page = openEnginePage({ backend, clock });
  await settle();
  backend.failures.set('engine', new BackendError('gone', 'the engine was closed'));
  await clock.advance(200);
  expect(page.store.getState()).toMatchObject({ info: ENGINE, error: { kind: 'gone', message: 'the engine was closed' } });
  backend.failures.clear();
  await clock.advance(2000);
  expect(page.store.getState().error).toBeUndefined();
  page.close();
});
