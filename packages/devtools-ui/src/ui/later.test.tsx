import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { later } from './later.tsx';

const Hello = ({ name }: { readonly name: string }) => <p>hello {name}</p>;

test('a part is its placeholder until it is loaded, and then itself at once', async () => {
  let loads = 0;
  const Part = later<{ readonly name: string }>({
    name: 'The greeting',
    placeholder: <i>…</i>,
    load: async () => {
      loads += 1;
      return { Component: Hello };
    },
  });
  expect(renderToStaticMarkup(<Part name="you" />)).toBe('<i>…</i>');
  await Part.load();
  await Part.load();
  expect(renderToStaticMarkup(<Part name="you" />)).toBe('<p>hello you</p>');
  expect(loads).toBe(1);
});

test('a load that failed is repeated', async () => {
  let isBroken = true;
  const Part = later<{ readonly name: string }>({
    name: 'The greeting',
    load: () => (isBroken ? Promise.reject(new TypeError('no network')) : Promise.resolve({ Component: Hello })),
  });
  await expect(Part.load()).rejects.toThrow('no network');
  isBroken = false;
  await Part.load();
  expect(renderToStaticMarkup(<Part name="you" />)).toBe('<p>hello you</p>');
});
