/**
 * Fails when something could come in by the packages that this one is made of (S18): a runtime dependency of the core that nobody decided on, a version that
 * may change by itself, a package without a checksum, or one that runs code when it is installed without being known for it.
 */
import { readFileSync } from 'node:fs';

const read = (path) => JSON.parse(readFileSync(new URL(`../${path}`, import.meta.url), 'utf8'));

/** What an application downloads with a package. Decision 1 says why; another one needs a decision of its own. */
const RUNTIME = {
  'packages/core': ['comlink', 'idb'],
  'packages/devtools-ui': ['@jridgewell/trace-mapping', '@perdure/core', 'microdiff', 'virtua', 'zustand'],
};
/** Tools of ours that run a script when they are installed, with what it does; no application gets them. */
const INSTALL_SCRIPTS = { 'node_modules/esbuild': 'checks that its binary is the one for this machine' };
/** The scripts that npm runs by itself when a package is installed. */
const HOOKS = ['preinstall', 'install', 'postinstall', 'prepare'];

const problems = [];
for (const path of ['.', 'packages/core', 'packages/devtools-ui', 'apps/playground']) checkManifest(path, read(`${path}/package.json`));
const { lockfileVersion, packages } = read('package-lock.json');
if (lockfileVersion !== 3) problems.push(`package-lock.json has the version ${lockfileVersion}; 3 is expected`);
for (const [path, entry] of Object.entries(packages)) checkLocked(path, entry);
for (const name of RUNTIME['packages/core']) checkLeaf(name);

for (const problem of problems) console.error(`supply chain: ${problem}`);
if (problems.length > 0) process.exit(1);
console.log(
  `supply chain: ${Object.keys(packages).length} packages have their checksums; none but ${Object.keys(INSTALL_SCRIPTS).length} tool runs code when it is installed`,
);

function checkManifest(path, { dependencies = {}, devDependencies = {}, scripts = {} }) {
  const file = `${path}/package.json`;
  const allowed = RUNTIME[path];
  for (const name of Object.keys(dependencies))
    if (allowed && !allowed.includes(name))
      problems.push(`${file} depends on ${name} at runtime: write a decision, then name it in scripts/check-supply-chain.mjs`);
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies }))
    if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)) problems.push(`${file} takes ${name} as "${version}": give one version`);
  for (const hook of HOOKS) if (hook in scripts) problems.push(`${file} has the script "${hook}", which runs by itself`);
}

function checkLocked(path, { link, integrity, hasInstallScript, resolved }) {
  if (hasInstallScript && !(path in INSTALL_SCRIPTS)) problems.push(`${path} runs a script when it is installed`);
  if (resolved !== undefined && !link && !resolved.startsWith('https://registry.npmjs.org/')) problems.push(`${path} comes from ${resolved}`);
  const isOwn = link || !path.includes('node_modules/');
  if (!isOwn && !/^sha512-/.test(integrity ?? '')) problems.push(`${path} has no checksum in package-lock.json`);
}

/** What the core brings along brings nothing along. */
function checkLeaf(name) {
  const { dependencies = {}, optionalDependencies = {} } = packages[`node_modules/${name}`] ?? {};
  for (const further of Object.keys({ ...dependencies, ...optionalDependencies })) problems.push(`${name}, which the core depends on, brings ${further} along`);
}
