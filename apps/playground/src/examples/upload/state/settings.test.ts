import { expect, test } from 'vitest';
import { readSettings } from './settings.ts';

test('an address without parameters means the default session and chunks of 4 MiB', () => {
  expect(readSettings('')).toEqual({ session: 'default', endpoint: '/api/upload/default', chunkSize: 4_194_304 });
});

test('an address names its session and chunk size', () => {
  expect(readSettings('?session=kill-3&chunk=65536')).toEqual({ session: 'kill-3', endpoint: '/api/upload/kill-3', chunkSize: 65_536 });
});

test('parameters without a meaning are refused by name', () => {
  expect(() => readSettings('?session=../x')).toThrow('?session= is made of letters, digits and hyphens, not "../x"');
  expect(() => readSettings('?chunk=12')).toThrow('?chunk= is a number of bytes from 1024 to 33554432, not "12"');
});
