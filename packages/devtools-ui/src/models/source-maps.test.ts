import { expect, test } from 'vitest';
import { openSources, ownFrames, shortFile } from './source-maps.ts';

/** One line of a bundle, whose column 5 is line 2, column 3 of what was written. */
const map = { version: 3, sources: ['../src/workflows.ts'], sourcesContent: ['first\n  second\nthird'], names: [], mappings: 'KACE' };
const inline = `data:application/json;base64,${btoa(JSON.stringify(map))}`;

function sourcesOf(files: Readonly<Record<string, string>>) {
  const read: string[] = [];
  const sources = openSources(async (url) => {
    read.push(url);
    const text = files[url];
    if (text === undefined) throw new TypeError('not there');
    return text;
  });
  return { sources, read };
}
const frame = (file_path: string | undefined, line = 1, column = 6) => ({ ...(file_path !== undefined && { file_path }), line, column, internal_code: false });
const found = { file: 'http://here/src/workflows.ts', line: 2, column: 3, isMapped: true, lines: ['first', '  second', 'third'] };

test.each([
  ['beside it', { 'http://here/assets/w.js': 'abcdefgh\n//# sourceMappingURL=w.js.map\n', 'http://here/assets/w.js.map': JSON.stringify(map) }],
  ['in it', { 'http://here/assets/w.js': `abcdefgh\n//# sourceMappingURL=${inline}` }],
])('a place is found by a map that stands %s', async (_, files) => {
  const { sources, read } = sourcesOf(files as unknown as Record<string, string>);
  expect(await sources.locate(frame('http://here/assets/w.js'))).toEqual(found);
  await sources.locate(frame('http://here/assets/w.js'));
  expect(read).toHaveLength(Object.keys(files).length); // each is read once
});

test.each([
  ['has no map', { 'http://here/w.js': 'one\ntwo' }, ['one', 'two']],
  ['has a map that is not there', { 'http://here/w.js': 'one\n//# sourceMappingURL=w.js.map' }, ['one', '//# sourceMappingURL=w.js.map']],
  ['has a map that is no map', { 'http://here/w.js': 'one\n//# sourceMappingURL=data:,{' }, ['one', '//# sourceMappingURL=data:,{']],
  ['is not there', {}, undefined],
])('a script that %s is shown as it is', async (_, files, lines) => {
  const { sources } = sourcesOf(files as Record<string, string>);
  expect(await sources.locate(frame('http://here/w.js'))).toEqual({ file: 'http://here/w.js', line: 1, column: 6, isMapped: false, ...(lines && { lines }) });
});

test('a frame without a file has no place', async () => {
  expect(await sourcesOf({}).sources.locate(frame(undefined))).toBeUndefined();
});

test('of the frames of a bundle those of the user are left, with the names of their functions', () => {
  const bundle = 'http://here/assets/workflows.js';
  const frameOf = (function_name: string | undefined, file_path = bundle) => ({
    file_path,
    line: 1,
    column: 1,
    internal_code: false,
    ...(function_name && { function_name }),
  });
  const at = (file: string, line: number) => ({ file, line, column: 1, isMapped: true });
  const raw = { file: bundle, line: 1, column: 9, isMapped: false };
  const frames = [frameOf('schedule'), frameOf(undefined), frameOf('order'), frameOf('elsewhere', 'http://here/other.js')];
  const places = [
    at('http://here/packages/core/src/workflow/activities.ts', 98),
    at('http://here/src/workflows.ts', 69),
    raw,
    { ...raw, file: 'http://here/other.js' },
  ];
  expect(ownFrames(frames, places).map(({ name, place }) => [name, place?.line, place?.isMapped])).toEqual([
    ['order', 69, true],
    ['elsewhere', 1, false],
  ]);
  expect(ownFrames(frames.slice(0, 1), places.slice(0, 1)).map(({ name }) => name)).toEqual(['schedule']); // better than nothing
});

test('a file is named by its last folder', () => {
  expect(shortFile('http://here/apps/src/examples/workflows.ts?x=1')).toBe('examples/workflows.ts');
  expect(shortFile('../../workflows.ts')).toBe('workflows.ts');
});
