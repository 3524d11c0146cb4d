/** Conformance: writing, the fence, and what outlives a store. */
import { type Cases, deletes, expectRefused, expectSame, puts } from './conformance-kit.ts';
import type { Batch, Key, Table } from './store.ts';

export const durabilityCases: Cases = {
  'a commit is read as soon as its promise has resolved': async (subject) => {
    const { store, epoch } = await subject.acquired();
    for (let n = 1; n <= 20; n++) {
      await store.commit(
        puts('executions', [
          [['run'], { n }],
          [['n', n], n],
        ]),
        epoch,
      );
      expectSame([await store.get('executions', ['run']), (await store.range('executions', { prefix: ['n'] })).length], [{ n }, n], `after commit ${n}`);
    }
  },

  'deletes apply before puts, and deleting what is not there is fine': async (subject) => {
    const { store, epoch } = await subject.acquired();
    const row: readonly [Table, Key] = ['busy', ['a']];
    await store.commit({ puts: [[...row, 1]], deletes: [row, ['busy', ['none']]] }, epoch);
    expectSame(await store.get(...row), 1, 'a row that was put and deleted in one batch');
    await store.commit({ puts: [[...row, 2]], deletes: [row] }, epoch);
    expectSame(await store.range('busy', {}), [[['a'], 2]], 'a row that was replaced');
    await store.commit(deletes('busy', [['a']]), epoch);
    expectSame([await store.get(...row), await store.range('busy', {})], [undefined, []], 'a row that was deleted');
  },

  'a commit of nothing is refused to an older writer all the same, and leaves nothing to the one that has the store': async (subject) => {
    const { store, epoch } = await subject.acquired();
    await store.commit(puts('busy', [[['a'], 1]]), epoch);
    await store.commit({ puts: [], deletes: [] }, epoch);
    const next = await subject.acquired();
    await expectRefused(store.commit({ puts: [], deletes: [] }, epoch), 'Fenced', 'a commit of nothing by an older writer');
    await next.store.commit({ puts: [], deletes: [] }, next.epoch);
    expectSame(await next.store.range('busy', {}), [[['a'], 1]], 'what was there before');
  },

  'the last put of a key in a batch counts': async (subject) => {
    const { store, epoch } = await subject.acquired();
    await store.commit(
      puts('busy', [
        [['a'], 1],
        [['a'], 2],
      ]),
      epoch,
    );
    expectSame(await store.range('busy', {}), [[['a'], 2]], 'a key that was put twice');
  },

  'batches apply in the order of the calls, without waiting for each other': async (subject) => {
    const { store, epoch } = await subject.acquired();
    const commits = Array.from({ length: 50 }, (_, n) =>
      store.commit(
        {
          puts: [
            ['executions', ['last'], n],
            ['wake', [n], 1],
          ],
          deletes: n > 0 ? [['wake', [n - 1]]] : [],
        },
        epoch,
      ),
    );
    await Promise.all(commits);
    expectSame([await store.get('executions', ['last']), await store.range('wake', {})], [49, [[[49], 1]]], 'after 50 commits in flight');
  },

  'a reader never sees a part of a batch': async (subject) => {
    const { store, epoch } = await subject.acquired();
    const move = (n: number): Batch => ({
      puts: [
        ['wake', [n, 'a'], n],
        ['wake', [n, 'b'], n],
      ],
      deletes:
        n > 0
          ? [
              ['wake', [n - 1, 'a']],
              ['wake', [n - 1, 'b']],
            ]
          : [],
    });
    await store.commit(move(0), epoch);
    for (let n = 1; n <= 40; n++) {
      const commit = store.commit(move(n), epoch);
      const entries = await store.range('wake', {});
      const first = entries[0]?.[1];
      expectSame(
        entries,
        [
          [[first as number, 'a'], first],
          [[first as number, 'b'], first],
        ],
        `a range that is read during commit ${n}`,
      );
      if (first !== n && first !== n - 1) throw new Error(`a range that is read during commit ${n} shows batch ${String(first)}`);
      await commit;
    }
  },

  'nothing is shared with the caller: not the batch, not the keys, not the answers': async (subject) => {
    const { store, epoch } = await subject.acquired();
    const key = ['k', 1];
    const value = { list: [1] };
    const commit = store.commit(puts('executions', [[key, value]]), epoch);
    key[1] = 2;
    value.list.push(2);
    await commit;
    const entries = await store.range('executions', {});
    expectSame(entries, [[['k', 1], { list: [1] }]], 'a row whose batch was changed after the call');
    for (const [found, read] of entries) {
      tamper(found);
      tamper((read as { list: unknown }).list);
    }
    tamper(((await store.get('executions', ['k', 1])) as { list: unknown }).list);
    expectSame(await store.range('executions', {}), [[['k', 1], { list: [1] }]], 'a row after an answer was changed');
  },

  'an epoch grows with each acquire, over all stores of a database': async (subject) => {
    const { store, epoch } = await subject.acquired();
    const second = await subject.acquired();
    const third = await store.acquire();
    expectSame([second.epoch - epoch, third - epoch], [1, 2], 'epochs');
  },

  'B22: a commit with an older epoch changes nothing and is refused as Fenced': async (subject) => {
    const old = await subject.acquired();
    await old.store.commit(puts('executions', [[['a'], 'old']]), old.epoch);
    const next = await subject.acquired();
    expectSame(await next.store.get('executions', ['a']), 'old', 'what the new writer finds');
    await next.store.commit(puts('executions', [[['a'], 'new']]), next.epoch);
    await expectRefused(
      old.store.commit(
        {
          puts: [
            ['executions', ['a'], 'late'],
            ['executions', ['b'], 'late'],
          ],
          deletes: [],
        },
        old.epoch,
      ),
      'Fenced',
      'a late commit',
    );
    await expectRefused(old.store.commit(deletes('executions', [['a']]), old.epoch), 'Fenced', 'a late delete');
    await expectRefused(next.store.commit(deletes('executions', [['a']]), old.epoch), 'Fenced', 'an old epoch on the new store');
    expectSame(await next.store.range('executions', {}), [[['a'], 'new']], 'rows afterwards');
    await next.store.commit(puts('executions', [[['c'], 1]]), next.epoch);
  },

  'B15: a writer that comes back goes on from what the other wrote': async (subject) => {
    const first = await subject.acquired();
    await first.store.commit(
      puts('executions', [
        [['a'], 1],
        [['b'], 1],
      ]),
      first.epoch,
    );
    const second = await subject.acquired();
    await second.store.commit({ puts: [['executions', ['a'], 2]], deletes: [['executions', ['b']]] }, second.epoch);
    const epoch = await first.store.acquire();
    await first.store.commit(puts('executions', [[['c'], 3]]), epoch);
    const expected = [
      [['a'], 2],
      [['c'], 3],
    ];
    expectSame(await first.store.range('executions', {}), expected, 'what the first store reads');
    expectSame(await second.store.range('executions', {}), expected, 'what the second store reads');
  },

  'a store that is not the writer reads what the writer has committed': async (subject) => {
    const { store, epoch } = await subject.acquired();
    const reader = await subject.open();
    for (let n = 1; n <= 5; n++) {
      await store.commit({ puts: [['wake', [n], n]], deletes: [['wake', [n - 2]]] }, epoch);
      const expected = [n - 1, n].filter((key) => key > 0).map((key) => [[key], key]);
      expectSame(
        [await reader.range('wake', {}), await reader.get('wake', [n]), await reader.get('wake', [n - 2])],
        [expected, n, undefined],
        `after commit ${n}`,
      );
    }
  },

  'a batch may hold many rows, and a value may be big': async (subject) => {
    const { store, epoch } = await subject.acquired();
    const rows = Array.from({ length: 3000 }, (_, n): [Key, number] => [['row', n], n]);
    const big = 'é😀x'.repeat(400_000);
    await store.commit({ puts: [...puts('history', rows).puts, ['history', ['big'], { big }]], deletes: [] }, epoch);
    expectSame((await store.range('history', { prefix: ['row'] })).length, 3000, 'number of rows');
    expectSame(await store.range('history', { prefix: ['row'], after: ['row', 1500], limit: 3 }), rows.slice(1501, 1504), 'a page');
    expectSame(((await store.get('history', ['big'])) as { big: string }).big === big, true, 'the big value is the same');
  },

  'what was committed is there when the database is opened again, without a close too': async (subject) => {
    const { store, epoch } = await subject.acquired();
    await store.commit(
      {
        puts: [
          ['executions', ['a'], { n: 1 }],
          ['wake', [1.5, 'x'], 1],
        ],
        deletes: [],
      },
      epoch,
    );
    await store.commit(puts('executions', [[['ü'], 2]]), epoch);
    const crashed = await subject.acquired();
    expectSame(
      await crashed.store.range('executions', {}),
      [
        [['a'], { n: 1 }],
        [['ü'], 2],
      ],
      'rows after a crash',
    );
    await crashed.store.commit(deletes('executions', [['a']]), crashed.epoch);
    await crashed.store.close();
    const reopened = await subject.open();
    expectSame([await reopened.range('executions', {}), await reopened.range('wake', {})], [[[['ü'], 2]], [[[1.5, 'x'], 1]]], 'rows after a close');
    expectSame((await reopened.acquire()) - crashed.epoch, 1, 'the epoch grows over reopening');
  },

  'the status tells the driver, its state, and how much was written': async (subject) => {
    const { store, epoch } = await subject.acquired();
    const { driver, durability } = store.status();
    await store.commit(
      {
        puts: [
          ['wake', [1], 1],
          ['wake', [2], 1],
        ],
        deletes: [['wake', [9]]],
      },
      epoch,
    );
    await store.commit(puts('wake', [[[3], 1]]), epoch);
    await expectRefused(store.commit(puts('wake', [[[4], 1]]), epoch - 1), 'Fenced', 'a commit that does not count');
    expectSame(store.status(), { driver, durability, state: 'open', commits: 2, puts: 3, deletes: 1 }, 'status');
    await store.close();
    expectSame(store.status(), { driver, durability, state: 'closed', commits: 2, puts: 3, deletes: 1 }, 'status when closed');
  },

  'a row that a commit has put is never said to be absent': async (subject) => {
    const { store, epoch } = await subject.acquired();
    const said = (...keys: string[]): string[] => keys.filter((key) => store.isAbsent?.('executions', [key]));
    await store.commit(puts('executions', [[['b'], 1]]), epoch);
    expectSame(said('b'), [], 'after the commit');
    await store.getMany('executions', [['a'], ['b'], ['c']]);
    expectSame(said('b'), [], 'after a read of its neighbours');
    for (const key of ['a', 'c']) await store.commit(puts('executions', [[[key], 1]]), epoch);
    expectSame(said('a', 'b', 'c'), [], 'after they were put');
    const reading = store.getMany('executions', [['c'], ['e']]);
    const putting = store.commit(puts('executions', [[['d'], 1]]), epoch);
    expectSame(said('d'), [], 'as soon as the commit is asked for');
    await Promise.all([reading, putting]);
    expectSame(said('d'), [], 'after a read that was asked for before the commit');
    await store.close();
    const reopened = await subject.open();
    await reopened.acquire();
    await reopened.get('executions', ['0']);
    expectSame(
      ['a', 'b', 'c', 'd'].filter((key) => reopened.isAbsent?.('executions', [key])),
      [],
      'after another opening',
    );
  },

  'closing is idempotent, lets commits that are under way end, and ends the rest': async (subject) => {
    const { store, epoch } = await subject.acquired();
    const underWay = Promise.all([store.commit(puts('busy', [[['a'], 1]]), epoch), store.commit(puts('busy', [[['b'], 1]]), epoch)]);
    await Promise.all([store.close(), store.close()]);
    await underWay;
    await expectRefused(store.commit(puts('busy', [[['c'], 1]]), epoch), 'StorageUnavailable', 'a commit');
    await expectRefused(store.get('busy', ['a']), 'StorageUnavailable', 'a get');
    await expectRefused(store.getMany('busy', [['a']]), 'StorageUnavailable', 'a getMany');
    await expectRefused(store.range('busy', {}), 'StorageUnavailable', 'a range');
    await expectRefused(store.acquire(), 'StorageUnavailable', 'an acquire');
    const reopened = await subject.open();
    expectSame(
      await reopened.range('busy', {}),
      [
        [['a'], 1],
        [['b'], 1],
      ],
      'rows of the commits that were under way',
    );
  },
};

/** Changes a list of an answer, if the store has not frozen it. */
function tamper(list: unknown): void {
  if (Array.isArray(list) && !Object.isFrozen(list)) list.push('tampered');
}
