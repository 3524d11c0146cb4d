/** Fails if `conformance/` differs from the suite it is a copy of, where that stands beside the repository. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const copy = fileURLToPath(new URL('../conformance', import.meta.url));
const original = fileURLToPath(new URL('../../shared/conformance', import.meta.url));
const LEFT_OUT = new Set(['node_modules']);

if (!existsSync(original)) {
  console.log('conformance copy: skipped, the original is not beside this repository');
} else {
  const [theirs, ours] = [files(original), files(copy)];
  const problems = [
    ...[...theirs].filter((file) => !ours.has(file)).map((file) => `missing: ${file}`),
    ...[...ours].filter((file) => !theirs.has(file)).map((file) => `not in the original: ${file}`),
    ...[...theirs]
      .filter((file) => ours.has(file) && !readFileSync(join(original, file)).equals(readFileSync(join(copy, file))))
      .map((file) => `differs: ${file}`),
  ];
  for (const problem of problems) console.error(`conformance copy: ${problem}`);
  if (problems.length > 0) process.exit(1);
  console.log(`conformance copy: ${theirs.size} files are equal to the original`);
}

function files(root, folder = root) {
  const found = new Set();
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (LEFT_OUT.has(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) for (const file of files(root, path)) found.add(file);
    else found.add(relative(root, path));
  }
  return found;
}
