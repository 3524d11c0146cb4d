/** The whole devtools panel over the playground's engine: lists, a run and its views, orders, messages, files, the engine. */
import { readFileSync } from 'node:fs';
import { expect, type Page, test } from '@playwright/test';
import { choose, headOf, openPanel, openTab, runRow, runsOf, start, toast } from './panel.ts';

const order = (workflowId: string) => ({ workflowId, type: 'order', args: [{ id: workflowId, shippingFails: 99 }] });
const trial = (workflowId: string) => ({ workflowId, type: 'trial', args: ['Ada'] });
const cart = (workflowId: string) => ({ workflowId, type: 'cart' });
const reminder = (workflowId: string) => ({ workflowId, type: 'reminder', args: ['Water the plants', 3600] });

test('the list shows every run with what it waits for, and is filtered by chips and by text', async ({ page }) => {
  await openPanel(page);
  await start(
    page,
    Array.from({ length: 30 }, (_, each) => [cart, reminder, order, trial][each % 4]?.(`run-${each}`) ?? cart(`run-${each}`)),
  );
  await expect(runsOf(page)).toHaveAttribute('aria-rowcount', '31');
  await expect(runRow(page, 'run-29')).toContainText('timer 1 h, fires in');
  await expect(runRow(page, 'run-28')).toContainText('a signal, an update or a condition: nothing else is pending');
  await expect(runRow(page, 'run-27')).toContainText('timer 30 d, fires in 30 d');
  await expect(runRow(page, 'run-26')).toContainText(/activity (charge|reserve|ship)/);
  await expect(runsOf(page)).not.toContainText('its start');
  await runsOf(page).evaluate((grid) => grid.scrollTo(0, grid.scrollHeight));
  await expect(runRow(page, 'run-0')).toBeVisible();
  await expect(runRow(page, 'run-0')).toContainText('nothing else is pending');

  const query = page.getByLabel("Filter of the list, in Temporal's query language");
  await query.fill('WorkflowType = "trial"');
  await query.press('Enter');
  await expect(runsOf(page)).toHaveAttribute('aria-rowcount', '8');
  await page.getByRole('button', { name: /^Remove / }).click();
  await expect(runsOf(page)).toHaveAttribute('aria-rowcount', '31');
  await page.getByRole('button', { name: /^Running 30/ }).click();
  expect(page.url()).toContain('q=ExecutionStatus');
  await page.getByRole('button', { name: /^Running 30/ }).click();
  await query.fill('run-17');
  await query.press('Enter');
  await expect(runsOf(page)).toHaveAttribute('aria-rowcount', '2');
  await query.fill('WorkflowType = ');
  await query.press('Enter');
  await expect(page.getByRole('alert')).toContainText('Expected');
});

