import { describe, expect, test } from 'vitest';
import type { ServiceError } from '../common/service-error.ts';
import { flipsOf } from './flips.test-kit.ts';
import type { LogRecord } from './indexeddb-format.ts';
import { layerOf, recordOf } from './log.ts';
import { neighbours } from './mend.ts';
import { Layer, mergeRows } from './overlay.ts';
import { LAST_FENCE, type Page } from './page.ts';
import { sound, summed } from './page-sum.ts';
import type { Row } from './rows.ts';
import { SEAL_LENGTH, seal } from './seal.ts';
import { type Entry, type Key, TABLES, type Table } from './store.ts';

const row = (table: Table, key: Key, value: unknown): Row => ({ table, key, text: seal(table, key, JSON.stringify(value)) });
const gone = (table: Table, key: Key): Row => ({ table, key, text: undefined });

const ROWS: readonly (readonly Row[])[] = [
  [
    row('history', ['default', 'wf-ü', 'run', 0], 'first'),
    row('executions', ['default', 'wf-ü'], { runId: 'run' }),
    row('busy', ['default', 'wf-ü', 'run'], 1),
  ],
  [row('history', ['default', 'wf-ü', 'run', 3], 'second'), gone('busy', ['default', 'wf-ü', 'run']), row('wake', [1700, 'default', 'wf-ü', 'run'], 1)],
  [row('history', ['default', 'other', 'run', 0], 'third'), row('visibility', ['default', 0, -1700, 'run'], { status: 'RUNNING' })],
];
const LOG: readonly LogRecord[] = ROWS.map((rows, index) => recordOf(index + 1, index, rows));

interface Reading {
  readonly entries: string[];
  readonly damage: string[];
}

function read(layers: readonly Layer[], pagesOf: (table: Table) => readonly Page[] = () => [], damage: string[] = []): Reading {
  const onDamaged = (error: ServiceError): void => void damage.push(error.message);
  const all = { bounds: { lower: undefined, upper: undefined }, isPartial: false, limit: Number.POSITIVE_INFINITY, reverse: false };
  const entries = TABLES.flatMap((table) =>
    mergeRows({ ...all, layers, table, pages: pagesOf(table), onDamaged }).map((entry: Entry) => JSON.stringify([table, ...entry])),
  );
  return { entries, damage };
}

function readLog(records: readonly LogRecord[]): Reading {
  const damage: string[] = [];
  return read([layerOf(records, 0, (words) => damage.push(words))], undefined, damage);
}

describe('S14: one bit of the log is another one', () => {
  const whole = readLog(LOG);

  test('nothing is told of a log that is as it was written', () => {
    expect([whole.damage, whole.entries.length]).toEqual([[], 6]);
  });

  test('it is found, whichever it is; it is put right, and of a text the one row is refused by its name', { timeout: 60_000 }, () => {
    let flips = 0;
    for (const [index, record] of LOG.entries())
      for (const [flipped, where] of flipsOf(record)) {
        flips++;
        const records = LOG.with(index, flipped as LogRecord);
        const { entries, damage } = readLog(records);
        const [, place, character] = /^rows\.(\d+) character (\d+)/.exec(where) ?? [];
        const of = `record ${index}, ${where}`;
        if (place === undefined || Number(character) < SEAL_LENGTH) {
          expect([damage, entries], of).toEqual([
            [`one bit of commit ${index + 1} of the log was another one than was written; it was put right`],
            whole.entries,
          ]);
          continue;
        }
        const key = JSON.stringify(record.rows[Number(place) - 1]);
        const left = whole.entries.filter((entry) => !entry.includes(key));
        // The text of a row that is deleted later is read by nobody.
        if (index === 0 && place === '8') expect([damage, entries], of).toEqual([[], whole.entries]);
        else expect([damage.length, damage[0]?.includes(key), entries], of).toEqual([1, true, left]);
      }
    expect(flips).toBeGreaterThan(5_000);
  });

  test('what is too long for each of its bits to be tried is left as it is', () => {
    for (const long of ['x'.repeat(100_000), ['x'.repeat(100_000)]]) expect([...neighbours(long)]).toEqual([]);
    expect([...neighbours('ab')].length).toBe(32);
  });

  test('a record that is not there any more is missed by the one that came after it', () => {
    expect(readLog([LOG[0], LOG[2]] as LogRecord[]).damage).toEqual(['commit 2 of the log is not there any more']);
    expect(readLog([LOG[1], LOG[2]] as LogRecord[]).damage).toEqual(['commit 1 of the log is not there any more']);
    const layer: string[] = [];
    layerOf(LOG.slice(2), 2, (words) => layer.push(words)); // the others have gone to the tables
    expect(layer).toEqual([]);
  });
});

