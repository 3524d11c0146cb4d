import { expect, test } from 'vitest';
import { standForElection } from './leader.ts';
import { createMemoryLocks } from './memory-locks.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A candidate that writes down what happens to it, and leads until it is told to end. */
function candidate(log: string[], name: string) {
  let end: () => void = () => {};
  return {
    onWaiting: () => void log.push(`${name} waits`),
    async lead(deposed: AbortSignal) {
      log.push(`${name} leads`);
      await new Promise<void>((resolve) => {
        end = resolve;
        deposed.addEventListener('abort', () => {
          log.push(`${name} is deposed`);
          resolve();
        });
      });
      log.push(`${name} has ended`);
    },
    end: () => end(),
  };
}

test('the first candidate leads, the second waits until the first has ended', async () => {
  const [locks, log] = [createMemoryLocks(), [] as string[]];
  const [a, b] = [candidate(log, 'a'), candidate(log, 'b')];
  const first = standForElection('db', a, { locks });
  await turn();
  const second = standForElection('db', b, { locks });
  await turn();
  expect(log).toEqual(['a leads', 'b waits']);
  a.end();
  await first;
  await turn();
  expect(log).toEqual(['a leads', 'b waits', 'a has ended', 'b leads']);
  b.end();
  await second;
});

test('databases are elected for apart', async () => {
  const [locks, log] = [createMemoryLocks(), [] as string[]];
  void standForElection('one', candidate(log, 'a'), { locks });
  void standForElection('two', candidate(log, 'b'), { locks });
  await turn();
  expect(log).toEqual(['a leads', 'b leads']);
});

test('a leader whose lock is stolen is deposed', async () => {
  const [locks, log] = [createMemoryLocks(), [] as string[]];
  const over = standForElection('db', candidate(log, 'a'), { locks });
  await turn();
  void locks.request('perdure:db', { steal: true }, () => new Promise(() => {}));
  await over;
  expect(log).toEqual(['a leads', 'a is deposed', 'a has ended']);
});

test('B14: a lock that is stolen before its holder was told of it makes nobody a leader, and is no failure of its own', async () => {
  const [locks, log] = [createMemoryLocks(), [] as string[]];
  const untold = { request: (name: string, options: LockOptions) => locks.request(name, options, () => new Promise(() => {})) } as unknown as LockManager;
  const over = standForElection('db', candidate(log, 'a'), { locks: untold });
  await turn();
  void locks.request('perdure:db', { steal: true }, () => new Promise(() => {}));
  await expect(over).rejects.toMatchObject({ code: 'Fenced' });
  expect(log).toEqual([]);
});

test('the wait ends when it is given up', async () => {
  const [locks, log, giveUp] = [createMemoryLocks(), [] as string[], new AbortController()];
  void standForElection('db', candidate(log, 'a'), { locks });
  const over = standForElection('db', candidate(log, 'b'), { locks, signal: giveUp.signal });
  await turn();
  giveUp.abort();
  await expect(over).rejects.toMatchObject({ name: 'AbortError' });
  expect(log).toEqual(['a leads', 'b waits']);
});

test('an error of the leader is the error of the election, and the next one leads', async () => {
  const [locks, log] = [createMemoryLocks(), [] as string[]];
  const failing = { onWaiting() {}, lead: async () => Promise.reject(new RangeError('the store does not open')) };
  await expect(standForElection('db', failing, { locks })).rejects.toThrow('the store does not open');
  void standForElection('db', candidate(log, 'b'), { locks });
  await turn();
  expect(log).toEqual(['b leads']);
});

test('without Web Locks nobody leads', async () => {
  await expect(standForElection('db', candidate([], 'a'), { locks: undefined })).rejects.toMatchObject({ code: 'FailedPrecondition' });
});
