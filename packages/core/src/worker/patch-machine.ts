/** Patch markers: recorded at the first pass, answered from the history in replay, each followed by the list of all patches in a search attribute. */
import type { HistoryEvent } from '../history/events.ts';
import type { WorkflowCommand } from '../protocol/activation.ts';
import { patchDataOf } from './determinism.ts';
import type { ActivationJob } from './machine.ts';
import type { OutgoingCommands } from './outgoing.ts';

export const PATCH_MARKER = 'core_patch';
export const CHANGE_VERSION = 'TemporalChangeVersion';
/** A longer list is not written: Temporal's limit of a keyword list, in bytes of JSON. */
const LONGEST_LIST = 2_048;

export class PatchMachines {
  readonly #outgoing: OutgoingCommands;
  /** Ids for which a marker is in the history or on its way. */
  readonly #marked = new Set<string>();
  /** Ids whose marker the history has for the task that is being replayed, or had for an earlier one. */
  readonly #recorded = new Set<string>();

  constructor(outgoing: OutgoingCommands) {
    this.#outgoing = outgoing;
  }

  /** A marker that lies ahead, among the commands of the task that is about to be replayed. */
  foresee(event: HistoryEvent & { readonly type: 'MarkerRecorded' }): ActivationJob {
    const { id: patchId } = patchDataOf(event.attributes.details);
    this.#recorded.add(patchId);
    return { type: 'notifyHasPatch', patchId };
  }

  /** In replay a marker that the history lacks is not asked for: the run is older than the patch. */
  set({ patchId, deprecated }: Extract<WorkflowCommand, { type: 'setPatchMarker' }>, isReplaying: boolean, withChangeVersion: boolean): void {
    if (this.#marked.has(patchId) || (isReplaying && !this.#recorded.has(patchId))) return;
    this.#marked.add(patchId);
    const data = JSON.stringify({ id: patchId, deprecated });
    this.#outgoing.add(
      { type: 'RecordMarker', attributes: { markerName: PATCH_MARKER, details: { 'patch-data': [{ encoding: 'json/plain', data }] } } },
      undefined,
      true,
    );
    const list = JSON.stringify([...this.#marked].sort());
    if (!withChangeVersion || list.length >= LONGEST_LIST) return;
    const searchAttributes = { [CHANGE_VERSION]: { encoding: 'json/plain', data: list, metadata: { type: 'KeywordList' } } };
    this.#outgoing.add({ type: 'UpsertWorkflowSearchAttributes', attributes: { searchAttributes } }, undefined, true);
  }

  /**
   * @returns whether the marker has no counterpart in the code and needs none: its patch is deprecated, and the call is gone or elsewhere
   */
  mayBeSkipped(event: HistoryEvent & { readonly type: 'MarkerRecorded' }): boolean {
    const { id, deprecated } = patchDataOf(event.attributes.details);
    if (!deprecated) return false;
    const next = this.#outgoing.peek()?.command;
    return !(next?.type === 'RecordMarker' && next.attributes.markerName === PATCH_MARKER && patchDataOf(next.attributes.details).id === id);
  }
}
