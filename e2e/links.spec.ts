/** Links of each version that wrote links, opened in the panel: it is where they lead. What each says is in `packages/devtools-ui/fixtures/links`. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import type { Route } from '../packages/devtools-ui/src/state/route.ts';
import { headOf, openPanel, runsOf, start } from './panel.ts';
import { PLAYGROUND } from './servers.ts';

interface Link {
  readonly says: string;
  readonly link: string;
  readonly opens: Route;
}

const FOLDER = `${import.meta.dirname}/../packages/devtools-ui/fixtures/links`;
const TAB_LABELS: Readonly<Record<string, string>> = { relationships: 'Related' };

for (const file of readdirSync(FOLDER))
  test(`links of ${file.replace('.json', '')} open what they say`, async ({ page }) => {
    await openPanel(page);
    await start(page, [
      { workflowId: 'cart-1', type: 'cart' },
      { workflowId: 'book-1', type: 'book', args: [2] },
    ]);
    await expect(runsOf(page)).toHaveAttribute('aria-rowcount', '5'); // with its head and the pages of the book
    const links = JSON.parse(readFileSync(`${FOLDER}/${file}`, 'utf8')) as readonly Link[];
    for (const { says, link, opens } of links) {
      await test.step(says, async () => {
        await page.goto('about:blank');
        await page.goto(`${PLAYGROUND}/#${link}`);
        if (opens.file !== undefined) return expect(page.getByText(opens.file).first()).toBeVisible(); // it is asked for again: a link carries no file
        if (opens.page === 'engine') return expect(page.getByRole('region', { name: 'Status', exact: true })).toBeVisible();
        if (opens.page === 'workflows') {
          await expect(page.getByLabel("Filter of the list, in Temporal's query language")).toHaveValue(opens.query);
          const first = opens.view['sort']?.split(',')[0];
          if (first === 'workflowId') await expect(page.getByRole('columnheader', { name: /^Workflow id/ })).toHaveAttribute('aria-sort', 'ascending');
          return;
        }
        if (opens.runId !== undefined) return expect(page.getByText(/a\/b \?#%/).first()).toBeVisible(); // there is no such run, and it says which
        await expect(headOf(page)).toContainText(opens.workflowId ?? '');
        const label = opens.tab ?? 'timeline';
        await expect(page.getByRole('tab', { name: new RegExp(`^${TAB_LABELS[label] ?? label}`, 'i') })).toHaveAttribute('aria-selected', 'true');
        const { find, how, as: mode } = opens.view;
        if (find !== undefined)
          await expect(page.getByRole('tabpanel').getByRole('searchbox').or(page.getByRole('tabpanel').getByRole('textbox')).first()).toHaveValue(find);
        for (const name of [...(how?.split('.') ?? []), ...(mode?.split('.') ?? [])])
          await expect(page.getByRole('tabpanel').locator('button[aria-pressed=true]', { hasText: PRESSED[name] as RegExp })).toBeVisible();
      });
    }
  });

/** The buttons that what a view keeps has pressed. */
const PRESSED: Readonly<Record<string, RegExp>> = { regex: /^\.\*|regex/i, not: /not/i, groups: /group/i, tasks: /task/i };
