/** What a worker polls for, in few words: queues by namespace, with what for where it is not both. */
import type { WorkerPoll } from '@perdure/core/client';

/** "playground", "mail (activities)", "team/playground (workflows)". */
export function pollWords(polls: readonly WorkerPoll[]): readonly string[] {
  const kinds = new Map<string, Set<WorkerPoll['kind']>>();
  for (const { kind, namespace, taskQueue } of polls) {
    const queue = namespace === 'default' ? taskQueue : `${namespace}/${taskQueue}`;
    kinds.set(queue, (kinds.get(queue) ?? new Set()).add(kind));
  }
  return [...kinds].map(([queue, of]) => (of.size === 2 ? queue : `${queue} (${of.has('workflow') ? 'workflows' : 'activities'})`));
}
