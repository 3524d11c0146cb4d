/** Fails on an import that the architecture does not allow, and on clocks, chance and promises where they have no place. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const core = join(root, 'packages/core/src');

/** What each layer of the core may import, itself aside. `*` stands for all. */
const ALLOWED = {
  common: [],
  codecs: ['common'],
  protobufs: ['common'],
  history: ['common'],
  protocol: ['common', 'history'],
  engine: ['common', 'history', 'protocol'],
  storage: ['common'],
  service: ['common', 'history', 'protocol', 'engine', 'storage/store.ts'],
  workflow: ['common', 'history', 'protocol'],
  activity: ['common', 'history', 'protocol', 'client'],
  worker: ['common', 'history', 'protocol', 'workflow', 'activity'],
  client: ['common', 'history', 'protocol'],
  transport: ['common', 'history', 'protocol', 'client', 'activity', 'worker'],
  host: ['*'],
  testing: ['*'],
  vite: ['common'],
  entry: ['*'],
};

/** The only folders or files that may import a package. Node's own modules are for tests, the test kit and the Vite plugin. */
const PACKAGES = {
  comlink: ['transport/'],
  idb: ['storage/indexeddb'],
  vite: ['vite/'],
  rolldown: ['vite/'],
};

/** Words that may not stand in a layer's code, with the reason. */
const FORBIDDEN = [
  {
    layer: 'engine',
    words: /\b(Date|Math\.random|async|await|Promise|setTimeout|setInterval|performance|crypto)\b/,
    why: 'the engine is a pure, synchronous function',
  },
  { layer: 'workflow', words: /(?<![.\w'"`])(async\s+(function|\(|[a-z_$]+\s*=>)|await\s)/, why: 'context rides on `then`; a native await loses it' },
  ...['service', 'worker', 'client', 'storage', 'transport', 'host', 'activity'].map((layer) => ({
    layer,
    words: /\b(Date\.now|new Date\(\)|Math\.random|(?<!\.)setTimeout|(?<!\.)setInterval|performance\.now)\b/,
    why: 'time and chance come in as Clock and Rng',
  })),
  ...Object.keys(ALLOWED).flatMap((layer) => [
    { layer, words: /\b(fetch|XMLHttpRequest|WebSocket|EventSource|sendBeacon)\(/, why: 'nothing leaves the browser but what user code sends (S13)' },
    { layer, words: /\b(new SharedArrayBuffer|new Function|eval)\(/, why: 'pages have a strict Content-Security-Policy, and no isolation (S7, S21)' },
  ]),
];

const problems = [];
for (const file of files(core)) {
  const text = readFileSync(file, 'utf8');
  checkImports(file, text);
  if (!isTest(file)) checkWords(file, text);
}
for (const folder of ['packages/devtools-ui/src', 'apps/playground/src'])
  for (const file of files(join(root, folder)))
    for (const name of imports(readFileSync(file, 'utf8')))
      if (name.includes('packages/core') || /^@perdure\/core\/(src|dist)/.test(name))
        problems.push(`${show(file)} imports ${name}: use an entry point, @perdure/core/…`);

if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exit(1);
}
console.log('layers: every import goes the way the architecture allows');

function checkImports(file, text) {
  const layer = layerOf(file);
  for (const name of imports(text)) {
    if (!name.startsWith('.')) {
      checkPackage(file, name);
      continue;
    }
    const target = relative(core, resolve(dirname(file), name));
    const targetLayer = target.split('/')[0];
    if (targetLayer === layer || layer === undefined) continue;
    if (targetLayer === 'entry' && !isTest(file)) problems.push(`${show(file)} imports the entry point ${target}: inside the package import the file`);
    const allowed = ALLOWED[layer];
    if (allowed === undefined) problems.push(`${show(file)}: layer "${layer}" is not known; add it to scripts/check-layers.mjs with what it may import`);
    else if (!allowed.includes('*') && !allowed.includes(targetLayer) && !allowed.includes(target) && !isTest(file))
      problems.push(`${show(file)} (${layer}) may not import ${target}`);
    if (targetLayer === 'storage' && target !== 'storage/store.ts' && !['entry', 'testing', 'host'].includes(layer) && !isTest(file))
      problems.push(`${show(file)} (${layer}) may not know a storage driver: ${target}`);
  }
}

function checkPackage(file, name) {
  if (isTest(file)) return;
  const path = relative(core, file);
  const pack = name.startsWith('@') ? name.split('/').slice(0, 2).join('/') : name.split('/')[0];
  if (name.startsWith('node:')) {
    if (!/^(vite|testing|workflow\/context|activity)/.test(path)) problems.push(`${show(file)} imports ${name}: the core runs in browsers`);
    return;
  }
  if (!(PACKAGES[pack] ?? []).some((prefix) => path.startsWith(prefix))) problems.push(`${show(file)} may not import the package ${name}`);
}

function checkWords(file, text) {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' ')).replace(/\/\/[^\n]*/g, '');
  for (const { layer, words, why } of FORBIDDEN) {
    if (layerOf(file) !== layer) continue;
    code.split('\n').forEach((line, index) => {
      const found = words.exec(line.replace(/'[^']*'|`[^`]*`/g, "''"));
      if (found) problems.push(`${show(file)}:${index + 1} uses ${found[0].trim()}: ${why}`);
    });
  }
}

function imports(text) {
  return [
    ...text.matchAll(
      /(?:^|\n)\s*(?:import|export)\b[^'"\n;]*?(?:\{[^}]*\}[^'"\n;]*?)?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)import\s*['"]([^'"]+)['"]/g,
    ),
  ].map((match) => match[1] ?? match[2] ?? match[3]);
}

function layerOf(file) {
  return relative(core, file).split('/')[0];
}

function isTest(file) {
  return /\.(test|test-d|test-kit)\.tsx?$|\/fixtures\//.test(file);
}

function files(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

function show(file) {
  return relative(root, file);
}
