import type { EngineStatus } from '@perdure/core/client';
import { expect, test } from 'vitest';
import { engineOutlook } from './engine-words.ts';

const store = { driver: 'indexeddb', durability: 'strict', state: 'open', commits: 0, puts: 0, deletes: 0 } as const;
const status = (more: Partial<EngineStatus>): EngineStatus => ({ role: 'leader', state: 'running', store, now: 0, loadedRuns: 0, ...more }) as EngineStatus;

test('an engine that leads says how safe a step is', () => {
  expect(engineOutlook(status({}))).toEqual({ tone: 'completed', label: 'Leads · every step on disk', isReady: true });
});

test('a page that waits for another tab says what it waits for', () => {
  expect(engineOutlook(status({ role: 'follower', state: 'starting' }))).toEqual({
    tone: 'waiting',
    label: 'Waits for another tab',
    notice: 'Another tab of this browser has the engine, and does not answer yet. This page takes over if it stays silent, or is closed.',
    isReady: false,
  });
});

test('an engine that failed gives its reason', () => {
  expect(engineOutlook(status({ state: 'failed', reason: 'the store is full' }))).toMatchObject({
    tone: 'failed',
    notice: 'The engine does not run: the store is full.',
    isReady: false,
  });
});

test('before the engine has been heard of, it is starting', () => {
  expect(engineOutlook(undefined)).toEqual({ tone: 'queued', label: 'Engine starting', isReady: false });
});
