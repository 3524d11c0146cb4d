import { describe, expect, test } from 'vitest';
import type { ServiceError } from '../common/service-error.ts';
import { flipsOf } from './flips.test-kit.ts';
import type { LogRecord } from './indexeddb-format.ts';
import { layerOf, recordOf } from './log.ts';
import { Layer, mergeRows } from './overlay.ts';
import { LAST_FENCE, type Page } from './page.ts';
import { sound, summed } from './page-sum.ts';
import type { Row } from './rows.ts';
import { seal } from './seal.ts';
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
  // A deleted row that a damaged record does not delete any more is told of, and was true once.
  const known = new Set([...whole.entries, ...readLog(LOG.slice(0, 1)).entries]);

  test('nothing is told of a log that is as it was written', () => {
    expect([whole.damage, whole.entries.length]).toEqual([[], 6]);
  });

  test('it is found, whichever it is; nothing is read that was not written, and at most one row is missing', { timeout: 60_000 }, () => {
    let flips = 0;
    for (const [index, record] of LOG.entries())
      for (const [flipped, where] of flipsOf(record)) {
        flips++;
        const records = LOG.with(index, flipped as LogRecord);
        const { entries, damage } = readLog(records);
        // The text of a row that is deleted later is read by nobody.
        if (damage.length === 0) expect([entries, where.startsWith('rows.8 ')], `record ${index}, ${where}`).toEqual([whole.entries, true]);
        expect(
          entries.filter((entry) => !known.has(entry)),
          `record ${index}, ${where}`,
        ).toEqual([]);
        expect(whole.entries.filter((entry) => !entries.includes(entry)).length, `record ${index}, ${where}`).toBeLessThan(2);
      }
    expect(flips).toBeGreaterThan(5_000);
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
  const whole = readPage(sound(PAGE));

  test('nothing is told of a page that is as it was written', () => {
    expect([whole.damage, whole.entries.length, sound(PAGE)]).toEqual([[], 8, PAGE]);
  });

  test('it is found, whichever it is; nothing is read that was not written, and at most one row is missing', { timeout: 60_000 }, () => {
    let flips = 0;
    for (const [flipped, where] of flipsOf(PAGE)) {
      flips++;
      const { entries, damage } = readPage(sound(flipped as Page));
      expect(damage.length, where).toBeGreaterThan(0);
      expect(
        entries.filter((entry) => !whole.entries.includes(entry)),
        where,
      ).toEqual([]);
      expect(whole.entries.length - entries.length, where).toBeLessThan(2);
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
      expect(readPage(sound({ ...PAGE, ...change })).damage.length).toBeGreaterThan(0);
  });

  test('a page of format 1, without sums, is read as it is', () => {
    const plain = { fence: LAST_FENCE, keys, texts: keys.map((_, n) => JSON.stringify(`row ${n}`)) };
    expect(readPage(sound(plain))).toEqual(whole);
    expect(readPage(summed('history', plain))).toEqual(whole);
  });
});
