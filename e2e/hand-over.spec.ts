/** Two tabs of the playground: when the one that leads is closed the other leads, and the panel shows in each what it shows in the other. */
import { expect, type Page, test } from '@playwright/test';
import { openPanel, runsOf, start } from './panel.ts';

/** Id, status and type of each run, as the list shows them; what counts up or down is left out. */
const table = (page: Page): Promise<string[]> =>
  runsOf(page)
    .getByRole('row')
    .evaluateAll((rows) =>
      rows.map((row) =>
        [...row.querySelectorAll('[role=gridcell]')].map((cell) => cell.textContent?.replaceAll(/(\d+(\.\d+)? ?(ms|s|m|h|d)\b ?)+/g, '…')).join(' | '),
      ),
    );

test('the tab that is left leads, its table is that of the other, and the hand-over is written down with how long it took', async ({ page, context }) => {
  await openPanel(page);
  await start(page, [
    { workflowId: 'cart-1', type: 'cart' },
    { workflowId: 'cart-2', type: 'cart' },
    { workflowId: 'reminder-1', type: 'reminder', args: ['plants', 3600] },
    { workflowId: 'trial-1', type: 'trial', args: ['Ada'] },
  ]);
  await page.evaluate(() =>
    (
      globalThis as unknown as { playground: { client: { workflow: { getHandle(id: string): { signal(name: string): Promise<void> } } } } }
    ).playground.client.workflow
      .getHandle('cart-2')
      .signal('checkOut'),
  );
  const second = await context.newPage();
  await second.goto(page.url());
  await expect(second.getByTestId('devtools-engine')).toContainText('another tab leads');
  for (const tab of [page, second]) {
    await tab.bringToFront();
    await expect(runsOf(tab).getByText('Completed', { exact: true })).toHaveCount(1);
    await expect.poll(async () => (await table(tab)).filter((row) => /…/.test(row)).length).toBeGreaterThanOrEqual(4);
  }
  const shown = await table(page);
  expect(shown.join('\n')).toMatch(/cart-1[\s\S]*trial-1|trial-1[\s\S]*cart-1/);
  await expect.poll(() => table(second)).toEqual(shown);

  await second.getByRole('button', { name: 'Engine', exact: true }).click();
  const handOvers = second.getByRole('region', { name: 'Hand-overs', exact: true });
  await expect(handOvers.getByRole('row', { name: / another tab/ })).toHaveCount(1);
  const closedAt = Date.now();
  await page.close();
  await expect(second.getByTestId('devtools-engine')).toContainText('this tab leads');
  const tookMs = Date.now() - closedAt;
  const row = handOvers.getByRole('row', { name: / this tab/ });
  await expect(row).toContainText(/\d (ms|s)$/);
  await expect(handOvers.getByRole('row')).toHaveCount(3); // its head among them
  test
    .info()
    .annotations.push({ type: 'hand-over', description: `${tookMs} ms from the close of the leader to the next one; the panel: ${await row.textContent()}` });

  await second.getByRole('button', { name: 'Workflows', exact: true }).click();
  await expect.poll(() => table(second)).toEqual(shown);
});
