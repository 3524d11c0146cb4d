/**
 * The test of every store driver, exported for drivers of others. It needs no test library: hand it `describe` and `test`,
 * or take `conformanceCases` and run them yourself, in a page for instance.
 */
import { durabilityCases } from './conformance-durability.ts';
import { type ConformanceTarget, Subject } from './conformance-kit.ts';
import { outlineCases } from './conformance-outline.ts';
import { rangeCases } from './conformance-ranges.ts';

export type { ConformanceTarget } from './conformance-kit.ts';

export interface ConformanceTools {
  describe(label: string, define: () => void): void;
  test(name: string, run: () => Promise<void>): void;
}

export interface ConformanceCase {
  readonly name: string;
  run(): Promise<void>;
}

export function storeConformance({ describe, test }: ConformanceTools, target: ConformanceTarget): void {
  describe(`store: ${target.label}`, () => {
    for (const { name, run } of conformanceCases(target)) test(name, run);
  });
}

/** @returns the cases; one passes when `run` resolves, and each works on a database of its own */
export function conformanceCases(target: ConformanceTarget): ConformanceCase[] {
  const cases = { ...rangeCases, ...outlineCases, ...durabilityCases };
  return Object.entries(cases).map(([name, run], index) => ({ name, run: () => inDatabase(target, index, run) }));
}

let databases = 0;

async function inDatabase(target: ConformanceTarget, index: number, run: (subject: Subject) => Promise<void>): Promise<void> {
  databases++;
  const subject = new Subject(target, `conformance-${index}-${databases}`);
  try {
    await run(subject);
  } finally {
    await subject.end();
  }
}
