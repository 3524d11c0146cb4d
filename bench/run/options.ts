/** What every workload is given. */
import type { BenchDurability } from '../app/durability.ts';
import { profiled } from './profile.ts';
import type { Report } from './report.ts';
import { Session } from './session.ts';

export interface BenchOptions {
  readonly baseUrl: string;
  readonly durability: BenchDurability;
  readonly repetitions: number;
  /** Less of everything, for a look. */
  readonly isQuick: boolean;
  /** Writes CPU profiles of the last repetition to this folder. */
  readonly profileFolder: string | undefined;
  readonly report: Report;
}

/** @returns the version of the browser */
export async function inSession({ baseUrl, durability }: BenchOptions, work: (session: Session) => Promise<void>): Promise<string> {
  const session = await Session.create(baseUrl, durability);
  try {
    await work(session);
  } finally {
    await session.remove();
  }
  return session.browserVersion;
}

/** Does the work that is measured, under the profiler where that is asked for. */
export function measured<T>(session: Session, { profileFolder }: BenchOptions, isLast: boolean, name: string, work: () => Promise<T>): Promise<T> {
  return profileFolder !== undefined && isLast ? profiled(session.page, profileFolder, name, work) : work();
}
