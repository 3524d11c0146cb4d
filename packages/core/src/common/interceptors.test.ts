import { expect, test } from 'vitest';
import { composeInterceptors } from './interceptors.ts';

interface Interceptor {
  call?(input: string, next: (input: string) => string): string;
}

const wrapping = (name: string): Interceptor => ({ call: (input, next) => `${name}(${next(`${input} ${name}`)})` });

test('the first interceptor is the outermost, and those without the method are passed over', () => {
  const call = composeInterceptors<Interceptor, 'call'>([wrapping('a'), {}, wrapping('b')], 'call', (input) => `[${input}]`);
  expect(call('in')).toBe('a(b([in a b]))');
});

test('an interceptor keeps its `this`, and may answer in place of the rest', () => {
  class Own {
    readonly answer = 'mine';
    call(): string {
      return this.answer;
    }
  }
  expect(composeInterceptors<Interceptor, 'call'>([new Own(), wrapping('b')], 'call', (input) => input)('in')).toBe('mine');
});

test('what is handed on can be wrapped', () => {
  const call = composeInterceptors<Interceptor, 'call'>(
    [wrapping('a')],
    'call',
    (input) => input,
    (next) => (input) => `<${next(input)}>`,
  );
  expect(call('in')).toBe('a(<in a>)');
});
