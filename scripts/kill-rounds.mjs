/**
 * `npm run kill -- --rounds N [--seed S]`: SIGKILL to the whole browser in the middle of N uploads, at moments drawn from the seed. Ends with
 * `N rounds, N acknowledged, 0 lost, 0 done twice`, and fails when it is not so.
 */
import { parseArgs } from 'node:util';
import { build, preview, runnerImport } from 'vite';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '10' }, seed: { type: 'string', default: '1' } } });
const [rounds, seed] = [Number(values.rounds), Number(values.seed)];
if (!Number.isInteger(rounds) || rounds < 1 || !Number.isInteger(seed)) {
  console.error('usage: npm run kill -- --rounds N [--seed S], both whole numbers');
  process.exit(2);
}

await build({ logLevel: 'error' });
const server = await preview({ logLevel: 'error', preview: { port: 4185, strictPort: false } });
const baseUrl = server.resolvedUrls?.local[0]?.replace(/\/$/, '');
if (!baseUrl) throw new Error('the preview server tells no address');

const { module } = await runnerImport('./e2e/kill-rounds.ts');
const { acknowledged, lost, doneTwice, wrong } = await module.killRounds({ baseUrl, rounds, random: randomFrom(seed), report: (line) => console.log(line) });
await server.close();
if (wrong > 0) console.log(`${wrong} uploads ended with a wrong digest`);
console.log(`${rounds} rounds, ${acknowledged} acknowledged, ${lost} lost, ${doneTwice} done twice`);
process.exit(lost + doneTwice + wrong > 0 ? 1 : 0);

/** Mulberry32: small, and the same everywhere. */
function randomFrom(start) {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
