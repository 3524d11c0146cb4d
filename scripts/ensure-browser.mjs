/**
 * Sees to the browsers of the end-to-end tests. Chromium has to be there: one that is found, else Playwright's download, else (as root) the package
 * of the system. A Firefox is tested where there is one, or where the system has a package of it (as root); where there is none that is said.
 */
import { spawnSync } from 'node:child_process';
import { chromiumLaunch, firefoxPath, NO_FIREFOX } from './browsers.mjs';

const run = (command, args, timeout) =>
  spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'], timeout, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });

const isRoot = process.getuid?.() === 0;
let isListed = false;

if (!chromiumLaunch()) run('npx', ['playwright', 'install', 'chromium'], 300_000);
if (!chromiumLaunch()) installOne('chromium');
const chromium = chromiumLaunch();
if (!chromium) {
  console.error('There is no Chromium, and none could be installed. Install one, or name it: PERDURE_CHROMIUM=/path/to/chromium npm run test:e2e');
  process.exit(1);
}
console.log(`Chromium: ${chromium.executablePath}`);

for (const name of ['firefox-esr', 'firefox']) if (!firefoxPath()) installOne(name);
console.log(firefoxPath() ? `Firefox: ${firefoxPath()}` : NO_FIREFOX);

/** A package of the system. Who is not root is not asked for a password. */
function installOne(name) {
  if (!isRoot) return;
  if (!isListed) run('apt-get', ['update', '-q'], 180_000);
  isListed = true;
  run('apt-get', ['install', '-y', '-q', '--no-install-recommends', name], 600_000);
}
