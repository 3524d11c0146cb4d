/**
 * Each example of the playground, while engines are killed and tabs are reloaded every 200 to 2,000 ms: it comes to the result, and to the effects, of a
 * run that was left alone. Time is real, but for timers, which are fired. `PERDURE_KILL_SECONDS` says how long (60 in the long form), `PERDURE_SEED`
 * which kills.
 */
import { expect, type Page, test } from '@playwright/test';
import { randomFrom } from '../trust/run/random.ts';
import { DRIVEN, driveAll } from './kill-examples.ts';
import { openPanel } from './panel.ts';

const SECONDS = Number(process.env['PERDURE_KILL_SECONDS'] ?? 12);
const SEED = Number(process.env['PERDURE_SEED'] ?? 1);

/** Kills until it is told to stop: the workers of a tab by the panel's own button, or all of the second tab by a reload. @returns how often, of each kind */
async function kill(tabs: readonly [Page, Page], random: () => number, signal: AbortSignal): Promise<{ readonly killed: number; readonly reloaded: number }> {
  let [killed, reloaded] = [0, 0];
  while (!signal.aborted) {
    await new Promise((resolve) => setTimeout(resolve, 200 + random() * 1_800));
    const chance = random();
    if (chance < 0.3) {
      await tabs[1].reload();
      reloaded += 1;
      continue;
    }
    const isKilled = await tabs[chance < 0.65 ? 0 : 1].evaluate(() => {
      const button = [...document.querySelectorAll('button')].find(({ textContent }) => textContent === 'Kill and restart');
      button?.click();
      return button !== undefined;
    });
    if (isKilled) killed += 1;
  }
  return { killed, reloaded };
}

test('every example that is killed again and again comes to what it comes to when it is left alone', async ({ page, context, browser }) => {
  test.setTimeout((SECONDS + 240) * 1_000);
  const calm = await browser.newContext();
  const alone = await calm.newPage();
  await openPanel(alone);
  const wanted = await driveAll(alone, 'calm');
  await calm.close();

  await openPanel(page, '/engine');
  const second = await context.newPage();
  await second.goto(page.url());
  await expect(second.getByTestId('devtools-engine')).toContainText('leads');
  const random = randomFrom(SEED);
  const end = Date.now() + SECONDS * 1_000;
  const stop = new AbortController();
  const killing = kill([page, second], random, stop.signal);
  const timer = setTimeout(() => stop.abort(), SECONDS * 1_000);
  let rounds = 0;
  try {
    do {
      rounds += 1;
      const found = await driveAll(page, `r${rounds}`);
      for (const { name, effectsOf } of DRIVEN) {
        const hint = `${name}, round ${rounds}, PERDURE_SEED=${SEED}`;
        const [was, is] = [wanted[name], found[name]];
        if (!was || !is) throw new Error(`${name} came to nothing`);
        if (!effectsOf) expect(is, hint).toEqual(was);
        else expect(is.effects, hint).toEqual([...effectsOf(is)].sort());
      }
    } while (Date.now() < end);
  } finally {
    clearTimeout(timer);
    stop.abort();
  }
  const { killed, reloaded } = await killing;
  test.info().annotations.push({
    type: 'kills',
    description: `seed ${SEED}: ${killed} kills and ${reloaded} reloads in ${SECONDS} s, ${rounds} rounds of ${DRIVEN.length} examples`,
  });
  expect(killed + reloaded, `PERDURE_SEED=${SEED}`).toBeGreaterThan(0);
});
