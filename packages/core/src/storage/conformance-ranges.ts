/** Conformance: the order of keys, and reading. */
import { type Cases, deletes, expectSame, keysOf, puts } from './conformance-kit.ts';
import type { Key, Range, Store } from './store.ts';

/** In order. Surrogates sort by code unit, so below U+FFFD. */
const ORDERED: readonly Key[] = [
  [-1e300],
  [-2],
  [-1.5],
  [0],
  [0, 0],
  [0, 'a'],
  [5e-324],
  [1],
  [2],
  [10],
  [1.7e12],
  [Number.MAX_VALUE],
  [''],
  ['', 0],
  ['', ''],
  ['\u0000'],
  ['\u0000', 1],
  ['10'],
  ['2'],
  ['A'],
  ['a'],
  ['a', -1],
  ['a', 1],
  ['a', 1, 'x'],
  ['a', ''],
  ['a', 'b'],
  ['a', 'b', 'c'],
  ['a', 'c'],
  ['a\u0000'],
  ['a\u0000', 'b'],
  ['aa'],
  ['b'],
  ['é'],
  ['日本'],
  ['😀'],
  ['\uFFFD'],
  ['\uFFFF'],
];

async function ofOrdered(store: Store): Promise<void> {
  const epoch = await store.acquire();
  const shuffled = ORDERED.map((key, index) => [(index * 17) % ORDERED.length, key] as const).sort(([a], [b]) => a - b);
  const half = shuffled.length >> 1;
  await store.commit(
    puts(
      'history',
      shuffled.slice(0, half).map(([, key]) => [key, { key }]),
    ),
    epoch,
  );
  await store.commit(
    puts(
      'history',
      shuffled.slice(half).map(([, key]) => [key, { key }]),
    ),
    epoch,
  );
}

const grid = (): Key[] =>
  ['a', 'b', 'c'].flatMap((name) =>
    [1, 2, 3].flatMap(
      (n) =>
        [
          [name, n],
          [name, n, 'x'],
        ] as Key[],
    ),
  );

const expectRange = async (store: Store, range: Range, expected: readonly Key[]): Promise<void> =>
  expectSame(keysOf(await store.range('history', range)), expected, `keys of the range ${JSON.stringify(range)}`);

