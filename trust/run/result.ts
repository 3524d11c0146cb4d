/** Result files: where, on what, and what came out. */
import { execFileSync } from 'node:child_process';
import { renameSync, writeFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';

export interface ResultHead {
  readonly date: string;
  readonly commit: string;
  readonly machine: string;
}

export function resultHead(): ResultHead {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const isChanged = execFileSync('git', ['status', '--porcelain', 'packages/core/src', 'packages/devtools-ui/src'], { encoding: 'utf8' }) !== '';
  return { date: new Date().toISOString().slice(0, 10), commit: isChanged ? `${commit} with changes` : commit, machine: machine() };
}

/** What tells machines apart, and nothing that tells whose it is. */
export const machine = (): string => `${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${process.arch}`;

/** Writes `result` as a whole: whoever is interrupted leaves the one before. */
export function writeResult(file: string, result: object): void {
  writeFileSync(`${file}.part`, `${JSON.stringify(result, null, 2)}\n`);
  renameSync(`${file}.part`, file);
}
