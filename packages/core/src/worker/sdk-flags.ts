/** Which behaviours a history relies on, as Temporal's SDKs write it into completed workflow tasks: deltas, each flag once. */
import { SDK_NAME } from '../common/version.ts';
import type { SdkMetadata } from '../history/events.ts';

/** Ids and types are compared; a patch marker is followed by its search attribute; the closing command moves last. */
export const CORE_FLAG = { idAndTypeChecks: 1, upsertOnPatch: 2, moveTerminalCommands: 3 } as const;
const CORE_FLAGS = [1, 2, 3];
/** Shielded non-cancellable scopes; one batch for all jobs. */
const LANG_FLAGS = [1, 2];

export class SdkFlags {
  readonly #core = new Set<number>();
  readonly #lang = new Set<number>();
  readonly #newLang = new Set<number>();
  #isFirstTask = true;

  /** Flags of the sandbox that the history carries, in ascending order. */
  available: readonly number[] = [];

  /** @returns whether a history relies on it; `isLive` says that it is being written now, with all flags */
  hasCore(flag: number, isLive: boolean): boolean {
    return isLive || this.#core.has(flag);
  }

  addFromHistory(metadata: SdkMetadata | undefined): void {
    this.#isFirstTask = false;
    for (const flag of metadata?.coreUsedFlags ?? []) this.#core.add(flag);
    const known = this.#lang.size;
    for (const flag of metadata?.langUsedFlags ?? []) this.#lang.add(flag);
    if (this.#lang.size > known) this.available = [...this.#lang].sort((a, b) => a - b);
  }

  addUsed(flags: readonly number[]): void {
    for (const flag of flags) if (!this.#lang.has(flag)) this.#newLang.add(flag);
  }

  /** What the task that completes now writes: the flags that are new to the history. */
  takeMetadata(): SdkMetadata | undefined {
    if (this.#isFirstTask) for (const flag of LANG_FLAGS) this.#newLang.add(flag);
    const coreUsedFlags = CORE_FLAGS.filter((flag) => !this.#core.has(flag));
    const langUsedFlags = [...this.#newLang].filter((flag) => !this.#lang.has(flag)).sort((a, b) => a - b);
    this.#newLang.clear();
    if (coreUsedFlags.length === 0 && langUsedFlags.length === 0) return undefined;
    return { ...(coreUsedFlags.length > 0 ? { coreUsedFlags } : {}), ...(langUsedFlags.length > 0 ? { langUsedFlags } : {}), sdkName: SDK_NAME };
  }
}
