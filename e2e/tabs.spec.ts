/** One engine over many tabs: calls are carried to the leader, a leader that dies or hangs is replaced, and every call is answered once. */
import { type BrowserContext, expect, type Page } from '@playwright/test';
import { crashRenderer, SECOND_ENGINE } from './browsers.ts';
import { openPage, test } from './disk.ts';
import { BUILD } from './servers.ts';

/** Two tabs, of which the first leads. */
async function twoTabs(context: BrowserContext): Promise<[Page, Page]> {
  const first = await openPage(context, BUILD);
  await expect(first.locator('#status')).toHaveText('leader running');
  const second = await openPage(context, BUILD);
  await expect(second.locator('#status')).toHaveText('follower running');
  return [first, second];
}

test('a tab that does not lead starts, signals, queries and awaits workflows as any other', { tag: SECOND_ENGINE }, async ({ disk }) => {
  const [first, second] = await twoTabs(disk);
  await second.evaluate(() => app.startSum('from-the-second'));
  await Promise.all([first.evaluate(() => app.addOnes('from-the-second', 20)), second.evaluate(() => app.addOnes('from-the-second', 20))]);
  expect(await second.evaluate(() => app.total('from-the-second'))).toBe(40);
  const result = second.evaluate(() => app.result('from-the-second'));
  await first.evaluate(() => app.finish('from-the-second'));
  expect(await result).toBe(40);
});

test('activities of the page run in a tab that does not lead, and in the one that is left', async ({ disk }) => {
  const [first, second] = await twoTabs(disk);
  for (const [page, title] of [
    [first, 'first'],
    [second, 'second'],
  ] as const)
    await page.evaluate((title) => {
      document.title = title;
    }, title);
  const results = [];
  for (let i = 0; i < 10; i++) results.push(await second.evaluate((i) => app.throughThePage(`page-${i}`, 'hi'), i));
  expect(new Set(results)).toEqual(new Set(['hi (first)', 'hi (second)']));
  await first.close();
  expect(await second.evaluate(() => app.throughThePage('page-last', 'hi'))).toBe('hi (second)');
});

test('activities are completed from another page of the origin, by id and by token', async ({ disk }) => {
  const [first, second] = await twoTabs(disk);
  await first.evaluate(() => app.startApprovals('approved'));
  await expect.poll(() => first.evaluate(() => app.pendingActivities('approved'))).toHaveLength(1);
  const [activityId] = await second.evaluate(() => app.pendingActivities('approved'));
  await second.evaluate((id) => app.completeById('approved', id as string, 'one'), activityId);
  const tokens = async () => [...(await first.evaluate(() => app.tokens())), ...(await second.evaluate(() => app.tokens()))];
  await expect.poll(tokens).toHaveLength(1);
  const [token] = await tokens();
  await second.evaluate((token) => app.completeByToken(token as number[], 'two'), token);
  expect(await first.evaluate(() => app.result('approved'))).toBe('one, two');
});

const deaths: [string, (leader: Page) => Promise<unknown>][] = [
  ['its tab is closed', (leader) => leader.close()],
  ['its page is reloaded', (leader) => leader.reload()],
  ['its page goes elsewhere', (leader) => leader.goto('about:blank')],
  ['its renderer crashes', crashRenderer],
  ['its engine worker is ended', (leader) => leader.evaluate(() => app.restart())],
];
for (const [death, die] of deaths)
  test(`B19, B21: calls that are open when ${death} are answered once, by the next leader`, { tag: SECOND_ENGINE }, async ({ disk, browserName }) => {
    test.skip(die === crashRenderer && browserName !== 'chromium', 'only Chromium lets a renderer be crashed');
    const [leader, second] = await twoTabs(disk);
    const third = await openPage(disk, BUILD);
    await second.evaluate(() => app.startSum('counted'));
    const result = third.evaluate(() => app.result('counted'));
    const adding = [second, third].map((page) =>
      page.evaluate(async () => {
        for (let i = 0; i < 10; i++) await app.addOnes('counted', 20);
      }),
    );
    await expect.poll(() => second.evaluate(() => app.total('counted'))).toBeGreaterThan(20);
    await die(leader);
    await Promise.all(adding);
    expect(await second.evaluate(() => app.total('counted'))).toBe(400);
    await second.evaluate(() => app.finish('counted'));
    expect(await result).toBe(400);
    const events = await third.evaluate(() => app.events('counted'));
    expect(events.filter((type) => type === 'WorkflowExecutionSignaled')).toHaveLength(401);
    const roles = await Promise.all([second, third].map((page) => page.locator('#status').textContent()));
    expect(roles.filter((role) => role === 'leader running').length).toBeLessThanOrEqual(1);
  });

test('B14: a leader whose engine worker hangs is deposed, and does no harm when it goes on', { tag: SECOND_ENGINE }, async ({ disk }) => {
  const [leader, second] = await twoTabs(disk);
  await second.evaluate(() => app.startSum('hung'));
  await second.evaluate(() => app.addOnes('hung', 5));
  await leader.evaluate(() => app.hang(12_000));
  await second.evaluate(() => app.addOnes('hung', 5)); // waits until the leader is deposed
  await expect(second.locator('#status')).toHaveText('leader running');
  expect(await second.evaluate(() => app.total('hung'))).toBe(10);
  await expect(leader.locator('#status')).toHaveText('follower running');
  await leader.evaluate(() => app.addOnes('hung', 5));
  await second.evaluate(() => app.finish('hung'));
  expect(await leader.evaluate(() => app.result('hung'))).toBe(15);
});

test('B16: of twelve tabs that open at once one leads, and each is served', { tag: SECOND_ENGINE }, async ({ disk }) => {
  const pages = await Promise.all(Array.from({ length: 12 }, () => openPage(disk, BUILD)));
  await pages[0]?.evaluate(() => app.startSum('many'));
  await Promise.all(pages.map((page) => page.evaluate(() => app.addOnes('many', 5))));
  expect(await pages[11]?.evaluate(() => app.total('many'))).toBe(60);
  const roles = await Promise.all(pages.map(async (page) => (await page.evaluate(() => app.status())).role));
  expect(roles.filter((role) => role === 'leader')).toHaveLength(1);
  const epochs = await Promise.all(pages.map(async (page) => (await page.evaluate(() => app.status())).epoch));
  expect(new Set(epochs).size).toBe(1);
});
