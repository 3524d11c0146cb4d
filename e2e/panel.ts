/** The devtools panel in the playground, as a person drives it. */
import AxeBuilder from '@axe-core/playwright';
import { expect, type Locator, type Page } from '@playwright/test';
import { PLAYGROUND } from './servers.ts';

export interface Start {
  readonly workflowId: string;
  readonly type: string;
  readonly args?: readonly unknown[];
}

interface PlaygroundGlobals {
  readonly playground: {
    readonly client: {
      readonly workflow: { start(type: string, options: { workflowId: string; taskQueue: string; args: readonly unknown[] }): Promise<unknown> };
    };
  };
}

export const panelOf = (page: Page): Locator => page.getByRole('region', { name: 'Perdure devtools' });
export const runsOf = (page: Page): Locator => page.getByRole('grid', { name: 'Workflow runs' });
export const runRow = (page: Page, workflowId: string): Locator => runsOf(page).getByRole('row').filter({ hasText: workflowId });
/** The page of the open run. */
export const headOf = (page: Page): Locator => page.locator('.pd-run-header');

/** Opens the playground at a place of the panel, and waits for the engine. */
export async function openPanel(page: Page, address = '/workflows'): Promise<void> {
  await page.goto(`${PLAYGROUND}/#${address}`);
  await expect(page.getByTestId('devtools-engine')).toContainText('leads');
}

/** By the client of the page, as an application would; `taskQueue` is that of the playground's workers. */
export async function start(page: Page, runs: readonly Start[], taskQueue = 'playground'): Promise<void> {
  await page.evaluate(
    async ([all, queue]) => {
      const { playground } = globalThis as unknown as PlaygroundGlobals;
      for (const { workflowId, type, args = [] } of all) await playground.client.workflow.start(type, { workflowId, taskQueue: queue, args });
    },
    [runs, taskQueue] as const,
  );
}

export const toast = (page: Page, text: string | RegExp): Locator => page.locator('.pd-toast', { hasText: text });

export async function openTab(page: Page, name: string): Promise<Locator> {
  await page.getByRole('tab', { name: new RegExp(`^${name}`) }).click();
  return page.getByRole('tabpanel');
}

/** Chooses in the menu of a button. */
export async function choose(page: Page, menu: string, item: string | RegExp): Promise<void> {
  await page.getByRole('button', { name: menu, exact: true }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

export async function expectNoViolation(page: Page, what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).include('.pd-panel').analyze();
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`),
    what,
  ).toEqual([]);
}