test('an activity that backs off is tried again now, completed by hand, and the tree of its failure unfolds', async ({ page }) => {
  await openPanel(page);
  await start(page, [order('order-1')]);
  await runRow(page, 'order-1').click();
  await expect(headOf(page)).toContainText('activity ship attempt 2 of 4 retrying', { timeout: 20_000 });
  await expect(headOf(page)).toContainText('the carrier does not answer');
  const pending = await openTab(page, 'Pending');
  await pending.getByRole('button', { name: 'Retry now' }).click();
  await expect(toast(page, 'ship is tried again')).toBeVisible();
  await expect(pending).toContainText(/attempt [34] of 4/);
  await pending.getByRole('button', { name: 'Complete with…' }).click();
  await page.getByRole('textbox', { name: /^Argument 1/ }).fill('no json');
  await page.getByRole('button', { name: 'Complete', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('Texts are written in double quotes');
  await page.getByRole('textbox', { name: /^Argument 1/ }).fill('"parcel-7"');
  await page.getByRole('button', { name: 'Complete', exact: true }).click();
  await expect(headOf(page)).toContainText('Completed');
  await expect(headOf(page)).toContainText('"parcel-7"');
  await openTab(page, 'Events');
  await page.getByRole('row', { name: /Workflow execution started/ }).click();
  const tree = page.getByRole('treegrid', { name: 'Attributes of event 1' });
  await expect(tree.getByRole('row')).not.toHaveCount(1);
  await expect(tree).toContainText('shippingFails');
});

test('a timer is fired, a run is cancelled, terminated, deleted while it is open, and all of it stands in the log', async ({ page }) => {
  await openPanel(page);
  await start(page, [trial('trial-1'), trial('trial-2'), reminder('reminder-1')]);
  await runRow(page, 'trial-1').click();
  const pending = await openTab(page, 'Pending');
  await pending.getByRole('button', { name: 'Fire now' }).click();
  await expect(headOf(page)).toContainText('"the trial has ended"');

  await runRow(page, 'reminder-1').click();
  await headOf(page).getByRole('button', { name: 'Cancel' }).click();
  await expect(headOf(page)).toContainText('Cancelled');

  await runRow(page, 'trial-2').click();
  await choose(page, 'More', /^Terminate/);
  await page.getByLabel('Reason, for its history').fill('enough of it');
  await page.getByRole('dialog').getByRole('button', { name: 'Terminate', exact: true }).click();
  await expect(headOf(page)).toContainText('because: enough of it');
  await choose(page, 'More', /^Delete/);
  await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('This run is no longer there');
  await expect(headOf(page).getByRole('button', { name: 'More' })).toBeVisible();
  await expect(runRow(page, 'trial-2')).toHaveCount(0);

  await page.getByRole('button', { name: 'Log', exact: true }).click();
  const log = page.getByRole('grid', { name: 'Orders' });
  for (const words of ['fire timer', 'cancel reminder-1', 'terminate trial-2: enough of it', 'delete trial-2'])
    await expect(log.getByRole('row', { name: words })).toContainText('done');
});

test('signals and updates are sent from forms, rejected ones say why, and queries follow', async ({ page }) => {
  await openPanel(page);
  await start(page, [cart('cart-1')]);
  await runRow(page, 'cart-1').click();
  const messages = await openTab(page, 'Messages');
  const send = page.getByRole('region', { name: 'Send' });
  const update = send.locator('form').nth(1);
  await update.getByRole('button', { name: 'Add argument' }).click();
  await update.getByRole('textbox', { name: /^Argument 1/ }).fill('"apple"');
  await update.getByRole('textbox', { name: /^Argument 2/ }).fill('2');
  await update.getByRole('button', { name: 'Send update' }).click();
  await expect(update.getByRole('status')).toContainText('Completed');
  await expect(page.getByRole('region', { name: 'Queries, after every step' }).or(page.getByRole('region', { name: 'Queries' }))).toContainText('apple');
  await update.getByRole('textbox', { name: /^Argument 1/ }).fill('""');
  await update.getByRole('button', { name: 'Send update' }).click();
  await expect(update.getByRole('status')).toContainText('an item needs a name');
  await expect(messages.getByRole('region', { name: 'Messages' })).toContainText('addItem');

  const signal = send.locator('form').nth(0);
  await signal.getByRole('combobox').or(signal.getByRole('textbox')).first().fill('checkOut');
  await signal.getByRole('button', { name: 'Send signal' }).click();
  await expect(headOf(page)).toContainText('Completed');
  await expect(headOf(page)).toContainText('sold for');
});

test('every view of a run can be opened, and its history goes out and comes in again', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await openPanel(page);
  await start(page, [trial('trial-1')]);
  await runRow(page, 'trial-1').click();
  await expect(headOf(page)).toContainText('timer 30 d');
  const expected: readonly (readonly [tab: string, text: string | RegExp])[] = [
    ['Timeline', 'notify'],
    ['Events', 'Activity task scheduled'],
    ['State', 'customer'],
    ['Pending', 'Fire now'],
    ['Messages', 'No message has come or gone'],
    ['Related', 'no parent and no children'],
    ['Code', 'condition'],
    ['Raw', 'eventType: "EVENT_TYPE_WORKFLOW_EX'],
  ];
  for (const [tab, text] of expected) await expect(await openTab(page, tab)).toContainText(text);

  await choose(page, 'More', /^Copy as test/);
  await expect(toast(page, 'The test was copied')).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('await Worker.runReplayHistory({ workflows }, history, "trial-1");');

  const download = page.waitForEvent('download');
  await choose(page, 'More', /^Save history/);
  const path = await (await download).path();
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Open a history file' }).click();
  await (await chooser).setFiles({ name: 'trial.json', mimeType: 'application/json', buffer: readFileSync(path) });
  await expect(toast(page, 'trial.json is open for reading')).toBeVisible();
  await expect(headOf(page)).toContainText('trial-1');
  await expect(headOf(page).getByRole('button', { name: 'Cancel' })).toHaveCount(0);
  await page.getByRole('button', { name: /Close the file/ }).click();
  await expect(runRow(page, 'trial-1')).toContainText('timer 30 d');
});

const encodingOf = (name: string): string => Buffer.from(name).toString('base64');

async function importText(page: Page, name: string, text: string): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Open a history file' }).click();
  await (await chooser).setFiles({ name, mimeType: 'application/json', buffer: Buffer.from(text) });
}

test('what is wrong with a file is told, and a payload that nothing here can read is shown as such', async ({ page }) => {
  await openPanel(page);
  await importText(page, 'half.json', '{"events": [');
  await expect(toast(page, 'half.json was not opened.')).toBeVisible();
  const golden = readFileSync(new URL('../conformance/golden/activities-one.json', import.meta.url), 'utf8');
  await importText(page, 'bad.json', golden.replace('EVENT_TYPE_WORKFLOW_TASK_STARTED', 'EVENT_TYPE_OF_TOMORROW'));
  await expect(toast(page, 'bad.json was not opened.')).toContainText('EVENT_TYPE_OF_TOMORROW');
  await importText(page, 'odd.json', golden.replaceAll(encodingOf('json/plain'), encodingOf('binary/odd')));
  await openTab(page, 'Events');
  await page.getByRole('row', { name: /Activity task completed/ }).click();
  await expect(page.getByRole('treegrid', { name: /^Attributes of event/ })).toContainText('binary/odd');
});

