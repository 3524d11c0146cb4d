/**
 * Finds the browsers that tests and benchmarks drive; it installs none. The order: what the environment names (`PERDURE_CHROMIUM`,
 * `PERDURE_FIREFOX`), Playwright's own, what the system has.
 */
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import * as playwright from '@playwright/test';

const CHROMIUM_NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const FIREFOX_NAMES = ['firefox-esr', 'firefox'];
const QUIET = ['--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'];

/** Launch options for Playwright's `chromium`, or `undefined` where there is none. */
export function chromiumLaunch() {
  const executablePath = named('PERDURE_CHROMIUM') ?? playwrightsOwn(playwright.chromium) ?? onPath(CHROMIUM_NAMES);
  const isRoot = process.getuid?.() === 0; // chromium's own sandbox refuses to run as root
  return executablePath && { executablePath, args: [...(isRoot ? ['--no-sandbox'] : []), ...QUIET] };
}

/** The `use` of a Playwright project for Firefox, or `undefined`. A stock Firefox is driven by WebDriver BiDi, which the channel selects. */
export function firefoxUse() {
  const stock = stockFirefox();
  if (stock) return { browserName: 'firefox', channel: 'moz-firefox', launchOptions: { executablePath: stock } };
  return playwrightsOwn(playwright.firefox) && { browserName: 'firefox' };
}

/** Where the Firefox is that `firefoxUse` drives; `undefined` where there is none. */
export const firefoxPath = () => stockFirefox() ?? playwrightsOwn(playwright.firefox);

/** What is printed where Firefox is not tested. */
export const NO_FIREFOX =
  'NOT TESTED: Firefox. There is none, and none could be installed. Install one, or name it: PERDURE_FIREFOX=/path/to/firefox npm run test:firefox';

/** None where Playwright's own is there, and no other is named. */
function stockFirefox() {
  return named('PERDURE_FIREFOX') ?? (playwrightsOwn(playwright.firefox) ? undefined : onPath(FIREFOX_NAMES));
}

function named(variable) {
  const path = process.env[variable];
  if (path && !isExecutable(path)) throw new Error(`${variable} is ${path}, where there is no program: name one, or unset it`);
  return path || undefined;
}

function playwrightsOwn(type) {
  try {
    const path = type.executablePath();
    return path && existsSync(path) ? path : undefined;
  } catch {
    return undefined; // Playwright knows no build for this platform
  }
}

function onPath(names) {
  for (const directory of (process.env.PATH ?? '').split(delimiter))
    for (const name of names) if (isExecutable(join(directory, name))) return join(directory, name);
  return undefined;
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // absent, or not ours to run
  }
}
