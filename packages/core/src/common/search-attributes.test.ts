import { describe, expect, test } from 'vitest';
import { ValueError } from './errors.ts';
import {
  decodeSearchAttributes,
  decodeTypedSearchAttributes,
  defineSearchAttributeKey,
  encodeSearchAttributes,
  TypedSearchAttributes,
} from './search-attributes.ts';

const keyword = defineSearchAttributeKey('Color', 'KEYWORD');
const when = defineSearchAttributeKey('When', 'DATETIME');
const list = defineSearchAttributeKey('Tags', 'KEYWORD_LIST');
const date = new Date('2020-01-02T03:04:05.000Z');

describe('typed search attributes', () => {
  const pairs = [
    { key: keyword, value: 'red' },
    { key: when, value: date },
    { key: list, value: ['a', 'b'] },
  ];

  test('travel as JSON with their type, and come back', () => {
    const payloads = encodeSearchAttributes(undefined, pairs);
    expect(payloads).toEqual({
      Color: { encoding: 'json/plain', data: '"red"', metadata: { type: 'Keyword' } },
      When: { encoding: 'json/plain', data: '"2020-01-02T03:04:05.000Z"', metadata: { type: 'Datetime' } },
      Tags: { encoding: 'json/plain', data: '["a","b"]', metadata: { type: 'KeywordList' } },
    });
    expect(decodeTypedSearchAttributes(payloads).getAll()).toEqual(pairs);
    expect(decodeSearchAttributes(payloads)).toEqual({ Color: ['red'], When: [date], Tags: ['a', 'b'] });
  });

  test('a value of another type is refused; a removal has no type', () => {
    expect(() => encodeSearchAttributes(undefined, [{ key: keyword, value: 5 as never }])).toThrow(
      new ValueError("Invalid search attribute value 5 for 'Color' of type KEYWORD"),
    );
    expect(encodeSearchAttributes(undefined, [{ key: keyword, value: null }])).toEqual({ Color: { encoding: 'json/plain', data: 'null' } });
  });

  test('a list of one is read as its value, one of several is left out; long names of types are read too', () => {
    const payload = (value: unknown, type: string) => ({ encoding: 'json/plain', data: JSON.stringify(value), metadata: { type } });
    expect(
      decodeTypedSearchAttributes({
        A: payload(['x'], 'Keyword'),
        B: payload(['x', 'y'], 'Keyword'),
        C: payload(1, 'INDEXED_VALUE_TYPE_INT'),
        D: payload(1, 'Other'),
      }).getAll(),
    ).toEqual([
      { key: { name: 'A', type: 'KEYWORD' }, value: 'x' },
      { key: { name: 'C', type: 'INT' }, value: 1 },
    ]);
  });

  test('a copy is updated, the original is not', () => {
    const before = new TypedSearchAttributes(pairs);
    const after = before.updateCopy([
      { key: keyword, value: 'blue' },
      { key: list, value: null },
      { key: defineSearchAttributeKey('When', 'TEXT'), value: null },
    ]);
    expect([before.get(keyword), after.get(keyword), after.get(list), after.get(when)]).toEqual(['red', 'blue', undefined, date]);
  });

  test('a key of another type finds nothing; a key given twice is refused', () => {
    expect(new TypedSearchAttributes(pairs).get(defineSearchAttributeKey('Color', 'INT'))).toBeUndefined();
    expect(() => new TypedSearchAttributes([pairs[0] as never, pairs[0] as never])).toThrow('Duplicate search attribute key: Color');
  });
});

describe('untyped search attributes', () => {
  test('are lists, and the typed one counts where both are given', () => {
    expect(encodeSearchAttributes({ Color: ['green'], N: [1] }, [{ key: keyword, value: 'red' }])).toEqual({
      Color: { encoding: 'json/plain', data: '"red"', metadata: { type: 'Keyword' } },
      N: { encoding: 'json/plain', data: '[1]' },
    });
  });

  test.each([
    [{ A: 'x' }, "SearchAttribute value must be an array; 'A' is of type string"],
    [{ A: [{}] }, "SearchAttribute array values must be: string | number | boolean | Date; 'A' has a value of type object"],
    [{ A: ['x', 1] }, "All SearchAttribute array values must be of the same type; 'A' has string and number"],
  ])('%j is refused', (attributes, message) => {
    expect(() => encodeSearchAttributes(attributes as never, undefined)).toThrow(new ValueError(message));
  });

  test('payloads without a type are left out of the typed ones, as are empty lists of the others', () => {
    expect(decodeTypedSearchAttributes({ A: { encoding: 'json/plain', data: '["x"]' } }).getAll()).toEqual([]);
    expect(decodeSearchAttributes({ A: { encoding: 'json/plain', data: '[]' } })).toEqual({});
  });
});
