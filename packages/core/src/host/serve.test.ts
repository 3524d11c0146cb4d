import { afterEach, expect, test, vi } from 'vitest';
import { serve } from './serve.ts';

afterEach(() => void vi.unstubAllGlobals());

test('a script that is evaluated twice in one worker, as WebKit does when a chunk imports it, plays its role once', () => {
  const listen = vi.fn();
  vi.stubGlobal('name', 'perdure:activities');
  vi.stubGlobal('postMessage', () => {});
  vi.stubGlobal('addEventListener', listen);
  const options = { workflows: async () => ({}), activities: async () => ({}) };
  serve(options);
  vi.stubGlobal('postMessage', undefined); // by then the globals may be replaced
  serve(options);
  expect(listen).toHaveBeenCalledTimes(1);
});
