/**
 * `npm run check`: types, lint and format, layers, hazards and their tests, packages that come in, the built packages, size budget, API snapshot, and that copies are current.
 * Runs all, then fails if one failed.
 */
import { spawnSync } from 'node:child_process';

const CHECKS = [
  ['types of core', 'npx', ['tsc', '-p', 'packages/core', '--noEmit']],
  ['types of devtools-ui', 'npx', ['tsc', '-p', 'packages/devtools-ui', '--noEmit']],
  ['types of the playground', 'npx', ['tsc', '-p', 'apps/playground', '--noEmit']],
  ['types of the end-to-end tests', 'npx', ['tsc', '-p', 'e2e', '--noEmit']],
  ['types of the ported scenarios', 'npx', ['tsc', '-p', 'conformance-go']],
  ['types of the benchmark', 'npx', ['tsc', '-p', 'bench', '--noEmit']],
  ['types of the kill and soak tools', 'npx', ['tsc', '-p', 'trust', '--noEmit']],
  ['lint and format', 'npx', ['biome', 'ci', '--colors=off', '--max-diagnostics=40']],
  ['layers', 'node', ['scripts/check-layers.mjs']],
  ['hazards', 'node', ['scripts/check-hazards.mjs']],
  ['supply chain', 'node', ['scripts/check-supply-chain.mjs']],
  ['build', 'node', ['scripts/check-build.mjs']],
  ['API', 'node', ['scripts/check-api.mjs']],
  ['size', 'node', ['scripts/check-size.mjs']],
  ['conformance copy', 'node', ['scripts/check-conformance-copy.mjs']],
];

const failed = CHECKS.filter(([name, command, args]) => {
  const { status } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  console.log(`${status === 0 ? 'ok' : 'FAILED'}  ${name}`);
  return status !== 0;
});
console.log(`${CHECKS.length - failed.length} passed, ${failed.length} failed`);
process.exit(failed.length > 0 ? 1 : 0);
