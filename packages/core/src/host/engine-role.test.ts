import { afterEach, expect, test, vi } from 'vitest';
import { serveEngineRole } from './engine-role.ts';
import type { Ports } from './ports.ts';
import type { WorkerScope } from './role.ts';

afterEach(() => void vi.unstubAllGlobals());

test('without Web Locks the engine says so, and does not name a lock to be watched', async () => {
  vi.stubGlobal('navigator', {});
  const messages: unknown[] = [];
  const scope = { name: 'perdure', postMessage: (message: unknown) => void messages.push(message) } as unknown as WorkerScope;
  const ports: Ports = { onPort() {}, onPage() {} };
  await serveEngineRole(scope, ports, { workflows: async () => ({}) });
  await vi.waitFor(() => expect(messages).toHaveLength(1));
  expect(messages).toEqual([
    { perdure: 'status', status: expect.objectContaining({ state: 'failed', reason: expect.stringContaining('this page has no Web Locks') }) },
  ]);
});
