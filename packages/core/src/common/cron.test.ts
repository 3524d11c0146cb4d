import { expect, it } from 'vitest';
import { CronError, cronBackoff, parseCron } from './cron.ts';

const next = (schedule: string, from: string, count = 1) => {
  const ticks: string[] = [];
  for (let time = Date.parse(from); ticks.length < count; ) {
    const tick = parseCron(schedule).next(time);
    if (tick === undefined) break;
    ticks.push(new Date(tick).toISOString().slice(0, 16));
    time = tick;
  }
  return ticks;
};

it('finds the next tick of five fields, strictly after the moment', () => {
  expect(next('15 8 * * *', '2026-01-01T08:15Z', 2)).toEqual(['2026-01-02T08:15', '2026-01-03T08:15']);
  expect(next('*/20 9-10 * * MON-FRI', '2026-01-02T10:30Z', 4)).toEqual(['2026-01-02T10:40', '2026-01-05T09:00', '2026-01-05T09:20', '2026-01-05T09:40']);
  expect(next('0 0 29 2 *', '2026-01-01T00:00Z')).toEqual(['2028-02-29T00:00']);
  expect(next('30 1,13 1 jan,JUL ?', '2026-02-01T00:00Z', 2)).toEqual(['2026-07-01T01:30', '2026-07-01T13:30']);
  expect(next('5/20 0 1 1 *', '2026-01-01T00:06Z', 2)).toEqual(['2026-01-01T00:25', '2026-01-01T00:45']);
});

it('takes either of two days when both are given', () => {
  expect(next('0 0 13 * FRI', '2026-03-01T00:00Z', 4)).toEqual(['2026-03-06T00:00', '2026-03-13T00:00', '2026-03-20T00:00', '2026-03-27T00:00']);
});

it('has no tick when the date never comes', () => {
  expect(parseCron('0 0 31 2 *').next(0)).toBeUndefined();
});

it('knows the descriptors', () => {
  expect(next('@daily', '2026-01-01T05:00Z')).toEqual(['2026-01-02T00:00']);
  expect(next('@weekly', '2026-01-01T05:00Z')).toEqual(['2026-01-04T00:00']);
  expect(next('@yearly', '2026-01-01T05:00Z')).toEqual(['2027-01-01T00:00']);
  expect(parseCron('@every 90s').next(1_500)).toBe(91_000);
  expect(parseCron('@every 1h30m').next(0)).toBe(5_400_000);
  expect(parseCron('@every 10ms').next(0)).toBe(1_000);
});

it('reads the time zone in front, over both changes of the clocks', () => {
  expect(next('CRON_TZ=Europe/Berlin 30 2 * * *', '2026-03-27T12:00Z', 3)).toEqual(['2026-03-28T01:30', '2026-03-30T00:30', '2026-03-31T00:30']);
  expect(next('TZ=America/New_York 0 12 * * *', '2026-10-31T12:00Z', 2)).toEqual(['2026-10-31T16:00', '2026-11-01T17:00']);
});

it.each([
  ['* * * *', 1, /4 fields were found and 5 are expected/],
  ['60 * * * *', 1, /"60" is not a minute; give a number from 0 to 59/],
  ['0 0 * FOO *', 7, /"FOO" is not a month/],
  ['0 5-3 * * *', 3, /ends before it begins/],
  ['0 */0 * * *', 5, /"0" is not a step of hour/],
  ['@sometimes', 1, /"@sometimes" is not known/],
  ['@every soon', 8, /"soon" is not a duration/],
  ['CRON_TZ=Nowhere/Land 0 0 * * *', 9, /"Nowhere\/Land" is not a time zone/],
  ['', 1, /0 fields were found/],
])('says where %j goes wrong', (schedule, place, problem) => {
  const parse = () => parseCron(schedule);
  expect(parse).toThrow(CronError);
  expect(parse).toThrow(problem);
  expect(parse).toThrow(new RegExp(`at ${place}:`));
});

it('R41 ticks that passed while a run was at work are skipped', () => {
  const start = Date.parse('2026-01-01T08:15Z');
  expect(cronBackoff('15 8 * * *', start, start + 60_000)).toBe(86_340_000);
  expect(cronBackoff('15 8 * * *', start, start + 3 * 86_400_000 + 1)).toBe(86_400_000);
  expect(cronBackoff('@every 10s', 1_000, 4_500)).toBe(7_000);
  expect(cronBackoff('@every 10s', 1_000, 25_500)).toBe(6_000);
  expect(cronBackoff('@every 1s', 0, 365 * 86_400_000 + 1)).toBe(1_000);
  expect(cronBackoff('0 0 31 2 *', 0, 0)).toBeUndefined();
});

it('finds no tick behind the last moment that a date can have', () => {
  const last = 8.64e15;
  for (const schedule of ['@monthly', '59 23 31 12 6', 'CRON_TZ=America/New_York 30 2 * * *', '* * * * *'])
    for (const from of [last, last + 1, Number.MAX_SAFE_INTEGER]) expect(parseCron(schedule).next(from)).toBeUndefined();
});
