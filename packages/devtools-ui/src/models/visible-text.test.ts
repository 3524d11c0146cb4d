import { expect, test } from 'vitest';
import { visibleText } from './visible-text.ts';

test('S6: characters that turn or hide text are shown by their code, and all others as they are', () => {
  expect(visibleText('order\u202e1\u0000\u200b\u2066\u0085')).toBe('order\\u202e1\\u0000\\u200b\\u2066\\u0085');
  const plain = 'Größe\n\tסדר ترتيب 注文 👩‍👩‍👧 می‌خواهم';
  expect(visibleText(plain)).toBe(plain);
  expect(visibleText(visibleText('a\u202eb'))).toBe('a\\u202eb');
});
