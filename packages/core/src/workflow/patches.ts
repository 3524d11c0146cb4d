/** Which versions of code a run has taken. The markers stand in its history; a replay is told of them one task ahead. */
import { IllegalStateError } from '../common/errors.ts';
import type { Activator } from './activator.ts';

export class Patches {
  readonly #activator: Activator;
  /** Patches that the history has a marker of. */
  readonly #present = new Set<string>();
  /** Patches that this run takes: each sends one marker. */
  readonly #taken = new Set<string>();

  constructor(activator: Activator) {
    this.#activator = activator;
  }

  notify(patchId: string): void {
    if (!this.#activator.info.unsafe.isReplaying) throw new IllegalStateError('Unexpected notifyHasPatch job on non-replay activation');
    this.#present.add(patchId);
  }

  /** Without a marker a replay takes the old way and does not remember it: the run may come to the patch again when it is live. */
  take(patchId: string, deprecated: boolean): boolean {
    if (this.#taken.has(patchId)) return true;
    if (this.#activator.info.unsafe.isReplaying && !this.#present.has(patchId)) return false;
    this.#activator.assertMayCommand('patched()');
    this.#activator.pushCommand({ type: 'setPatchMarker', patchId, deprecated });
    this.#taken.add(patchId);
    return true;
  }
}
