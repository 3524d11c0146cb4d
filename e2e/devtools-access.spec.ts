/** The devtools panel for those who have no pointer, or hear the page: the palette, keys alone, and what axe knows. */
import { expect, test } from '@playwright/test';
import { choose, expectNoViolation, headOf, openPanel, openTab, panelOf, runRow, runsOf, start } from './panel.ts';

const order = (workflowId: string) => ({ workflowId, type: 'order', args: [{ id: workflowId, shippingFails: 99 }] });
const trial = (workflowId: string) => ({ workflowId, type: 'trial', args: ['Ada'] });
const cart = (workflowId: string) => ({ workflowId, type: 'cart' });

test('the palette finds runs, views and settings', async ({ page }) => {
  await openPanel(page);
  await start(page, [cart('cart-1'), trial('trial-1')]);
  const run = async (typed: string): Promise<void> => {
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Find a run, a view or an action' }).fill(typed);
    await page.keyboard.press('Enter');
  };
  await runsOf(page).focus();
  await run('trial-1');
  await expect(headOf(page)).toContainText('trial-1');
  await run('Raw');
  await expect(page.getByRole('tab', { name: 'Raw' })).toHaveAttribute('aria-selected', 'true');
  await run('Theme: dark');
  await expect(panelOf(page)).toHaveAttribute('data-theme', 'dark');
  await run('Engine');
  await expect(page.getByRole('region', { name: 'Tabs', exact: true })).toBeVisible();
});

test('by keys alone: from the page to "fire timer now", and back', async ({ page }) => {
  await openPanel(page);
  await start(page, [trial('trial-1'), cart('cart-1')]);
  await expect(runRow(page, 'trial-1')).toContainText('timer 30 d');
  const focusOn = async (what: () => Promise<boolean>, most = 60): Promise<void> => {
    for (let count = 0; count < most; count += 1) {
      if (await what()) return;
      await page.keyboard.press('Tab');
    }
    throw new Error('Tab does not lead there');
  };
  const isFocused = (selector: string) => () => page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector);
  await focusOn(isFocused('.pd-runs'));
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(headOf(page)).toContainText('trial-1');
  await focusOn(isFocused('[role=tab][aria-selected=true]'));
  for (let count = 0; count < 3; count += 1) await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('tab', { name: /^Pending/ })).toHaveAttribute('aria-selected', 'true');
  await focusOn(() => page.evaluate(() => document.activeElement?.textContent === 'Fire now'));
  await page.keyboard.press('Enter');
  await expect(headOf(page)).toContainText('"the trial has ended"');
  await page.keyboard.press('w');
  await expect(headOf(page)).toHaveCount(0);
  await expect(runsOf(page)).toBeVisible();
});

for (const theme of ['light', 'dark'] as const)
  for (const density of ['compact', 'cosy'] as const)
    test(`axe knows no violation in any view, ${theme} and ${density}`, async ({ page }) => {
      test.setTimeout(120_000);
      await page.addInitScript((preferences) => localStorage.setItem('perdure-devtools', preferences), JSON.stringify({ theme, density }));
      await page.emulateMedia({ reducedMotion: 'reduce' }); // a colour that fades is another one at each look
      await openPanel(page);
      await start(page, [order('order-1'), cart('cart-1'), trial('trial-1'), { workflowId: 'book-1', type: 'book', args: [3] }]);
      await expect(runRow(page, 'order-1')).toContainText('ship', { timeout: 20_000 });
      await page.getByRole('checkbox', { name: 'Pick cart-1' }).click();
      await expectNoViolation(page, 'the list');
      await page.getByRole('button', { name: 'Signal…' }).click();
      await expectNoViolation(page, 'the dialog for many runs');
      await page.keyboard.press('Escape');
      await runRow(page, 'order-1').click();
      for (const tab of ['Timeline', 'Events', 'State', 'Pending', 'Messages', 'Related', 'Code', 'Raw']) {
        await openTab(page, tab);
        await page.getByRole('tabpanel').locator('.pd-skeleton').waitFor({ state: 'detached' });
        await expectNoViolation(page, tab);
      }
      await openTab(page, 'Events');
      await page.getByRole('grid', { name: 'Events of order-1' }).press('Home'); // the end is followed, and the start may be out of sight
      await page.getByRole('row', { name: /Workflow execution started/ }).click();
      await expectNoViolation(page, 'the details of an event');
      for (const place of ['Engine', 'Log']) {
        await page.getByRole('button', { name: place, exact: true }).click();
        await expectNoViolation(page, place);
      }
      await page.keyboard.press('Control+k');
      await expectNoViolation(page, 'the palette');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Workflows', exact: true }).click();
      await choose(page, 'Views', /^Manage views/);
      await expectNoViolation(page, 'the saved views');
    });
