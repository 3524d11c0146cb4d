/** Sees to a Chromium for the end-to-end tests: one that is there, else Playwright's download, else (as root) the package of the system. */
import { spawnSync } from 'node:child_process';
import { chromiumLaunch } from './browsers.mjs';

const run = (command, args, timeout) =>
  spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'], timeout, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });

if (!chromiumLaunch()) run('npx', ['playwright', 'install', 'chromium'], 300_000);
if (!chromiumLaunch() && process.getuid?.() === 0) {
  run('apt-get', ['update', '-q'], 180_000);
  run('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium'], 600_000);
}
const found = chromiumLaunch();
if (!found) {
  console.error('There is no Chromium, and none could be installed. Install one, or name it: PERDURE_CHROMIUM=/path/to/chromium npm run test:e2e');
  process.exit(1);
}
console.log(`Chromium: ${found.executablePath}`);