describe('S14: one bit of a page is another one', () => {
  const keys = Array.from({ length: 8 }, (_, n): Key => ['default', `wf-${n >> 1}`, 'run', n & 1]);
  const texts = keys.map((key, n) => seal('history', key, JSON.stringify(`row ${n}`)));
  const PAGE = summed('history', { fence: keys.at(-1) as Key, keys, texts });
  const readPage = (page: Page): Reading => read([new Layer(0)], (table) => (table === 'history' ? [page] : []));
  const readSound = (page: Page): Reading => {
    const damage: string[] = [];
    const { entries, damage: found } = readPage(sound('history', page, (words) => damage.push(words)));
    return { entries, damage: [...damage, ...found] };
  };
  const whole = readSound(PAGE);

  test('nothing is told of a page that is as it was written', () => {
    expect([whole.damage, whole.entries.length, sound('history', PAGE, () => {})]).toEqual([[], 8, PAGE]);
  });

  test('it is found, whichever it is; it is put right, and of a text the one row is refused by its name', { timeout: 60_000 }, () => {
    let flips = 0;
    for (const [flipped, where] of flipsOf(PAGE)) {
      flips++;
      const { entries, damage } = readSound(flipped as Page);
      const [, place, character] = /^texts\.(\d) character (\d+)/.exec(where) ?? [];
      const lost = place === undefined || Number(character) < SEAL_LENGTH ? undefined : Number(place);
      const told = lost === undefined ? /^one bit of the page of "history" that ends at .* put right$/ : new RegExp(JSON.stringify(keys[lost]).slice(1, -1));
      expect([damage.length, damage[0]], where).toEqual([1, expect.stringMatching(told)]);
      expect(entries, where).toEqual(whole.entries.filter((_, index) => index !== lost));
    }
    expect(flips).toBeGreaterThan(2_000);
  });

  test('a page that has lost a row, or got one twice, is found', () => {
    for (const change of [
      { keys: keys.slice(1), texts: PAGE.texts.slice(1) },
      { keys: [...keys, keys[0] as Key], texts: [...PAGE.texts, PAGE.texts[0] as string] },
      { keys: keys.slice(1) },
      { texts: undefined as unknown as string[] },
      { keys: 'x' as unknown as Key[] },
    ])
      expect(readSound({ ...PAGE, ...change }).damage.length).toBeGreaterThan(0);
  });

  test('a broken key that says that it is made by something else is a broken key', () => {
    const broken = keys.with(0, Object.assign(['default', 'wf', 'run', 7], { constructor: 'constructor' }));
    expect(sound('history', { ...PAGE, keys: broken }, () => {})).toMatchObject({ isDamaged: true });
  });

  test('a page that has lost its sum, and perhaps more, is not taken for one of a format without sums', () => {
    const { sum: _, ...without } = PAGE;
    const plain = { ...without, texts: PAGE.texts.map((text) => text.slice(SEAL_LENGTH)) };
    for (const page of [without, { ...plain, after: ['default', 'wf'] }, { ...plain, fence: ['default', 'wf-3'] }])
      expect(readSound(page).damage.length).toBeGreaterThan(0);
  });

  test('a page of format 1, without sums, is read as it is', () => {
    const plain = { fence: LAST_FENCE, keys, texts: keys.map((_, n) => JSON.stringify(`row ${n}`)) };
    expect(readSound(plain)).toEqual(whole);
    expect(readPage(summed('history', plain))).toEqual(whole);
  });
});
