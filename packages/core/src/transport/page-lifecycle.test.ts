import { expect, test } from 'vitest';
import { followPageLifecycle } from './page-lifecycle.ts';

function followed() {
  const [page, document, log] = [new EventTarget(), new EventTarget(), [] as string[]];
  const stop = followPageLifecycle({ sleep: () => log.push('sleep'), wake: () => log.push('wake'), notice: () => log.push('notice') }, page, document);
  const fire = (target: EventTarget, type: string, more = {}): boolean => target.dispatchEvent(Object.assign(new Event(type), more));
  return { log, stop, page: (type: string, more = {}) => fire(page, type, more), document: (type: string) => fire(document, type) };
}

test('the engine worker ends when the page is hidden for good or frozen, and is booted when it lives again', () => {
  const { log, page, document } = followed();
  page('pagehide', { persisted: true });
  page('pageshow', { persisted: true });
  document('freeze');
  document('resume');
  expect(log).toEqual(['sleep', 'wake', 'sleep', 'wake']);
});

test('the first showing of a page boots nothing', () => {
  const { log, page } = followed();
  page('pageshow', { persisted: false });
  expect(log).toEqual([]);
});

test('what may have passed unnoticed is noticed: the page is seen or hidden, looked at, online again', () => {
  const { log, page, document } = followed();
  document('visibilitychange');
  page('focus');
  page('online');
  expect(log).toEqual(['notice', 'notice', 'notice']);
});

test('nothing is followed after the end', () => {
  const { log, stop, page, document } = followed();
  stop();
  page('pagehide');
  page('pageshow', { persisted: true });
  document('freeze');
  document('resume');
  document('visibilitychange');
  page('focus');
  expect(log).toEqual([]);
});
