import type { EngineStatus } from '@perdure/core/client';
import { expect, test } from 'vitest';
import { createHandOvers } from './hand-overs.ts';
import { ManualClock } from './manual-clock.test-kit.ts';

const status = (change: Partial<EngineStatus> & { readonly epoch?: never }, epoch?: number): EngineStatus => ({
  role: 'follower',
  state: 'running',
  store: { driver: 'double', durability: 'strict', state: 'open', commits: 0, puts: 0, deletes: 0 },
  now: 0,
  loadedRuns: 0,
  ...change,
  ...(epoch !== undefined && { epoch: epoch as never }),
});

test('who leads is written down when it changes, with how long there was no engine', async () => {
  const clock = new ManualClock();
  const handOvers = createHandOvers(clock);
  const begun = clock.now();
  handOvers.saw(status({ state: 'starting' }));
  handOvers.saw(status({}, 1));
  handOvers.saw(status({}, 1));
  await clock.advance(1000);
  handOvers.saw(status({ state: 'starting', role: 'leader' }, 1));
  await clock.advance(30);
  handOvers.saw(status({ state: 'starting', role: 'leader' }, 2));
  await clock.advance(40);
  handOvers.saw(status({ role: 'leader' }, 2));
  handOvers.saw(status({ role: 'leader' }, 2));
  expect(handOvers.store.getState().entries).toEqual([
    { at: begun + 1070, epoch: 2, isThisTab: true, took: 70 },
    { at: begun, epoch: 1, isThisTab: false },
  ]);
});

test('an engine that was silent and goes on as before is no hand-over', async () => {
  const clock = new ManualClock();
  const handOvers = createHandOvers(clock);
  handOvers.saw(status({}, 1));
  handOvers.saw(status({ state: 'starting' }));
  handOvers.saw(status({}, 1));
  await clock.advance(500);
  handOvers.saw(status({}, 2));
  expect(handOvers.store.getState().entries.map(({ epoch, took }) => ({ epoch, took }))).toEqual([
    { epoch: 2, took: 0 },
    { epoch: 1, took: undefined },
  ]);
});
