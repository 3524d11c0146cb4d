import { expect, test } from 'vitest';
import { createNavigation } from './navigation.ts';
import { formatRoute, HOME, parseRoute, type Route } from './route.ts';
import { hashRouter, memoryRouter } from './router.ts';

test('every place is in its address, whatever the ids are made of', () => {
  const places: Route[] = [
    HOME,
    { page: 'workflows', query: 'WorkflowType = "a&b" AND StartTime > "2026"', view: { sort: '-startTime' } },
    { page: 'run', query: '', workflowId: 'a/b ?#%', runId: 'r', tab: 'events', eventId: 12, view: { find: 'x=1&y' } },
    { page: 'run', query: '', workflowId: '-', tab: 'raw', view: {} },
    { page: 'log', query: '', file: 'order 1.json', view: {} },
  ];
  expect(places.map((place) => parseRoute(formatRoute(place)))).toEqual(places);
});

test('what is no address of the panel leads to the list', () => {
  for (const address of ['', '#', '/nowhere', '/run', '/run/%', '/run//', 'section-2'])
    expect(parseRoute(address)).toMatchObject({ page: address === '/run/%' ? 'run' : 'workflows' });
  expect(parseRoute('/run/a/-/events?event=-3')).not.toHaveProperty('eventId');
});

test('going somewhere is a step of the way back, adjusting is none, and the query stays', () => {
  const router = memoryRouter('/workflows?q=A+%3D+1');
  const navigation = createNavigation(router);
  const end = navigation.follow();
  navigation.go({ page: 'run', workflowId: 'a' });
  navigation.adjust({ tab: 'raw' });
  navigation.setView('find', 'x');
  navigation.setView('find', '');
  expect(router.read()).toBe('/run/a/-/raw?q=A+%3D+1');
  router.back();
  expect(navigation.store.getState()).toEqual({ page: 'workflows', query: 'A = 1', view: {} });
  end();
});

test('the hash router leaves what it is not told to write, and hears what the host does', () => {
  const listeners = new Map<string, () => void>();
  const window = {
    location: { hash: '#section-2' },
    history: {
      state: { host: 1 },
      pushState: (state: unknown, _: string, url: string) => {
        expect(state).toEqual({ host: 1 });
        window.location.hash = url;
      },
      replaceState: (_state: unknown, _: string, url: string) => {
        window.location.hash = url;
      },
    },
    addEventListener: (name: string, listener: () => void) => void listeners.set(name, listener),
    removeEventListener: (name: string) => void listeners.delete(name),
  };
  const navigation = createNavigation(hashRouter(window as never));
  const end = navigation.follow();
  expect(navigation.store.getState().page).toBe('workflows');
  expect(window.location.hash).toBe('#section-2');
  navigation.go({ page: 'log' });
  expect(window.location.hash).toBe('#/log');
  window.location.hash = '#/run/a';
  listeners.get('hashchange')?.();
  expect(navigation.store.getState().workflowId).toBe('a');
  end();
  expect(listeners.size).toBe(0);
});
