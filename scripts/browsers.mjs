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
  const executablePath = named('PERDURE_FIREFOX');
  if (!executablePath && playwrightsOwn(playwright.firefox)) return { browserName: 'firefox' };
  const found = executablePath ?? onPath(FIREFOX_NAMES);
  return found && { browserName: 'firefox', channel: 'moz-firefox', launchOptions: { executablePath: found } };
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
