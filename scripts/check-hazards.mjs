/**
 * Fails when a hazard of browsers (B), a threat (S) or a rule of the engine (R) has lost its test: each number is in the title of one, or has a line in
 * docs/decisions/0036-hazards.md that says why no test can show it. Hazards stand before a colon, `B4: …` or `B13, B29: …`; rules anywhere in a title.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const DECISION = 'docs/decisions/0036-hazards.md';
const upTo = (letter, last) => Array.from({ length: last }, (_, index) => `${letter}${index + 1}`);
const HAZARDS = [...upTo('B', 32), ...upTo('S', 22)];
/** The rules of reset come with reset. */
const PENDING = ['R51', 'R72'];
const RULES = upTo('R', 80).filter((rule) => !PENDING.includes(rule));

const titles = testFiles().flatMap((file) => titlesIn(readFileSync(join(root, file), 'utf8')));
const tested = new Set(titles.flatMap((title) => [...numbersBefore(title), ...(title.match(/\bR\d+\b/g) ?? [])]));
const decided = new Set(untestedIn(readFileSync(join(root, DECISION), 'utf8')));
const listed = new Set(
  readFileSync(join(root, DECISION), 'utf8')
    .match(/^\| [BS]\d+ \|/gm)
    ?.map((row) => row.slice(2, -2)),
);

const problems = [
  ...[...HAZARDS, ...RULES]
    .filter((number) => !tested.has(number) && !decided.has(number))
    .map((number) => `${number} is in no title of a test, and ${DECISION} does not say why`),
  ...HAZARDS.filter((number) => !listed.has(number)).map((number) => `${number} has no row in ${DECISION}`),
  ...[...decided].filter((number) => tested.has(number)).map((number) => `${number} has a test; take its "no test" out of ${DECISION}`),
];
for (const problem of problems) console.error(`hazards: ${problem}`);
if (problems.length > 0) process.exit(1);
console.log(
  `hazards: ${HAZARDS.length - decided.size} of ${HAZARDS.length} and ${RULES.length} rules are in titles of tests; why ${decided.size} are not is written down`,
);

function testFiles() {
  const found = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '--', '*.ts', '*.tsx', '*.mjs'], { cwd: root, encoding: 'utf8' }).split('\n');
  return found.filter((file) => /\.(test|spec)\.tsx?$|storage\/conformance[\w-]*\.ts$|webkit-smoke\.mjs$/.test(file) && existsSync(join(root, file)));
}

/** What stands first in a call of `test`, `it` or `describe`, or names a case of the conformance suite. */
function titlesIn(text) {
  const call = /\b(?:test|it|describe|check)(?:\.\w+)*(?:\((?:\[[\s\S]*?\]|\w+)(?: as const)?\))?(?:<[^(]*>)?\(\s*(['"`])([\s\S]*?)\1/g;
  const eachCall = /\]\s*(?:as const)?\s*\)\(\s*(['"`])([\s\S]*?)\1/g;
  const named = /^ {2}(['"])(.*?)\1: async/gm;
  return [call, eachCall, named].flatMap((form) => [...text.matchAll(form)].map((match) => match[2]));
}

function numbersBefore(title) {
  const [, list = ''] = /^((?:[BSR]\d+(?:, )?)+): /.exec(title) ?? [];
  return list.split(', ').filter((number) => /^[BS]/.test(number));
}

/** Rows of the table that end in "no test: …". */
function untestedIn(decision) {
  return decision.split('\n').flatMap((line) => {
    const [, number, , where] = line.split('|').map((cell) => cell.trim());
    return /^[BS]\d+$/.test(number ?? '') && where?.startsWith('no test: ') ? [number] : [];
  });
}
