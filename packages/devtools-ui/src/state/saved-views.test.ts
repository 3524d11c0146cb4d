import { expect, test } from 'vitest';
import { Double } from '../backend/double.test-kit.ts';
import { createDevtools } from './devtools.ts';
import { memoryRouter } from './router.ts';
import { createSavedViews } from './saved-views.ts';

const stuck = { name: 'Stuck', query: 'ExecutionStatus = "Running"', sort: 'startTime' };
const orders = { name: 'Orders', query: 'WorkflowType = "order"', sort: '' };

function memory(): { readonly kept: Map<string, string>; getItem(key: string): string | null; setItem(key: string, value: string): void } {
  const kept = new Map<string, string>();
  return { kept, getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) };
}

test('views are kept by their names, in the order of these, and a default is one of them', () => {
  const storage = memory();
  const views = createSavedViews(storage);
  views.save(stuck);
  views.save({ ...orders, query: 'x' });
  views.save(orders);
  views.setDefault('Stuck');
  expect(createSavedViews(storage).store.getState()).toEqual({ views: [orders, stuck], defaultName: 'Stuck' });
  views.remove('Stuck');
  expect(createSavedViews(storage).store.getState()).toEqual({ views: [orders] });
});

test('views go from one browser to another as JSON', () => {
  const from = createSavedViews(memory());
  from.save(stuck);
  from.save(orders);
  const to = createSavedViews(memory());
  to.save({ ...orders, query: 'an older one' });
  expect(to.importText(from.exportText())).toBe(2);
  expect(to.store.getState()).toEqual({ views: [orders, stuck] });
});

test.each([
  ['no json', /^It is no JSON: /],
  ['null', /^It holds no views: its "format" is missing/],
  ['{"format":"perdure-devtools-views/9"}', /its "format" is "perdure-devtools-views\/9" instead of/],
  ['{"format":"perdure-devtools-views/1","views":{}}', /^"views" is no list/],
  ['{"format":"perdure-devtools-views/1","views":[{"name":"a","query":""},{"name":" ","query":""}]}', /^views\[1\] has no "name"/],
  ['{"format":"perdure-devtools-views/1","views":[{"name":"a","query":7}]}', /^views\[0\]/],
])('a file that holds no views is refused with what is wrong: %s', (text, expected) => {
  const views = createSavedViews(memory());
  views.save(stuck);
  expect(() => views.importText(text)).toThrow(expected);
  expect(views.store.getState()).toEqual({ views: [stuck] });
});

test('storage that is forbidden, full or holds something else does no harm', () => {
  const storage = memory();
  storage.kept.set('perdure-devtools-views', '[]');
  expect(createSavedViews(storage).store.getState()).toEqual({ views: [] });
  const forbidden = {
    getItem: () => {
      throw new Error('SecurityError');
    },
    setItem: () => {
      throw new Error('SecurityError');
    },
  };
  const views = createSavedViews(forbidden);
  views.save(stuck);
  expect(views.store.getState().views).toEqual([stuck]);
});

test('a panel that is opened at no place in particular opens with the default view, and no other does', () => {
  const storage = memory();
  const views = createSavedViews(storage);
  views.save(stuck);
  views.setDefault('Stuck');
  const routeOf = (address: string) => {
    const devtools = createDevtools({ backend: new Double(), storage, router: memoryRouter(address), scheduleFrame: () => () => undefined });
    const close = devtools.open();
    const route = devtools.navigation.store.getState();
    close();
    return route;
  };
  expect(routeOf('')).toMatchObject({ page: 'workflows', query: stuck.query, view: { sort: 'startTime' } });
  expect(routeOf('/workflows?q=WorkflowId+%3D+%22a%22')).toMatchObject({ query: 'WorkflowId = "a"', view: {} });
  expect(routeOf('/log')).toMatchObject({ page: 'log', query: '' });
});
