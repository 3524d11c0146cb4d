/** All pages of docs/guide: their code compiles, their links lead somewhere, and the index has them. What the code does is in the tests beside. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { afterAll, expect, test } from 'vitest';
import { filesOf, guideFolder, guidePages, root, writePages } from './guide-page.test-kit.ts';

const folder = writePages('types', guidePages);
afterAll(() => rmSync(folder, { recursive: true }));

test('their code compiles', { timeout: 120_000 }, () => {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), ts.sys.readFile) as { config: unknown };
  const options: ts.CompilerOptions = {
    ...ts.parseJsonConfigFileContent(config, ts.sys, root).options,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    isolatedDeclarations: false,
    declaration: false,
    noEmit: true,
    types: ['node'],
  };
  const names = guidePages.flatMap((page) => [...filesOf(page).keys()].map((name) => join(folder, page, name)));
  const program = ts.createProgram(names, options);
  const sources = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(folder));
  expect(sources).toHaveLength(names.length);
  const problems = sources.flatMap((source) => [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]);
  const told = problems.map(({ messageText, file, start = 0 }) => {
    const line = file ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
    return `${file?.fileName.slice(folder.length + 1)}:${line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
  expect(told).toEqual([]);
});

test.each(guidePages)('what %s links to is there', (page) => {
  const text = readFileSync(join(guideFolder, `${page}.md`), 'utf8');
  const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)].map(([, link]) => link as string);
  expect(links.filter((link) => !existsSync(resolve(guideFolder, link)))).toEqual([]);
});

test('the index has every page', () => {
  const index = readFileSync(join(guideFolder, 'README.md'), 'utf8');
  expect(guidePages.filter((page) => page !== 'README' && !index.includes(`](${page}.md)`))).toEqual([]);
});

test('every page that shows a history has a test that expects it', () => {
  const tests = ['messages', 'activities', 'workflows', 'platform']
    .map((name) => readFileSync(join(import.meta.dirname, `${name}.test.ts`), 'utf8'))
    .join('\n');
  const shown = guidePages.flatMap((page) =>
    [...readFileSync(join(guideFolder, `${page}.md`), 'utf8').matchAll(/```history ([\w-]+)/g)].map(([, name]) => name as string),
  );
  expect(shown.length).toBeGreaterThan(15);
  expect(shown.filter((name) => !tests.includes(`'${name}'`))).toEqual([]);
});
