import { expect, test } from 'vitest';
import type { SearchAttributeType } from './enums.ts';
import { checkedSearchAttributes, parseDatetime, SearchAttributeError, searchAttributeTypes } from './search-attribute-types.ts';

const json = (value: unknown) => ({ encoding: 'json/plain', data: JSON.stringify(value) });

const CASES: [SearchAttributeType, string, unknown[], unknown[]][] = [
  ['KEYWORD', 'Keyword', ['x', ['x'], null, []], [1, true, ['x', 2]]],
  ['TEXT', 'Text', ['some words'], [1]],
  ['INT', 'Int', [0, -4, [3]], [1.5, '1', true]],
  ['DOUBLE', 'Double', [1, 1.5], ['1.5']],
  ['BOOL', 'Bool', [true, false], ['true', 1]],
  ['DATETIME', 'Datetime', ['2020-02-29T12:00:00Z', '2020-02-29T12:00:00.123+02:00'], ['2020-02-29', 'yesterday', 1, '2020-13-01T00:00:00Z']],
  ['KEYWORD_LIST', 'KeywordList', [['x', 'y'], 'x'], [[1], 2]],
];
test.each(CASES)('values of the type %s are told from others, and get its name', (type, name, good, bad) => {
  const types = { Field: type };
  for (const value of good)
    expect(checkedSearchAttributes({ Field: json(value) }, types, 'n')).toEqual({ Field: { ...json(value), metadata: { type: name } } });
  for (const value of bad) expect(() => checkedSearchAttributes({ Field: json(value) }, types, 'n')).toThrow(SearchAttributeError);
});

test('the names of an engine are those that are given, and those of workers', () => {
  expect(searchAttributeTypes({ Color: 'KEYWORD' })).toMatchObject({ Color: 'KEYWORD', TemporalChangeVersion: 'KEYWORD_LIST' });
  expect(searchAttributeTypes({ Color: 'KEYWORD' })).not.toHaveProperty('CustomKeywordField');
  expect(searchAttributeTypes()).toHaveProperty('CustomKeywordField', 'KEYWORD');
  expect(() => searchAttributeTypes({ StartTime: 'DATETIME' })).toThrow('the search attribute "StartTime" is there already; choose another name');
  expect(() => searchAttributeTypes({ Color: 'COLOR' as never })).toThrow('the search attribute "Color" has the type COLOR; give one of TEXT, ');
});

test('a moment is read with its time zone', () => {
  expect(parseDatetime('1970-01-01T01:00:00.5+01:00')).toBe(500);
  expect(parseDatetime('1970-01-01')).toBeUndefined();
});

test('data that is not JSON is refused as an invalid value', () => {
  for (const data of ['', ' ', '{', 'nope'])
    expect(() => checkedSearchAttributes({ CustomIntField: { encoding: 'json/plain', data } }, searchAttributeTypes(), 'default')).toThrow(
      'invalid value for search attribute CustomIntField of type Int: its data is not JSON',
    );
});