test('runs whose code or worker is not there say so', async ({ page }) => {
  await openPanel(page);
  await start(page, [{ workflowId: 'ghost-1', type: 'ghost' }]);
  await start(page, [{ workflowId: 'lonely-1', type: 'trial' }], 'nobody');
  await expect(runRow(page, 'lonely-1')).toContainText('workflow task not picked up by a worker for');
  await runRow(page, 'ghost-1').click();
  await expect(headOf(page)).toContainText(/workflow task attempt \d+, retrying/, { timeout: 20_000 });
  await expect(headOf(page)).toContainText(/ghost/);
  await openTab(page, 'Messages');
  await expect(page.getByRole('region', { name: 'Queries' })).toBeVisible();
});

test('the page of the engine tells of tabs, workers and commits; a killed engine comes back and the open run goes on', async ({ page, context }) => {
  await openPanel(page);
  await start(page, [reminder('reminder-1')]);
  const second = await context.newPage();
  await second.goto(page.url());
  await expect(second.getByTestId('devtools-engine')).toContainText('another tab leads');
  await page.bringToFront();
  await page.getByRole('button', { name: 'Engine', exact: true }).click();
  const card = (name: string) => page.getByRole('region', { name, exact: true });
  await expect(card('Tabs').getByRole('row', { name: /this tab leads/ })).toBeVisible();
  await expect(card('Tabs').getByRole('row', { name: /follows .* (visible|hidden)/ })).toBeVisible();
  await expect(card('Workers')).toContainText('playground (workflows)');
  await expect(card('Workers')).toContainText('Workflow types of the code: approval, book, cart');
  await expect(card('Commits')).toContainText(/Median\d+ ms/);
  await expect(card('Storage')).toContainText('Databases');
  await expect(card('Namespaces').getByRole('row', { name: /default registered for ever/ })).toBeVisible();
  await second.close();
  await expect(card('Tabs').getByRole('row', { name: /follows/ })).toHaveCount(0);

  await card('Status').getByRole('button', { name: 'Kill and restart' }).click();
  await expect(card('Status')).toContainText('Epoch2');
  await expect(card('Orders from this panel').getByRole('row', { name: 'restart the engine' })).toContainText('done');
  await page.getByRole('button', { name: 'Workflows', exact: true }).click();
  await runRow(page, 'reminder-1').click();
  await openTab(page, 'Messages');
  await page.getByRole('button', { name: 'Signal…' }).click();
  await page.getByRole('dialog').getByLabel('Signal', { exact: true }).fill('done');
  await page.getByRole('dialog').getByRole('button', { name: 'Send signal' }).click();
  await expect(headOf(page)).toContainText('done after 0 reminders');
});

test('many runs are picked and terminated at once, after they were counted', async ({ page }) => {
  await openPanel(page);
  await start(
    page,
    ['a', 'b', 'c', 'd', 'e'].map((name) => cart(`cart-${name}`)),
  );
  await page.getByRole('checkbox', { name: 'Pick cart-d' }).click();
  await page.getByRole('checkbox', { name: 'Pick cart-b' }).click({ modifiers: ['Shift'] });
  const bar = page.getByRole('toolbar', { name: 'What to do to the runs that are picked' });
  await expect(bar).toContainText('3 picked');
  await bar.getByRole('button', { name: 'Terminate…' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('3 runs will be terminated.');
  await dialog.getByRole('button', { name: 'Terminate 3 runs' }).click();
  await expect(dialog).toContainText('3 of 3 terminated.');
  await dialog.locator('footer').getByRole('button', { name: 'Close' }).click();
  await expect(runsOf(page).getByText('Terminated', { exact: true })).toHaveCount(3);

  await runsOf(page).focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Space');
  await bar.getByRole('button', { name: 'Pick all runs' }).click();
  await bar.getByRole('button', { name: 'Cancel…' }).click();
  await expect(dialog).toContainText('2 runs will be asked to cancel. 3 runs have closed already and are left alone.');
  await dialog.getByRole('button', { name: 'Do nothing' }).click();
});

test('a view is saved, made the one to open with, and goes to others as a link and as a file', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await openPanel(page);
  await start(page, [cart('cart-1'), trial('trial-1')]);
  const query = page.getByLabel("Filter of the list, in Temporal's query language");
  await query.fill('WorkflowType = "cart"');
  await query.press('Enter');
  await choose(page, 'Views', /^Save this view/);
  await page.getByLabel('Name').fill('Carts');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await choose(page, 'Views', /^Manage views/);
  await page.getByRole('radio', { name: /^Carts/ }).check();
  await page.getByRole('button', { name: 'Copy the link to Carts' }).click();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as a file' }).click();
  expect((await download).suggestedFilename()).toBe('perdure-views.json');

  const fresh = await context.newPage();
  await fresh.goto(new URL('/', page.url()).href);
  await expect(runsOf(fresh)).toHaveAttribute('aria-rowcount', '2');
  await expect(fresh.getByLabel("Filter of the list, in Temporal's query language")).toHaveValue('WorkflowType = "cart"');
  await fresh.goto('about:blank');
  await fresh.goto(link);
  await expect(runsOf(fresh)).toHaveAttribute('aria-rowcount', '2');
});
