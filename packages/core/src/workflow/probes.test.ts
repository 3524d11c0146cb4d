/** What could differ between two replays of a run, in forty ways: on another machine, in another time zone, at another time, under another language. */
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { givenRun, resultOf, START } from './run.test-kit.ts';

// biome-ignore lint/suspicious/noExplicitAny: probes call what a host may lack
const globals = globalThis as any;
const shared = (): Int32Array => new Int32Array(new SharedArrayBuffer(4));
const at = (text: string | number): Date => new Date(text);

/** Each with what workflow code gets: a value that no host can change, or the refusal. */
const PROBES: readonly (readonly [what: string, probe: () => unknown, answer: string])[] = [
  ['Date.now', () => Date.now(), String(START)],
  // biome-ignore lint/complexity/useDateNow: what is probed
  ['new Date', () => new Date().getTime(), String(START)],
  ['Date()', () => Number(globals.Date()), String(START)],
  ['eval', () => globals.eval('Date.now()'), String(START)],
  ['new Function', () => new globals.Function('return Date.now()')(), String(START)],
  ['performance.now', () => performance.now(), '0'],
  ['performance.timeOrigin', () => performance.timeOrigin, String(START)],
  ['getTimezoneOffset', () => at(0).getTimezoneOffset(), '0'],
  ['getHours and the rest', () => [at(0).getFullYear(), at(0).getMonth(), at(0).getDate(), at(0).getDay(), at(0).getHours()].join(), '1970,0,1,4,0'],
  ['setHours', () => at(0).setHours(5), '18000000'],
  ['Date by its parts', () => new Date(2020, 0, 1, 12).getTime(), '1577880000000'],
  ['Date of a local text', () => at('2020-01-01T12:00').getTime(), '1577880000000'],
  ['Date.parse of a local text', () => Date.parse('Jan 1, 2020 12:00'), '1577880000000'],
  ['Date of a text with a zone', () => at('2020-01-01T12:00+01:00').getTime(), '1577876400000'],
  ['Date of a day', () => at('2020-01-01').getTime(), '1577836800000'],
  ['Date of no date', () => [String(at('no')), at('no').getTimezoneOffset()].join(), 'Invalid Date,NaN'],
  ['toString', () => at(0).toString(), 'Thu Jan 01 1970 00:00:00 GMT+0000 (Coordinated Universal Time)'],
  ['a date in a text', () => `${at(0)}`, 'Thu Jan 01 1970 00:00:00 GMT+0000 (Coordinated Universal Time)'],
  ['toDateString', () => at(0).toDateString(), 'Thu Jan 01 1970'],
  ['toTimeString', () => at(0).toTimeString(), '00:00:00 GMT+0000 (Coordinated Universal Time)'],
  ['toLocaleString', () => at(0).toLocaleString().replaceAll(/\s/g, ' '), '1/1/1970, 12:00:00 AM'],
  ['toLocaleDateString', () => at(0).toLocaleDateString(), '1/1/1970'],
  ['toLocaleTimeString', () => at(0).toLocaleTimeString('de-DE'), '00:00:00'],
  ['Intl time zone', () => new Intl.DateTimeFormat().resolvedOptions().timeZone, 'UTC'],
  ['Intl time zone that is given', () => new Intl.DateTimeFormat('de', { timeZone: 'Asia/Tokyo', timeStyle: 'short' }).format(0), '09:00'],
  ['Intl locale', () => Intl.DateTimeFormat().resolvedOptions().locale, 'en-US'],
  ['NumberFormat', () => new Intl.NumberFormat().resolvedOptions().locale, 'en-US'],
  ['Collator', () => new Intl.Collator().resolvedOptions().locale, 'en-US'],
  ['PluralRules', () => new Intl.PluralRules().resolvedOptions().locale.slice(0, 2), 'en'],
  ['sorting by locale', () => ['z', 'ä', 'a', 'Z', 'å'].sort((a, b) => a.localeCompare(b)).join(''), 'aåäzZ'],
  ['sorting by a locale that is given', () => ['z', 'ä', 'a'].sort((a, b) => a.localeCompare(b, 'sv')).join(''), 'azä'],
  ['toLocaleUpperCase', () => 'i'.toLocaleUpperCase(), 'I'],
  ['a number in the host’s language', () => (1234.5).toLocaleString(), '1,234.5'],
  ['a bigint in the host’s language', () => 1234n.toLocaleString(), '1,234'],
  ['a number in a list', () => [1234.5].toLocaleString(), '1,234.5'],
  ['WeakRef', () => new WeakRef({}), 'DeterminismViolationError'],
  ['FinalizationRegistry', () => new FinalizationRegistry(() => undefined), 'DeterminismViolationError'],
  ['fetch', () => fetch('http://localhost'), 'DeterminismViolationError'],
  ['setInterval', () => setInterval(() => undefined, 1), 'DeterminismViolationError'],
  ['setImmediate', () => setImmediate(() => undefined), 'DeterminismViolationError'],
  ['MessageChannel', () => new MessageChannel(), 'DeterminismViolationError'],
  ['BroadcastChannel', () => new BroadcastChannel('x'), 'DeterminismViolationError'],
  ['crypto.subtle', () => crypto.subtle, 'DeterminismViolationError'],
  ['AbortSignal.timeout', () => AbortSignal.timeout(1), 'DeterminismViolationError'],
  ['Atomics.wait', () => Atomics.wait(shared(), 0, 0, 1), 'DeterminismViolationError'],
  ['Atomics.waitAsync', () => globals.Atomics.waitAsync(shared(), 0, 0, 1), 'DeterminismViolationError'],
  ['WebAssembly.compile', () => globals.WebAssembly.compile(new Uint8Array()), 'DeterminismViolationError'],
];

async function answerOf(probe: () => unknown): Promise<string> {
  async function probes() {
    try {
      return String(probe());
    } catch (error) {
      return (error as Error).name;
    }
  }
  return resultOf(await givenRun(probes, [], { activation: { timestamp: START } })) as string;
}

test('S17, R76: at least forty ways to chance are probed', () => {
  expect(PROBES.length).toBeGreaterThanOrEqual(40);
});

test.each(PROBES)('S17, R76: %s', async (_what, probe, answer) => {
  expect(await answerOf(probe)).toBe(answer);
});

test.each([
  ['Math.random', () => Math.random()],
  ['crypto.randomUUID', () => crypto.randomUUID()],
  ['crypto.getRandomValues', () => crypto.getRandomValues(new Uint8Array(8)).join()],
] as const)('R76 %s gives the same in each replay', async (_what, probe) => {
  expect(await answerOf(probe)).toBe(await answerOf(probe));
});

test('R76 other code of the realm keeps the zone and the language of the host', async () => {
  const before = [new Date(0).toString(), new Date(2020, 0, 1).getTime(), new Intl.DateTimeFormat().resolvedOptions().timeZone, Date.parse('2020-01-01T12:00')];
  await answerOf(() => new Date(0).toString());
  expect([
    new Date(0).toString(),
    new Date(2020, 0, 1).getTime(),
    new Intl.DateTimeFormat().resolvedOptions().timeZone,
    Date.parse('2020-01-01T12:00'),
  ]).toEqual(before);
  const host = execFileSync(process.execPath, ['-p', 'new Date(0).toString()'], { encoding: 'utf8' }).trim();
  expect(new Date(0).toString()).toBe(host);
  expect([Intl.DateTimeFormat() instanceof Intl.DateTimeFormat, new Date(5).constructor === Date]).toEqual([true, true]);
});
