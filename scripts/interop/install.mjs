/** Temporal's replayer in a folder of its own, with the packages of a lockfile of ours: its native worker is of no use to anybody else here. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const at = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const REPLAYER = at('conformance/temporal-replay');
/** Beside the suite, not in it: the suite is shared, and leaves the choice of its packages' packages to who installs it. */
const LOCKFILE = at('scripts/interop/temporal-replay.package-lock.json');
const INSTALLED = at('.cache/temporal-replay');

/** Installs it unless it is there as it should be. @returns its folder */
export function installReplayer() {
  const lockfile = join(INSTALLED, 'package-lock.json');
  const isCurrent = existsSync(join(INSTALLED, 'node_modules/.package-lock.json')) && existsSync(lockfile) && sameText(lockfile, LOCKFILE);
  mkdirSync(INSTALLED, { recursive: true });
  for (const file of readdirSync(REPLAYER))
    if (/\.mjs$|^package\.json$|^fixtures$/.test(file)) cpSync(join(REPLAYER, file), join(INSTALLED, file), { recursive: true });
  if (isCurrent) return INSTALLED;
  console.log("installing Temporal's replayer into .cache/");
  cpSync(LOCKFILE, lockfile);
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: INSTALLED, stdio: 'inherit' });
  if (status === 0) return INSTALLED;
  rmSync(lockfile);
  throw new Error(`npm could not install Temporal's replayer (exit code ${status}); it needs the network`);
}

const sameText = (left, right) => readFileSync(left, 'utf8') === readFileSync(right, 'utf8');
