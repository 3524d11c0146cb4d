/** All places where input from outside meets the engine. */
import { histories } from './histories.ts';
import { crons, durations, filters } from './languages.ts';
import { ciphertexts, failures, payloads, roundTrips } from './payloads.ts';
import { boot, port } from './port.ts';
import { records, rows } from './records.ts';
import { tabs } from './tabs.ts';
import type { Target } from './target.ts';
import { tokens } from './tokens.ts';

// biome-ignore lint/suspicious/noExplicitAny: each target has inputs of its own type
export const TARGETS: readonly Target<any>[] = [
  port,
  tabs,
  boot,
  tokens,
  payloads,
  roundTrips,
  ciphertexts,
  failures,
  histories,
  filters,
  crons,
  durations,
  records,
  rows,
];
