/**
 * Links that were given to others: each version keeps a file of what it writes into addresses, in `fixtures/links`, and all of them have to open for ever
 * what they said. A link carries no version of its own: a part that comes anew needs a new name, and none may come to mean something else.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseSorts } from '../models/run-order.ts';
import { RUN_TABS } from '../views/run/run-tabs.ts';
import { formatRoute, parseRoute, type Route } from './route.ts';

interface Link {
  readonly says: string;
  readonly link: string;
  readonly opens: Route;
  readonly sorts?: ReturnType<typeof parseSorts>;
}

const ROOT = `${import.meta.dirname}/../..`;
const FOLDER = `${ROOT}/fixtures/links`;
const { version } = JSON.parse(readFileSync(`${ROOT}/package.json`, 'utf8')) as { readonly version: string };
const versions = readdirSync(FOLDER).map((file) => file.replace(/\.json$/, ''));
const linksOf = (each: string): readonly Link[] => JSON.parse(readFileSync(`${FOLDER}/${each}.json`, 'utf8')) as Link[];

test.each(versions)('links of version %s open what they say', (each) => {
  for (const { says, link, opens, sorts } of linksOf(each)) {
    expect(parseRoute(`#${link}`), says).toEqual(opens);
    if (sorts) expect(parseSorts(opens.view['sort'] ?? ''), says).toEqual(sorts);
    if (opens.tab !== undefined) expect(RUN_TABS.map(({ id }) => id)).toContain(opens.tab);
  }
});

test('this version has its file, and writes its links as it says there, of every tab and of all that views keep', () => {
  expect(versions).toContain(version);
  const links = linksOf(version);
  expect(links.map(({ opens }) => formatRoute(opens))).toEqual(links.map(({ link }) => link));
  expect(new Set(links.map(({ opens }) => opens.tab ?? ''))).toEqual(new Set(['', ...RUN_TABS.map(({ id }) => id)]));
  const kept = new Set(links.flatMap(({ opens }) => Object.keys(opens.view)));
  expect([...kept].sort()).toEqual(namesInViews().sort());
});

/** The names under which views keep something in the address, as their sources say. */
function namesInViews(): string[] {
  const views = `${ROOT}/src/views`;
  const sources = readdirSync(views, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.tsx') && !file.includes('.test'))
    .map((file) => readFileSync(`${views}/${file}`, 'utf8'));
  const names = sources.flatMap((source) =>
    [...source.matchAll(/useViewState\((?:'(\w+)'|(\w+))\)/g)].map(
      ([, literal, constant]) => literal ?? source.match(new RegExp(`const ${constant} = '(\\w+)'`))?.[1],
    ),
  );
  return [...new Set(names)].map((name) => {
    if (name === undefined) throw new Error('a view keeps something under a name that this test cannot read: write it out');
    return name;
  });
}
