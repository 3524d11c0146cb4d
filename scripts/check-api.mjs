/**
 * Keeps the public API under guard: `docs/api/<entry>.txt` holds every exported name with its declaration.
 * A difference fails the check; `--update` writes the files anew, to be read in the diff.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const entries = join(root, 'packages/core/src/entry');
const snapshots = join(root, 'docs/api');
const isUpdate = process.argv.includes('--update');

const configFile = join(root, 'packages/core/tsconfig.json');
const config = ts.parseJsonConfigFileContent(ts.readConfigFile(configFile, ts.sys.readFile).config, ts.sys, dirname(configFile));
const names = readdirSync(entries).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
const program = ts.createProgram(
  names.map((name) => join(entries, name)),
  config.options,
);
const checker = program.getTypeChecker();
const declarations = new Map();

mkdirSync(snapshots, { recursive: true });
let differs = false;
for (const name of names) {
  const file = join(snapshots, `${basename(name, '.ts')}.txt`);
  const now = snapshot(join(entries, name));
  if (isUpdate) writeFileSync(file, now);
  else if (read(file) !== now) {
    differs = true;
    console.error(
      `the API of ./${basename(name, '.ts')} is not what docs/api says; look at it and run: npm run check:api -- --update\n${firstDifference(read(file), now)}`,
    );
  }
}
if (differs) process.exit(1);
console.log(`api: ${names.length} entry points ${isUpdate ? 'written' : 'are as recorded'}`);

function snapshot(file) {
  const module = checker.getSymbolAtLocation(program.getSourceFile(file));
  const lines = checker.getExportsOfModule(module).map((symbol) => {
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    return { name: symbol.name, text: (target.declarations ?? []).map(textOf).join('\n') };
  });
  lines.sort((a, b) => (a.name < b.name ? -1 : 1));
  return `${lines.map(({ name, text }) => `## ${name}\n${text}\n`).join('\n')}`;
}

/** The declaration as it stands in the file's .d.ts, without comments. */
function textOf(declaration) {
  const source = declaration.getSourceFile();
  if (!declarations.has(source.fileName)) declarations.set(source.fileName, declared(source));
  return declarations.get(source.fileName).get(nameOf(declaration))?.join('\n') ?? ts.SyntaxKind[declaration.kind];
}

function declared(source) {
  const { outputText } = ts.transpileDeclaration(source.text, {
    fileName: source.fileName,
    compilerOptions: { ...config.options, removeComments: true, declarationMap: false },
  });
  const parsed = ts.createSourceFile('x.d.ts', outputText, ts.ScriptTarget.Latest, true);
  const found = new Map();
  for (const statement of parsed.statements) {
    const named = ts.isVariableStatement(statement)
      ? statement.declarationList.declarations.map((d) => d.name.getText())
      : statement.name
        ? [statement.name.getText()]
        : [];
    for (const name of named) found.set(name, [...(found.get(name) ?? []), statement.getText().replace(/\s+/g, ' ')]);
  }
  return found;
}

function nameOf(declaration) {
  return declaration.name?.getText() ?? declaration.propertyName?.getText() ?? '';
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return '';
    throw error;
  }
}

function firstDifference(before, after) {
  const [a, b] = [before.split('\n'), after.split('\n')];
  const at = b.findIndex((line, index) => line !== a[index]);
  return at < 0 ? '' : `  recorded: ${(a[at] ?? '(end)').slice(0, 200)}\n  now:      ${b[at].slice(0, 200)}`;
}
