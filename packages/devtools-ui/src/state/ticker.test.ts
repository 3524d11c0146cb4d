import { expect, test } from 'vitest';
import { ManualClock } from './manual-clock.test-kit.ts';
import { createPreferences } from './preferences.ts';
import { createTicker } from './ticker.ts';

test('it ticks each second, ten times as often in the last ten seconds, and not at all when nothing counts', async () => {
  const clock = new ManualClock(1_000_000);
  const ticker = createTicker(clock);
  let ticks = 0;
  ticker.store.subscribe(() => {
    ticks += 1;
  });
  expect(clock.timers).toBe(0);
  const end = ticker.watch(1_020_000);
  ticks = 0;
  await clock.advance(5000);
  expect(ticks).toBe(5);
  await clock.advance(10_000);
  expect(ticks).toBeGreaterThanOrEqual(5 + 5 + 49);
  end();
  expect(clock.timers).toBe(0);
});

test('it stands still while nobody can see it, and is right at once when somebody can', async () => {
  const clock = new ManualClock(0);
  const ticker = createTicker(clock);
  ticker.watch();
  ticker.setHidden(true);
  expect(clock.timers).toBe(0);
  await clock.advance(60_000);
  expect(ticker.store.getState().now).toBe(0);
  ticker.setHidden(false);
  expect(ticker.store.getState().now).toBe(60_000);
});

test('it goes by the clock of the engine', () => {
  const ticker = createTicker(new ManualClock(1000));
  ticker.setOffset(5000);
  expect(ticker.now()).toBe(6000);
  ticker.setOffset(5100);
  expect(ticker.now()).toBe(6000);
});

test('a message of the engine that was late does not put its clock back', () => {
  const ticker = createTicker(new ManualClock(50_000));
  ticker.setOffset(-1500);
  expect(ticker.now()).toBe(50_000);
  ticker.setOffset(-20_000);
  expect(ticker.now()).toBe(30_000);
  ticker.setOffset(-1);
  expect(ticker.now()).toBe(50_000);
});

test('what one has set is kept, and what is stored is not trusted', () => {
  const kept = new Map<string, string>();
  const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) };
  createPreferences(storage).setState({ theme: 'dark', panes: { list: 300 } });
  expect(createPreferences(storage).getState()).toMatchObject({ theme: 'dark', density: 'compact', panes: { list: 300 } });
  for (const bad of ['no json', 'null', '{"theme":"pink","density":3,"panes":{"a":"b","c":-1}}']) {
    kept.set('perdure-devtools', bad);
    expect(createPreferences(storage, true).getState()).toEqual({ theme: 'system', density: 'cosy', timeFormat: 'clock', hasLetterKeys: true, panes: {} });
  }
  const forbidden = {
    getItem: () => {
      throw new Error('SecurityError');
    },
    setItem: () => {
      throw new Error('SecurityError');
    },
  };
  const store = createPreferences(forbidden);
  store.setState({ theme: 'light' });
  expect(store.getState().theme).toBe('light');
});