export const rangeCases: Cases = {
  'keys sort part by part: numbers before strings, a key before its extensions': async (subject) => {
    const store = await subject.open();
    await ofOrdered(store);
    const entries = await store.range('history', {});
    expectSame(
      entries,
      ORDERED.map((key) => [key, { key }]),
      'all entries in order',
    );
    expectSame(await store.range('history', { reverse: true }), entries.reverse(), 'all entries in reverse order');
  },

  'every key is found by itself, and after every other key in both directions': async (subject) => {
    const store = await subject.open();
    await ofOrdered(store);
    expectSame(
      await store.getMany('history', ORDERED),
      ORDERED.map((key) => ({ key })),
      'the values of all keys',
    );
    for (const [index, after] of ORDERED.entries()) {
      await expectRange(store, { after, limit: 2 }, ORDERED.slice(index + 1, index + 3));
      await expectRange(store, { after, limit: 2, reverse: true }, ORDERED.slice(0, index).reverse().slice(0, 2));
    }
  },

  'a prefix takes the key itself and its extensions, and no key that only starts with the same letters': async (subject) => {
    const store = await subject.open();
    await ofOrdered(store);
    const a: Key[] = [['a'], ['a', -1], ['a', 1], ['a', 1, 'x'], ['a', ''], ['a', 'b'], ['a', 'b', 'c'], ['a', 'c']];
    await expectRange(store, { prefix: ['a'] }, a);
    await expectRange(store, { prefix: ['a'], reverse: true }, [...a].reverse());
    await expectRange(store, { prefix: ['a', 1] }, [
      ['a', 1],
      ['a', 1, 'x'],
    ]);
    await expectRange(store, { prefix: ['a', 2] }, []);
    await expectRange(store, { prefix: [] }, ORDERED);
  },

  '"from" includes its key, "to" includes its key and the extensions of it': async (subject) => {
    const { store, epoch } = await subject.acquired();
    await store.commit(
      puts(
        'history',
        grid().map((key) => [key, 1]),
      ),
      epoch,
    );
    await expectRange(store, { from: ['b', 2], to: ['c', 1] }, [
      ['b', 2],
      ['b', 2, 'x'],
      ['b', 3],
      ['b', 3, 'x'],
      ['c', 1],
      ['c', 1, 'x'],
    ]);
    await expectRange(store, { from: ['b', 2, 'a'], to: ['b', 2] }, [['b', 2, 'x']]);
    await expectRange(store, { to: ['a'], reverse: true, limit: 2 }, [
      ['a', 3, 'x'],
      ['a', 3],
    ]);
    await expectRange(store, { prefix: ['b'], from: ['a', 3], to: ['b', 1] }, [
      ['b', 1],
      ['b', 1, 'x'],
    ]);
    await expectRange(store, { prefix: ['b'], from: ['b', 3], to: ['c', 9] }, [
      ['b', 3],
      ['b', 3, 'x'],
    ]);
    await expectRange(store, { from: ['c', 1], to: ['b', 1] }, []);
    await expectRange(store, { prefix: ['b'], from: ['c'] }, []);
  },

  '"after" goes on where the last page ended, in the direction of reading': async (subject) => {
    const { store, epoch } = await subject.acquired();
    const keys = grid();
    await store.commit(
      puts(
        'history',
        keys.map((key) => [key, 1]),
      ),
      epoch,
    );
    for (const reverse of [false, true]) {
      const seen: Key[] = [];
      for (let page = await store.range('history', { limit: 4, reverse }); page.length > 0; ) {
        seen.push(...keysOf(page));
        page = await store.range('history', { limit: 4, reverse, after: seen.at(-1) as Key });
      }
      expectSame(seen, reverse ? [...keys].reverse() : keys, `all pages, reverse: ${reverse}`);
    }
    await expectRange(store, { prefix: ['b'], after: ['b', 2] }, [
      ['b', 2, 'x'],
      ['b', 3],
      ['b', 3, 'x'],
    ]);
    await expectRange(store, { prefix: ['b'], after: ['b', 2], reverse: true }, [
      ['b', 1, 'x'],
      ['b', 1],
    ]);
    await expectRange(store, { prefix: ['b'], after: ['a'] }, [
      ['b', 1],
      ['b', 1, 'x'],
      ['b', 2],
      ['b', 2, 'x'],
      ['b', 3],
      ['b', 3, 'x'],
    ]);
    await expectRange(store, { from: ['b', 2], after: ['b', 2], limit: 1 }, [['b', 2, 'x']]);
    await expectRange(store, { prefix: ['b'], after: ['c'] }, []);
    await expectRange(store, { from: ['b', 1], after: ['b', 1], reverse: true }, []);
  },

  'a limit takes the first in the direction of reading; 0 takes none': async (subject) => {
    const { store, epoch } = await subject.acquired();
    await store.commit(
      puts(
        'history',
        grid().map((key) => [key, 1]),
      ),
      epoch,
    );
    await expectRange(store, { limit: 2 }, [
      ['a', 1],
      ['a', 1, 'x'],
    ]);
    await expectRange(store, { limit: 2, reverse: true }, [
      ['c', 3, 'x'],
      ['c', 3],
    ]);
    await expectRange(store, { limit: 0 }, []);
    await expectRange(store, { prefix: ['c'], limit: 100 }, grid().slice(12));
  },

  'a limit is filled although rows in between were deleted': async (subject) => {
    const { store, epoch } = await subject.acquired();
    const keys = Array.from({ length: 60 }, (_, n): Key => ['n', n]);
    await store.commit(
      puts(
        'wake',
        keys.map((key) => [key, 1]),
      ),
      epoch,
    );
    await store.commit(deletes('wake', keys.slice(0, 50)), epoch);
    expectSame(keysOf(await store.range('wake', { limit: 5 })), keys.slice(50, 55), 'the first five that are left');
    await store.commit(deletes('wake', keys.slice(52)), epoch);
    expectSame(
      keysOf(await store.range('wake', { limit: 5, reverse: true })),
      [
        ['n', 51],
        ['n', 50],
      ],
      'the last that are left',
    );
  },

  'B25: tables are apart, and one that is empty answers nothing': async (subject) => {
    const { store, epoch } = await subject.acquired();
    await store.commit(
      {
        puts: [
          ['executions', ['k'], 'execution'],
          ['meta', ['k'], 'meta'],
        ],
        deletes: [],
      },
      epoch,
    );
    expectSame(
      [await store.get('executions', ['k']), await store.get('meta', ['k']), await store.get('busy', ['k'])],
      ['execution', 'meta', undefined],
      'one key in three tables',
    );
    expectSame([await store.range('busy', {}), await store.range('busy', { reverse: true, limit: 3 })], [[], []], 'ranges of an empty table');
  },

  'getMany answers in the order of the keys, with undefined for what is not there': async (subject) => {
    const { store, epoch } = await subject.acquired();
    await store.commit(
      puts('executions', [
        [['a'], 1],
        [['b'], null],
        [['c'], 3],
      ]),
      epoch,
    );
    expectSame(await store.getMany('executions', [['c'], ['x'], ['b'], ['a'], ['c']]), [3, undefined, null, 1, 3], 'five keys');
    expectSame(await store.getMany('executions', []), [], 'no keys');
  },

  'values are JSON of every kind, and come back as they were': async (subject) => {
    const { store, epoch } = await subject.acquired();
    const values = [
      null,
      false,
      true,
      0,
      -1.5,
      1e300,
      '',
      'ünïcödé 日本 😀 \uD800 \u0000',
      [],
      {},
      [[1], { a: [null] }],
      { ключ: { nested: ['x'] }, __proto: 1 },
    ];
    await store.commit(
      puts(
        'executions',
        values.map((value, n) => [[n], value]),
      ),
      epoch,
    );
    expectSame(
      await store.getMany(
        'executions',
        values.map((_, n) => [n]),
      ),
      values,
      'values',
    );
    expectSame(
      await store.range('executions', {}),
      values.map((value, n) => [[n], value]),
      'entries',
    );
  },
};
